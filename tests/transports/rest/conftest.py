from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx2
import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Scope
from clone_mcp.settings import Settings
from tests.support.mcp import service, within

As = Callable[[Caller], AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
def http_as(settings: Settings, clone: Clone) -> As:
    """An HTTP client with a key of the caller's, on the service in this process."""

    @asynccontextmanager
    async def client(caller: Caller) -> AsyncGenerator[httpx2.AsyncClient]:
        _, key = await clone.keys.create(caller.tenant, "test", caller.scope)
        headers = {"x-clone-api-key": key}
        async with (
            within(service(settings, clone)) as transport,
            httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http,
        ):
            yield http

    return client


@pytest.fixture
def owner(me: Caller) -> Caller:
    return Caller(me.tenant, Scope.OWNER)


@pytest.fixture
async def http(http_as: As, owner: Caller) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client."""
    async with http_as(owner) as client:
        yield client
