from __future__ import annotations

import pytest

from clone_mcp.models.access import Caller, Scope
from tests.memory.person import Person


@pytest.fixture
def owner(tenant) -> Caller:
    return Caller(tenant, Scope.OWNER)


@pytest.fixture
def person(clone, me, owner, clock) -> Person:
    """Somebody whose agents are recorded."""
    return Person(clone, me, owner, clock)
