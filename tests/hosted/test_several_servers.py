"""Any server answers any request: two on one Postgres, asked in turns, are one service."""

from __future__ import annotations

import itertools
import json
import re
import signal
import socket
import subprocess
from contextlib import contextmanager
from typing import Any

import httpx2
import pytest

from clone_mcp.app import opened, wire
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.events import Job
from clone_mcp.settings import Settings
from tests.conftest import new_tenant
from tests.support.events import one_of_each
from tests.support.jobs import wake
from tests.support.mcp import answered, http_client, refused, service, within
from tests.support.sql import rows
from tests.support.stdio import CLONE, environment, running
from tests.support.until import until
from tests.transports.test_serving import RECORD, serving

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)


class InTurns(httpx2.AsyncBaseTransport):
    """A load balancer that knows nothing of sessions."""

    def __init__(self, *servers: httpx2.AsyncBaseTransport) -> None:
        self._turns = itertools.cycle(servers)
        self.sent = 0

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        self.sent += 1
        return await next(self._turns).handle_async_request(request)


@on_postgres
async def test_requests_that_alternate_between_two_servers_are_answered_as_by_one(
    settings, clone, second, clock, me, mode
):
    there = wire(settings, second, clock, b"test")
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.RECORDER)
    async with within(service(settings, clone)) as here, within(service(settings, there)) as away:
        balancer = InTurns(here, away)
        async with http_client("http://localhost", mode=mode, key=key, transport=balancer) as client:
            assert len((await client.list_tools()).tools) == 7
            started = answered(await client.call_tool("start_session", {"source": "integration", "project": "shop"}))
            turn = {"session_id": started["session_id"], "agent": "codex"}
            for number in range(4):
                response = {**turn, "response": f"Step {number} is done. Shall I go on?", "client_id": f"r{number}"}
                prompt = {**turn, "prompt": "yes, go on", "source": "user", "client_id": f"p{number}"}
                first = answered(await client.call_tool("record_agent_response", response))
                again = answered(await client.call_tool("record_agent_response", response))
                assert (again["event_id"], again["duplicate"]) == (first["event_id"], True)
                answered(await client.call_tool("record_agent_prompt", prompt))
            ask = {"agent": "codex", "agent_input": "Shall I go on?", "session_id": started["session_id"]}
            predicted = answered(await client.call_tool("predict_next_prompt", ask))
            assert predicted["predicted_response"] == "yes, go on"
            assert "confidence" in answered(await client.call_tool("predict_continuation", ask))
            report = {"prediction_id": predicted["id"], "status": "accepted"}
            assert answered(await client.call_tool("submit_feedback", report))["status"] == "accepted"
            assert answered(await client.call_tool("submit_feedback", report))["status"] == "accepted"
            answered(await client.call_tool("stop_session", {"session_id": started["session_id"]}))
            read = await client.read_resource("clone://profile")
            assert read.contents[0].text
            assert "404" in refused(await client.call_tool("submit_feedback", {**report, "prediction_id": "none"}))
        assert balancer.sent > 15
    async with second.begin(me.tenant, readonly=True) as uow:
        assert len(await uow.events.of_session(started["session_id"])) == 10


@contextmanager
def worker(settings: Settings, **env: str):
    with running({**environment(settings), **env}, (*CLONE, "worker"), stderr=subprocess.PIPE) as process:
        assert any("Working jobs off" in line for line in process.errors())
        yield process


@on_postgres
async def test_several_workers_work_everybodys_jobs_off_and_leave_when_told(settings, clone, storage, clock):
    wake(clock)
    with worker(settings) as one, worker(settings) as other:
        people = [Caller(await new_tenant(storage, clock), Scope.RECORDER) for _ in range(6)]
        for person in people:
            await clone.recording.ingest.batch(person, one_of_each())
        await eventually(settings, "SELECT count(DISTINCT tenant_id) FROM episodes", len(people))
        for process in (one, other):
            process.signal(signal.SIGTERM)
            assert process.wait() == 0


async def eventually(settings: Settings, query: str, count: int) -> None:
    async def found() -> bool:
        return await rows(settings, query) == [(count,)]

    await until(found)


@on_postgres
async def test_on_postgres_a_server_works_jobs_off_only_when_told_to(settings, clone, storage, me, clock):
    wake(clock)
    async with storage.begin(me.tenant) as uow:
        await uow.jobs.enqueue(Job("profile"))
    due = "SELECT count(*) FROM procrastinate_jobs WHERE status = 'todo'"
    with serving(settings, "serve") as (_, port):
        assert httpx2.get(f"http://127.0.0.1:{port}/readyz").status_code == 200
        assert await rows(settings, due) == [(1,)]
        with serving(settings, "serve", "--with-worker"):
            await eventually(settings, due, 0)


def test_while_it_drains_a_server_answers_what_is_under_way_and_turns_the_rest_away(tmp_path) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    body = json.dumps(RECORD).encode()
    head = (
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        f"Accept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(settings, "serve", "--no-auth", CLONE_DRAIN_SECONDS="600") as (server, port):
        address = f"http://127.0.0.1:{port}"
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection, httpx2.Client() as http:
            connection.sendall(head.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            assert http.get(f"{address}/readyz").status_code == 200
            server.signal(signal.SIGTERM)
            while (ready := http.get(f"{address}/readyz")).status_code == 200:
                pass
            assert (ready.status_code, ready.json()["process"]) == (503, "stopping")
            assert http.get(f"{address}/healthz").status_code == 200
            turned_away = http.post(f"{address}/mcp", json=RECORD)
            assert (turned_away.status_code, turned_away.headers["retry-after"]) == (503, "1")
            connection.sendall(body)
            answer = connection.recv(65536)
            while b"\r\n0\r\n" not in answer:
                answer += connection.recv(65536)
        assert answer.startswith(b"HTTP/1.1 200 ")
        assert b'"isError":false' in answer
        server.signal(signal.SIGTERM)  # enough of draining
        server.wait()


@on_postgres
async def test_readiness_tells_the_database_from_the_process(settings, clone, postgres):
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        name = settings.database_url.partition("?")[0].rpartition("/")[2]
        await postgres.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        told: dict[str, Any] = (await http.get("/readyz")).json()
        assert (told["process"], told["database"]) == ("ok", "unavailable")
        assert (await http.get("/healthz")).status_code == 200


async def test_a_key_made_on_one_server_is_known_to_the_next(settings, tmp_path):
    async with opened(settings) as clone:
        _, key = await clone.access.api_keys.create(LOCAL_TENANT, "test", Scope.RECORDER)
    elsewhere = settings.model_copy(update={"home": tmp_path / "another", "database_url": settings.url})
    async with opened(elsewhere) as clone:
        assert (await clone.access.api_keys.caller(key)).tenant == LOCAL_TENANT
    assert re.fullmatch(r"clone_[\w-]{43}", key)
