"""An agent is sent on only with the person's words. That they would go on is no word of theirs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.app import opened
from clone_mcp.clone import Clone
from clone_mcp.hooks.answering import SWITCH
from clone_mcp.hooks.asking import DOOR, ask
from clone_mcp.settings import Settings
from clone_mcp.transports.local import RECORDER, LocalDoor
from tests.hooks.conftest import Call
from tests.support.events import said, typed
from tests.support.mcp import already
from tests.support.until import until

ASKED = "Its length is 3.5. Which of its sides do you want to see next?"


@pytest.fixture
async def clone(home: Path) -> AsyncIterator[Clone]:
    """It is whole, and behind its door; the person has switched answering on."""
    async with opened(Settings(home=home, secret="test")) as clone:
        (home / SWITCH).touch()
        door = LocalDoor(home, already(clone))
        door.start()
        await until((home / DOOR).exists)
        yield clone
        await door.stop()


def talks() -> Iterator[dict[str, Any]]:
    """Sessions of eight questions and answers that end with thanks. No answer comes twice."""
    for number in range(12):
        session, begun = f"talk{number}", number * 1000
        yield typed(f"what is wrong with room {number}?", session, minutes=begun)
        for turn in range(1, 9):
            reply = f"and what does side {number * 10 + turn} say about {turn}?"
            asked = f"Its length is {number}.{turn}. Which of its sides do you want to see next?"
            yield said(asked, session, minutes=begun + turn)
            yield typed(reply, session, minutes=begun + turn + 0.5)
        yield said("That was the last of them. It is fixed.", session, minutes=begun + 10)
        yield typed("thanks!", session, minutes=begun + 11)


async def going_on(home: Path) -> dict[str, Any]:
    question = {"agent": "claude-code", "agent_input": ASKED, "session_id": "s", "threshold": 0.8}
    found = await asyncio.to_thread(ask, str(home), {}, "predict_continuation", question)
    assert found is not None
    return found


async def stops(call: Call, client: str) -> Any:
    """What the client's hook says when the agent stops there."""
    if client == "cursor":
        await call("afterAgentResponse", client, text=ASKED, generation_id="g1")
        return await call("stop", client, generation_id="g1", status="completed")
    if client == "gemini":
        return await call("AfterAgent", client, prompt_response=ASKED)
    return await call("Stop", client, last_assistant_message=ASKED, prompt_id="p1", turn_id="t1")


@pytest.mark.parametrize("client", ["claude-code", "codex", "cursor", "gemini"])
async def test_nobody_is_sent_on_because_the_person_would_go_on(
    call: Call, home: Path, clone: Clone, client: str
) -> None:
    await clone.recording.ingest.batch(RECORDER, list(talks()))
    odds = await going_on(home)
    assert (odds["should_continue"], odds["status"]) == (True, "auto")
    assert not await stops(call, client)
