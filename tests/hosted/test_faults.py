"""What breaks under load: a server is killed, or Postgres, or the pooler.

What was acknowledged is there afterwards, and clients are told nothing worse than to try again.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx2
import psutil
import pytest
import sqlalchemy as sa

from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT, Scope
from clone_mcp.settings import Settings
from clone_mcp.storage import migrate
from tests.support.pgbouncer import pooled
from tests.support.postgres import APP, Database, Postgres, dsn, programs
from tests.support.sql import rows
from tests.support.stdio import Process
from tests.transports.test_http import first_message
from tests.transports.test_serving import serving

pytestmark = pytest.mark.slow
CLIENTS, ENOUGH = 8, 60
ACCEPT = {"accept": "application/json, text/event-stream"}


class Load:
    """Clients that record, each trying its prompt again under the same id until it is acknowledged."""

    def __init__(self, key: str, *ports: int) -> None:
        self._key = key
        self.ports = list(ports)
        self.acknowledged: set[str] = set()
        self.retried = 0
        self.wrong: list[str] = []
        self._done = asyncio.Event()
        self._progress = asyncio.Condition()

    async def __aenter__(self) -> Load:
        self._tasks = [asyncio.create_task(self._client(number)) for number in range(CLIENTS)]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._done.set()
        await asyncio.wait_for(asyncio.gather(*self._tasks), 60)

    async def acknowledge(self, more: int) -> None:
        """Wait until so many more are acknowledged."""
        goal = len(self.acknowledged) + more
        await self._until(lambda: len(self.acknowledged) >= goal)

    async def fail(self) -> None:
        """Wait until one had to be tried again."""
        await self._until(lambda: self.retried > 0)

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with self._progress:
            await asyncio.wait_for(self._progress.wait_for(condition), 60)

    async def _told(self) -> None:
        async with self._progress:
            self._progress.notify_all()

    async def _client(self, number: int) -> None:
        async with httpx2.AsyncClient(headers={**ACCEPT, "x-clone-api-key": self._key}, timeout=30) as http:
            turn = 0
            while not self._done.is_set():
                own = f"client-{number}-{turn}"
                while not (acknowledged := await self._said(http, own, turn)) and not self._done.is_set():
                    self.retried += 1
                    await self._told()
                    await self._pause()
                if acknowledged:
                    self.acknowledged.add(own)
                    await self._told()
                turn += 1

    async def _pause(self) -> None:
        """Between two tries at an outside process, as a client does that does not want to make things worse.

        A bounded poll, which ends at once when the load does.
        """
        with suppress(TimeoutError):
            await asyncio.wait_for(self._done.wait(), 0.05)

    async def _said(self, http: httpx2.AsyncClient, own: str, turn: int) -> bool:
        """Whether it was acknowledged. What is neither that nor a reason to try again is noted as wrong."""
        arguments = {"session_id": own, "agent": "a", "prompt": f"yes, {own}", "source": "user", "client_id": own}
        call: dict[str, Any] = {"name": "record_agent_prompt", "arguments": arguments}
        body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call}
        port = self.ports[(turn + self.retried) % len(self.ports)]
        try:
            answer = await http.post(f"http://127.0.0.1:{port}/mcp", json=body)
        except httpx2.TransportError:
            return False
        if answer.status_code == 503:
            return False
        if answer.status_code != 200:
            self.wrong.append(f"{answer.status_code} {answer.text}")
            return False
        try:
            result = first_message(answer)["result"]
        except StopIteration:
            return False  # cut off in the middle: as if the connection had failed
        if result.get("isError") and "Error 503" not in result["content"][0]["text"]:
            self.wrong.append(result["content"][0]["text"])
        return not result.get("isError")


@contextmanager
def served(settings: Settings, **env: str) -> Iterator[tuple[Process, int]]:
    """A server whose log is read, as it has to be: one that nobody reads fills its pipe and stops everything."""
    with serving(settings, "serve", **env) as (process, port):
        reading = threading.Thread(target=lambda: deque(process.errors(), maxlen=0))
        reading.start()
        try:
            yield process, port
        finally:
            process.signal(signal.SIGKILL)
            reading.join(30)


async def keyed(settings: Settings) -> str:
    async with opened(settings) as clone:
        _, key = await clone.access.api_keys.create(LOCAL_TENANT, "test", Scope.RECORDER)
    return key


async def check(load: Load, settings: Settings) -> None:
    """Everything acknowledged is there, once."""
    assert load.wrong == []
    found = [row[0] for row in await rows(settings, "SELECT payload ->> 'prompt' FROM events")]
    assert {f"yes, {own}" for own in load.acknowledged} <= set(found)
    assert len(found) == len(set(found))


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_a_server_that_is_killed_under_load_loses_nothing_it_acknowledged(settings):
    key = await keyed(settings)
    with served(settings) as (one, first), served(settings) as (_, second):
        async with Load(key, first, second) as load:
            await load.acknowledge(ENOUGH)
            one.signal(signal.SIGKILL)
            load.ports.remove(first)  # as a load balancer does
            await load.acknowledge(ENOUGH)
    await check(load, settings)


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_a_pooler_that_is_killed_under_load_loses_nothing_either(settings, postgres):
    name = settings.database_url.partition("?")[0].rpartition("/")[2]
    key = await keyed(settings)
    with pooled(postgres) as pooler:
        through = settings.model_copy(update={"database_url": pooler.url(name)})
        with served(through, CLONE_DB_POOLER="true") as (_, port):
            async with Load(key, port) as load:
                await load.acknowledge(ENOUGH)
                pooler.kill()
                await load.fail()
                pooler.start()
                await load.acknowledge(ENOUGH)
    await check(load, settings)


async def test_a_postgres_that_is_killed_under_load_loses_nothing_either(own_postgres: OwnServer, tmp_path):
    settings = own_postgres.settings(tmp_path)
    key = await keyed(settings)
    with served(settings) as (_, port):
        async with Load(key, port) as load:
            await load.acknowledge(ENOUGH)
            own_postgres.kill()
            await load.fail()
            own_postgres.start()
            await load.acknowledge(ENOUGH)
    await check(load, settings)


class OwnServer:
    """A Postgres of this test's own, with fsync on, that can be killed."""

    def __init__(self, folder: Path) -> None:
        self._data = folder / "data"
        self._owner = sa.URL.create("postgresql", "postgres", database="postgres", query={"host": str(folder)})
        self._folder = folder
        self._run("initdb", "--no-sync", "-D", self._data, "-U", "postgres", "--auth=trust")
        self.start()

    def settings(self, home: Path) -> Settings:
        server = Postgres(self._owner)
        database = Database(server, "postgres")
        return Settings(home=home / "home", secret="test", database_url=database.url, db_direct_url=database.owner_url)

    def start(self) -> None:
        options = f"-k {self._folder} -c listen_addresses= -c max_connections=50"
        self._run("pg_ctl", "start", "-w", "-D", self._data, "-o", options, "-l", self._folder / "log")

    def kill(self) -> None:
        """All of it at once, as when the power fails."""
        master = psutil.Process(int((self._data / "postmaster.pid").read_text().split()[0]))
        processes = [master, *master.children(recursive=True)]
        for process in processes:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        psutil.wait_procs(processes, 30)

    def stop(self) -> None:
        with suppress(subprocess.CalledProcessError):
            self._run("pg_ctl", "stop", "-D", self._data, "-m", "immediate")

    def _run(self, program: str, *arguments: object) -> None:
        command = [str(programs() / program), *map(str, arguments)]
        as_somebody: dict[str, Any] = {"user": "nobody"} if os.geteuid() == 0 else {}
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, timeout=60, **as_somebody)


@pytest.fixture
def own_postgres() -> Iterator[OwnServer]:
    with tempfile.TemporaryDirectory(prefix="clone-pg-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "nobody")
        server = OwnServer(folder)
        try:
            asyncio.run(_made(server))
            yield server
        finally:
            server.stop()


async def _made(server: OwnServer) -> None:
    await migrate.upgrade_postgres(dsn(server._owner))
    await Postgres(server._owner).execute(f"CREATE ROLE {APP} LOGIN IN ROLE clone_app")
