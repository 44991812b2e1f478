from __future__ import annotations

import pytest

from clone_mcp.app import wire
from clone_mcp.clone import Clone
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.ports import Storage
from clone_mcp.settings import Settings
from tests.llm.conftest import model, no_proxy, server  # noqa: F401
from tests.support.clock import FixedClock


@pytest.fixture
def clone(settings: Settings, storage: Storage, clock: FixedClock, model: AnthropicModel) -> Clone:  # noqa: F811
    """A Clone that may ask the model."""
    chosen = settings.model_copy(update={"predictor": "cascade"})
    return wire(chosen, storage, clock, b"test", model=model)
