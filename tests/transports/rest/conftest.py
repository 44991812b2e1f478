from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import httpx2
import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Scope
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import by_credential
from clone_mcp.transports.rest.application import application
from tests.support.mcp import already, service, within

As = Callable[[Caller], AbstractAsyncContextManager[httpx2.AsyncClient]]


@pytest.fixture
def http_as(clone: Clone) -> As:
    """An HTTP client with a key of the caller's, on REST alone: no worker does jobs beside it."""

    @asynccontextmanager
    async def client(caller: Caller) -> AsyncGenerator[httpx2.AsyncClient]:
        _, key = await clone.access.api_keys.create(caller.tenant, "test", caller.scope)
        transport = httpx2.ASGITransport(application(already(clone), by_credential(already(clone), fallback="")))
        headers = {"x-clone-api-key": key}
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http:
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


@pytest.fixture
async def whole(settings: Settings, clone: Clone, owner: Caller) -> AsyncIterator[httpx2.AsyncClient]:
    """The owner's client on the whole service."""
    _, key = await clone.access.api_keys.create(owner.tenant, "test", owner.scope)
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers={"x-clone-api-key": key}) as http,
    ):
        yield http
