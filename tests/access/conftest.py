from __future__ import annotations

import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.settings import Settings
from tests.support.accounts import caller_of, signed_up


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Settings with which anybody may sign up."""
    return settings.model_copy(update={"signup": "open"})


@pytest.fixture
async def ann(clone: Clone) -> Caller:
    """Somebody with an account."""
    return await caller_of(clone, await signed_up(clone, "ann@example.com"))
