from __future__ import annotations

import socket
import tempfile
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from mcp.client import Client

from clone_mcp.app import open_storage, wire
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Scope
from clone_mcp.ports import Storage
from clone_mcp.settings import Settings
from clone_mcp.tools.server import build
from tests.support.accounts import Counted
from tests.support.clock import FixedClock
from tests.support.mcp import already, http_client, service, within
from tests.support.postgres import Postgres, started
from tests.support.slow import is_slow


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if isinstance(item, pytest.Function) and is_slow(item):
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """Nothing but this machine can be reached from a test's own process."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: object) -> None:
        if self.family != socket.AF_UNIX and isinstance(address, tuple):
            host = str(address[0])
            if host not in ("127.0.0.1", "::1", "localhost"):
                raise AssertionError(f"a test tried to reach {host}")
        connect(self, address)

    socket.socket.connect = guarded
    yield
    socket.socket.connect = connect


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    # Not under pytest's own folder: a Unix socket's path may have about a hundred characters.
    with (
        tempfile.TemporaryDirectory(prefix="clone-pg-", ignore_cleanup_errors=True) as folder,
        started(Path(folder)) as it,
    ):
        yield it


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture(params=["sqlite", "postgres"])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Settings]:
    """Settings for a fresh database of either kind, owned by nobody else."""
    home = tmp_path / "home"
    if request.param == "sqlite":
        yield Settings(home=home, secret="test")
        return
    database = request.getfixturevalue("postgres").database()
    yield Settings(home=home, secret="test", database_url=database.url, db_direct_url=database.owner_url)
    with suppress(OSError):
        database.drop()


@pytest.fixture
async def storage(settings: Settings, clock: FixedClock) -> AsyncIterator[Storage]:
    opened = await open_storage(settings, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def second(settings: Settings, storage: Storage, clock: FixedClock) -> AsyncIterator[Storage]:
    """Another server's storage on the same database."""
    opened = await open_storage(settings, clock)
    yield opened
    await opened.close()


@pytest.fixture
def hasher() -> Counted:
    """Passwords' hash, made cheap, and counted."""
    return Counted()


@pytest.fixture
async def clone(settings: Settings, storage: Storage, clock: FixedClock, hasher: Counted) -> Clone:
    return wire(settings, storage, clock, b"test", hasher=lambda: hasher)


@pytest.fixture
async def tenant(storage: Storage, clock: FixedClock) -> UUID:
    return await new_tenant(storage, clock)


@pytest.fixture
def me(tenant: UUID) -> Caller:
    """The person's recorder."""
    return Caller(tenant, Scope.RECORDER)


@pytest.fixture(params=["legacy", "auto"], ids=["handshake", "modern"])
def mode(request: pytest.FixtureRequest) -> str:
    """The SDK client's way into either protocol era."""
    return request.param


Connect = Callable[[], AbstractAsyncContextManager[Client]]


@pytest.fixture(params=["in memory", "over HTTP"])
def connect(request: pytest.FixtureRequest, settings: Settings, clone: Clone, me: Caller, mode: str) -> Connect:
    """Opens an MCP client that speaks for the person's recorder."""

    @asynccontextmanager
    async def in_memory() -> AsyncGenerator[Client]:
        async with Client(build(already(clone), lambda _ctx: me), mode=mode) as client:
            yield client

    @asynccontextmanager
    async def over_http() -> AsyncGenerator[Client]:
        _, key = await clone.access.api_keys.create(me.tenant, "test", me.scope)
        async with (
            within(service(settings, clone)) as transport,
            http_client("http://localhost", mode=mode, key=key, transport=transport) as client,
        ):
            yield client

    return in_memory if request.param == "in memory" else over_http


async def new_tenant(storage: Storage, clock: FixedClock) -> UUID:
    tenant = uuid4()
    await storage.directory.add_tenant(tenant, "test", clock.now())
    return tenant
