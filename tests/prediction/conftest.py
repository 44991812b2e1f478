from __future__ import annotations

from collections.abc import Callable

import pytest

from clone_mcp.app import wire
from clone_mcp.clone import Clone
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.ports import Storage
from clone_mcp.settings import Settings
from tests.llm.conftest import model, no_proxy, server  # noqa: F401
from tests.support.clock import FixedClock

Asking = Callable[..., Clone]


@pytest.fixture
def asking(settings: Settings, storage: Storage, clock: FixedClock, model: AnthropicModel) -> Asking:  # noqa: F811
    """Wires a Clone that may ask the model; settings by name."""

    def wired(**changed: object) -> Clone:
        chosen = settings.model_copy(update={"predictor": "cascade", **changed})
        return wire(chosen, storage, clock, b"test", model=model)

    return wired
