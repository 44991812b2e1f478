"""The door for hooks: who holds it, who may pass, and what becomes of it when its server dies."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncGenerator
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.app import opened
from clone_mcp.clone import Clone
from clone_mcp.hooks.asking import DOOR, ask
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.settings import Settings
from clone_mcp.transports.local import LocalDoor, socket_path
from tests.support.mcp import already
from tests.support.stdio import environment, running
from tests.support.storage import storage_of
from tests.support.until import until

QUESTION = {"agent": "claude-code", "agent_input": "Shall I run the tests?", "threshold": 0.8}


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", secret="test")


@asynccontextmanager
async def standing(settings: Settings) -> AsyncGenerator[Clone]:
    """A Clone with its door open."""
    async with opened(settings) as clone:
        door = LocalDoor(settings.home, already(clone))
        door.start()
        await appears(settings.home / DOOR)
        yield clone
        await door.stop()


async def appears(path: Path, *, but: str = "") -> str:
    await until(lambda: path.exists() and path.read_text() not in ("", but))
    return path.read_text()


async def asked(home: Path, tool: str, **arguments: Any) -> dict[str, Any] | None:
    return await asyncio.to_thread(ask, str(home), {}, tool, arguments)


async def test_hooks_ask_through_it_and_are_told_what_is_grave(local: Settings) -> None:
    async with standing(local):
        answer = await asked(local.home, "predict_next_prompt", **QUESTION)
        assert answer is not None
        assert (answer["status"], answer["threshold"], answer["grave"]) == ("escalated", 0.8, False)
        drop = {**QUESTION, "agent_input": "Shall I drop the production database?", "threshold": 0.1}
        grave = await asked(local.home, "predict_next_prompt", **drop, options=["yes", "yes, now"])
        assert grave is not None
        assert grave["grave"]
        assert stat.S_IMODE(socket_path(local.home).stat().st_mode) == 0o600
        assert stat.S_IMODE((local.home / DOOR).stat().st_mode) == 0o600
    assert await asked(local.home, "predict_next_prompt", **QUESTION) is None
    assert not (local.home / DOOR).exists()


async def test_what_was_noted_before_a_question_is_known_when_it_is_answered(local: Settings) -> None:
    async with standing(local) as clone:
        HookCall("claude-code", {"CLONE_HOME": str(local.home)}).note("prompt", "s", text="yes", label="user")
        await asked(local.home, "predict_next_prompt", **QUESTION)
        async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
            assert len(await uow.events.of_session("s")) == 1


@pytest.mark.parametrize(
    "line",
    [b"", b"{}", b"[]", b"\xff", b"[" * 100_000, b'{"tool": "predict_next_prompt"}', b"x" * (5 * 1024 * 1024)],
    ids=["nothing", "empty", "list", "bytes", "deep", "no token", "too long"],
)
async def test_strangers_learn_nothing_and_stop_nobody(local: Settings, line: bytes) -> None:
    async with standing(local):
        assert b"answer" not in await asyncio.to_thread(sent, socket_path(local.home), line)
        assert await asked(local.home, "predict_next_prompt", **QUESTION) is not None


def sent(path: Path, line: bytes) -> bytes:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(30)
        connection.connect(str(path))
        try:
            connection.sendall(line + b"\n")
            return connection.recv(65536)
        except OSError:  # it hung up in the middle
            return b""


async def test_who_hangs_up_or_says_nothing_keeps_nobody_waiting(local: Settings) -> None:
    async with standing(local):
        with ExitStack() as stack:
            for half in (b"", b'{"tool": "predict_next', b"x" * 100_000):
                for hangs_up in (True, False):
                    connection = stack.enter_context(socket.socket(socket.AF_UNIX))
                    connection.connect(str(socket_path(local.home)))
                    connection.sendall(half)
                    if hangs_up:
                        connection.close()
            assert await asked(local.home, "predict_next_prompt", **QUESTION) is not None


async def test_the_way_to_the_door_is_the_persons_alone(local: Settings) -> None:
    async with standing(local):
        door, lock = local.home / DOOR, local.home / "door.lock"
        modes = [stat.S_IMODE(path.stat().st_mode) for path in (local.home, door, lock, socket_path(local.home))]
        assert modes == [0o700, 0o600, 0o600, 0o600]
        wrong = {**json.loads(door.read_text()), "token": "0" * 32}
        line = json.dumps({**wrong, "tool": "predict_next_prompt", "arguments": QUESTION}).encode()
        assert b"answer" not in await asyncio.to_thread(sent, socket_path(local.home), line)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can be somebody else")
async def test_another_user_of_the_machine_does_not_get_through_the_door() -> None:
    program = "import os, socket, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); "
    program += "socket.socket(socket.AF_UNIX).connect(sys.argv[1])"
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        local = Settings(home=Path(folder, "home"), secret="test")
        async with standing(local):
            local.home.chmod(0o755)  # so that it is the socket itself that refuses
            command = (sys.executable, "-I", "-c", program, str(socket_path(local.home)))
            tried = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, cwd="/")
    assert tried.stderr.splitlines()[-1] == "PermissionError: [Errno 13] Permission denied"


async def test_a_door_of_a_server_that_died_is_nobodys_and_is_not_waited_for(local: Settings) -> None:
    async with standing(local):
        left = (local.home / DOOR).read_text()
    (local.home / DOOR).write_text(left)
    with socket.socket(socket.AF_UNIX) as nobody:
        nobody.bind(str(socket_path(local.home)))  # a file that nobody listens at
    assert await asked(local.home, "predict_next_prompt", **QUESTION) is None
    async with standing(local):
        await appears(local.home / DOOR, but=left)
        assert await asked(local.home, "predict_next_prompt", **QUESTION) is not None


async def test_where_paths_are_too_long_it_is_elsewhere_and_still_ones_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", "/tmp")  # noqa: S108
    home = tmp_path / ("x" * 100)
    path = socket_path(home)
    assert len(os.fsencode(path)) < 100
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_of_two_servers_one_holds_it_and_the_other_takes_over(local: Settings) -> None:
    with running(environment(local)) as one, running(environment(local)) as other:
        for server in (one, other):
            server.initialize()
            server.ask("tools/list")
        first = await appears(local.home / DOOR)
        holder, heir = (one, other) if json.loads(first)["pid"] == one.pid else (other, one)
        os.kill(holder.pid, signal.SIGKILL)
        second = await appears(local.home / DOOR, but=first)
        assert json.loads(second)["pid"] == heir.pid
        assert await asked(local.home, "predict_next_prompt", **QUESTION) is not None
