"""`clone-mcp serve` as a process of its own: how it starts, and how it ends."""

from __future__ import annotations

import json
import re
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT, Scope
from clone_mcp.models.events import Channel
from clone_mcp.settings import Settings
from tests.docs.fences import ROOT
from tests.support.mcp import http_client
from tests.support.stdio import CLONE, PATIENCE, Process, environment, running
from tests.support.storage import storage_of

RECORD = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "tools/call",
    "params": {
        "name": "record_agent_prompt",
        "arguments": {"session_id": "s", "agent": "a", "prompt": "yes", "source": "user"},
    },
}


@contextmanager
def serving(
    settings: Settings, *options: str, patience: float = PATIENCE, **env: str
) -> Generator[tuple[Process, int]]:
    """The server process and the port it serves on."""
    command = (*CLONE, *options)
    given = {**environment(settings), "CLONE_PORT": "0", **env}
    with running(given, command, stderr=subprocess.PIPE, patience=patience) as server:
        yield server, port_of(server)


def port_of(server: Process) -> int:
    said: list[str] = []
    for line in server.errors():
        said.append(line)
        if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", line):
            return int(found[1])
    raise AssertionError("\n".join(said))


@pytest.mark.parametrize(("options", "env"), [(("serve",), {}), ((), {"MCP_TRANSPORT": "http"})], ids=["serve", "env"])
async def test_it_serves_by_key_and_keeps_what_was_recorded(
    settings: Settings, options: tuple[str, ...], env: dict[str, str]
) -> None:
    async with opened(settings) as clone:
        _, key = await clone.access.api_keys.create(LOCAL_TENANT, "test", Scope.RECORDER)
    with serving(settings, *options, **env) as (server, port):
        async with http_client(f"http://127.0.0.1:{port}", mode="auto", key=key) as client:
            assert len((await client.list_tools()).tools) == 7
            await client.call_tool(RECORD["params"]["name"], RECORD["params"]["arguments"])
        assert httpx2.post(f"http://127.0.0.1:{port}/mcp", json=RECORD).status_code == 401
        server.signal(signal.SIGTERM)
        server.wait()
    async with opened(settings) as clone, storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        assert [event.payload["prompt"] for event in await uow.events.of_session("s")] == ["yes"]


async def test_a_key_that_the_docs_have_clients_make_does_not_vouch_for_the_person(settings: Settings) -> None:
    page = (ROOT / "docs" / "howto" / "serve-over-http.md").read_text(encoding="utf-8")
    documented = [shlex.split(each) for each in re.findall(r"\$\(clone-mcp (keys create [^)]*)\)", page)]
    clients = [command for command in documented if "hooks" not in command]
    assert clients
    for command in clients:
        made = subprocess.run([*CLONE, *command], env=environment(settings), capture_output=True, text=True, check=True)
        with serving(settings, "serve") as (_, port):
            async with http_client(f"http://127.0.0.1:{port}", mode="auto", key=made.stdout.strip()) as client:
                await client.call_tool(RECORD["params"]["name"], RECORD["params"]["arguments"])
    async with opened(settings) as clone, storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        assert {event.channel for event in await uow.events.of_session("s")} == {Channel.CLAIMED}


async def test_on_loopback_the_environments_key_speaks_for_requests_without(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    async with opened(settings) as clone:
        _, key = await clone.access.api_keys.create(LOCAL_TENANT, "test", Scope.RECORDER)
    with serving(settings, "serve", CLONE_API_TOKEN=key) as (_, port):
        async with http_client(f"http://127.0.0.1:{port}", mode="legacy") as client:
            assert len((await client.list_tools()).tools) == 7


async def test_a_signal_lets_a_request_under_way_finish(tmp_path: Path) -> None:
    """The request stands half sent when the signal comes: the server has asked for its body and waits."""
    settings = Settings(home=tmp_path / "home", secret="test")
    body = json.dumps(RECORD).encode()
    head = (
        "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nExpect: 100-continue\r\n"
        f"Accept: application/json, text/event-stream\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(settings, "serve", "--no-auth") as (server, port):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(head.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 100 ")
            server.signal(signal.SIGTERM)
            assert any("Waiting for connections to close" in line for line in server.errors())
            connection.sendall(body)
            answer = b""
            while part := connection.recv(65536):
                answer += part
        server.wait()
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert b'"isError":false' in answer
    async with opened(settings) as clone, storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        assert [event.payload["prompt"] for event in await uow.events.of_session("s")] == ["yes"]


def test_a_client_that_stays_connected_does_not_hold_up_the_end(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    with serving(settings, "serve", "--no-auth") as (server, port), httpx2.Client() as http:
        address = f"http://127.0.0.1:{port}/mcp"
        assert http.get(address, headers={"accept": "text/event-stream"}).status_code == 405
        server.signal(signal.SIGTERM)
        assert not any("timeout graceful shutdown exceeded" in line for line in server.errors())
        server.wait()


def test_what_is_loaded_is_frozen_and_the_rest_is_collected(tmp_path: Path) -> None:
    """Start-up runs without the garbage collector; a server that runs for months must not."""
    tell = "import gc, uvicorn; uvicorn.Server.run = lambda self: print(gc.isenabled(), gc.get_freeze_count() > 0)"
    program = f"{tell}; import sys; sys.argv[1:] = ['serve']; import clone_mcp.__main__ as clone; clone.main()"
    settings = Settings(home=tmp_path / "home", secret="test")
    with running(environment(settings), (sys.executable, "-c", program)) as server:
        assert server.rest() == b"True True\n"


@pytest.mark.parametrize(
    ("options", "env"),
    [
        (("serve", "--host", "0.0.0.0", "--no-auth"), {}),  # noqa: S104
        (("serve",), {"CLONE_HOST": "0.0.0.0", "CLONE_API_TOKEN": "clone_x"}),  # noqa: S104
        ((), {"MCP_TRANSPORT": "http", "CLONE_HOST": "::", "CLONE_API_TOKEN": "clone_x"}),
    ],
    ids=["no-auth", "token", "token over MCP_TRANSPORT"],
)
def test_it_refuses_to_serve_strangers(tmp_path: Path, options: tuple[str, ...], env: dict[str, str]) -> None:
    given = {**environment(Settings(home=tmp_path / "home", secret="test")), **env}
    with running(given, (*CLONE, *options), stderr=subprocess.PIPE) as server:
        assert "can be reached from other machines" in "".join(server.errors())
        assert server.wait() == 2
