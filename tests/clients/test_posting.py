"""Hooks of somebody whose Clone is hosted: the same notes, sent over HTTP, under the same ids."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.models.events import Author, Channel
from clone_mcp.recording.identity import event_id
from clone_mcp.recording.spool import Spool
from clone_mcp.settings import Settings
from tests.clients.conftest import Hook
from tests.support.mcp import served, service
from tests.support.noted import notes


@pytest.fixture(params=["sqlite"])
def settings(tmp_path: Path) -> Settings:
    """The service's, far from the person's own home."""
    return Settings(home=tmp_path / "service", secret="test")


async def test_notes_reach_the_hosted_clone_and_questions_are_answered(
    hook: Hook, spool: Spool, settings: Settings, clone: Clone, me: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    call: Callable[..., Any] = partial(asyncio.to_thread, hook)
    _, key = await clone.keys.create(me.tenant, "hooks", me.scope)
    async with served(service(settings, clone)) as address:
        monkeypatch.setenv("CLONE_HOSTED_URL", f"{address}/mcp")
        monkeypatch.setenv("CLONE_API_TOKEN", key)
        await call("SessionStart", cwd="/work")
        await call("UserPromptSubmit", prompt="Add a button", prompt_id="p1")
        await call("Stop", last_assistant_message="Done. More?", prompt_id="p1")
        await call("SessionEnd")
    assert spool.waiting() == 0
    async with clone.storage.begin(me.tenant, readonly=True) as uow:
        typed = await uow.events.get(event_id("claude-code", "s", "p1", "agent.prompt"))
        events = [event.type for event in await uow.events.of_session("s")]
        session = await uow.sessions.get("s")
    assert (typed.author, typed.channel) == (Author.PERSON, Channel.ATTESTED)
    assert sorted(events) == ["agent.prompt", "agent.response", "session.started", "session.stopped"]
    assert session.project == "/work"


async def test_while_it_is_out_of_reach_notes_wait(hook: Hook, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_HOSTED_URL", "http://127.0.0.1:9/mcp")
    monkeypatch.setenv("CLONE_API_TOKEN", "clone_x")
    assert hook("UserPromptSubmit", prompt="Add a button", prompt_id="p1") is None
    assert hook("Stop", last_assistant_message="Done. More?", prompt_id="p1") is None
    monkeypatch.delenv("CLONE_HOSTED_URL")
    assert [note["text"] for note in notes(spool) + notes(spool)] == ["Add a button", "Done. More?"]


def test_a_key_never_travels_in_the_clear(hook: Hook, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLONE_HOSTED_URL", "http://clone.example.com/mcp")
    monkeypatch.setenv("CLONE_API_TOKEN", "clone_x")
    hook("UserPromptSubmit", prompt="Add a button", prompt_id="p1")  # or the guard against real connections fails this
    assert spool.waiting() > 0
