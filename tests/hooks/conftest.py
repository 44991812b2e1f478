from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.app import opened
from clone_mcp.hooks.answering import SWITCH
from clone_mcp.hooks.asking import DOOR
from clone_mcp.hooks.command import run
from clone_mcp.hooks.hook_call import SPOOL
from clone_mcp.hooks.spool import Spool
from clone_mcp.models.prediction import Guess, Proposal
from clone_mcp.prediction.predict import Predict
from clone_mcp.settings import Settings
from clone_mcp.transports.local import LocalDoor
from tests.support.mcp import already
from tests.support.predictor import Scripted
from tests.support.storage import clock_of, storage_of, with_prediction
from tests.support.until import until

Hook = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of Clone's, which hooks find by their environment."""
    monkeypatch.setenv("CLONE_HOME", str(tmp_path / "home"))
    for name in (
        "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_CODE_SESSION_ID",
        "CLONE_HOSTED_URL",
        "CLONE_API_TOKEN",
        "CLONE_HOOK_TOKEN",
    ):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home"


@pytest.fixture
def spool(home: Path) -> Spool:
    return Spool(str(home / SPOOL))


@pytest.fixture
def hook(home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Hook:
    """Calls a hook as clients do, and reads what it answers."""

    def call(event: str, /, client: str = "claude-code", given: bytes | None = None, **payload: Any) -> Any:
        sent = json.dumps({"session_id": "s", **payload}).encode() if given is None else given
        monkeypatch.setattr(sys, "stdin", TextIOWrapper(BytesIO(sent)))
        assert run([event, "--client", client]) == 0
        out = capsys.readouterr().out
        return json.loads(out) if out else None

    return call


SURE = Proposal((Guess("yes", 0.93, "They always say so."),))
UNSURE = Proposal((Guess("yes", 0.6, "They mostly say so."),))


@pytest.fixture
async def predictor(home: Path) -> AsyncIterator[Scripted]:
    """What stands behind a door that is open; it is sure unless it is told otherwise."""
    async with opened(Settings(home=home, secret="test")) as clone:
        scripted = Scripted()
        scripted.proposal = SURE
        (home / SWITCH).touch()
        able = with_prediction(clone, predict=Predict(storage_of(clone), clock_of(clone), scripted, redact=True))
        door = LocalDoor(home, already(able))
        door.start()
        await until((home / DOOR).exists)
        yield scripted
        await door.stop()


@pytest.fixture
def call(hook: Hook) -> Callable[..., Awaitable[Any]]:
    """A hook in a thread of its own, as it is a process of its own: the door answers meanwhile."""
    return partial(asyncio.to_thread, hook)


Call = Callable[..., Awaitable[Any]]
