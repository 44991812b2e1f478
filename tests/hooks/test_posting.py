"""Hooks of somebody whose Clone is hosted: the same notes, sent over HTTP, under the same ids."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.clone import Clone
from clone_mcp.hooks.asking import ask
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.spool import Spool
from clone_mcp.models.access import Caller
from clone_mcp.models.events import Author, Channel
from clone_mcp.recording.ingest import event_id
from clone_mcp.settings import Settings
from tests.support.mcp import served, service
from tests.support.storage import storage_of
from tests.support.until import until


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """The service's, far from the person's own home."""
    return Settings(home=tmp_path / "service", secret="test")


def called(event: str, **payload: Any) -> str:
    """A hook in a process of its own, as clients call it; what it leaves running goes on."""
    done = subprocess.run(
        [sys.executable, "-m", "clone_mcp", "hook", event],
        input=json.dumps({"session_id": "s", **payload}),
        env=dict(os.environ),
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    return done.stdout + done.stderr


async def all_sent(spool: Spool) -> None:
    await until(lambda: not spool.waiting())


@pytest.fixture
async def hosted(settings: Settings, clone: Clone, me: Caller, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[None]:
    """A service that this environment's hooks send to."""
    _, key = await clone.access.api_keys.create(me.tenant, "hooks", me.scope)
    async with served(service(settings, clone)) as address:
        monkeypatch.setenv("CLONE_HOSTED_URL", f"{address}/mcp")
        monkeypatch.setenv("CLONE_API_TOKEN", "clone_of_the_agent")
        monkeypatch.setenv("CLONE_HOOK_TOKEN", key)
        yield


async def test_notes_reach_the_hosted_clone(spool: Spool, hosted: None, clone: Clone, me: Caller) -> None:
    await asyncio.to_thread(called, "SessionStart", cwd="/work")
    await asyncio.to_thread(called, "UserPromptSubmit", prompt="Add a button", prompt_id="p1")
    await asyncio.to_thread(called, "Stop", last_assistant_message="Done. More?", prompt_id="p1")
    await asyncio.to_thread(called, "SessionEnd")
    await all_sent(spool)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        typed = await uow.events.get(event_id("claude-code", "s", "p1", "agent.prompt"))
        events = [event.type for event in await uow.events.of_session("s")]
        session = await uow.sessions.get("s")
    assert (typed.author, typed.channel) == (Author.PERSON, Channel.ATTESTED)
    assert sorted(events) == ["agent.prompt", "agent.response", "session.started", "session.stopped"]
    assert session.project == "/work"


async def test_what_another_process_holds_is_sent_when_it_lets_go(spool: Spool, hosted: None) -> None:
    call = HookCall("claude-code", os.environ)
    call.note("prompt", "s", turn="p1", text="Add a button", label="user")
    held = spool.claimed()
    next(held)
    await asyncio.to_thread(call.post)  # in haste
    assert spool.waiting() > 0
    sending = asyncio.create_task(asyncio.to_thread(call.post_all))
    held.close()
    await sending
    assert spool.waiting() == 0


def test_while_it_is_out_of_reach_notes_wait(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_HOSTED_URL", "http://127.0.0.1:9/mcp")
    monkeypatch.setenv("CLONE_API_TOKEN", "clone_x")
    assert called("UserPromptSubmit", prompt="Add a button", prompt_id="p1") == ""
    assert called("Stop", last_assistant_message="Done. More?", prompt_id="p1") == ""
    assert spool.waiting() > 0
    assert spool.failures() == []


def test_a_key_never_travels_in_the_clear(spool: Spool) -> None:
    Path(spool.folder).parent.mkdir(exist_ok=True)
    environ = {"CLONE_HOSTED_URL": "http://clone.example.com/mcp", "CLONE_API_TOKEN": "clone_x"}
    # The guard against real connections fails this if it tries.
    assert ask(str(Path(spool.folder).parent), environ, "start_session", {}) is None
