from __future__ import annotations

import json
import sys
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.clients.hook import run
from clone_mcp.clients.occasion import SPOOL
from clone_mcp.recording.spool import Spool

Hook = Callable[..., Any]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home of Clone's, which hooks find by their environment."""
    monkeypatch.setenv("CLONE_HOME", str(tmp_path / "home"))
    for name in ("CLAUDE_CODE_ENTRYPOINT", "CLAUDE_CODE_SESSION_ID", "CLONE_HOSTED_URL", "CLONE_API_TOKEN"):
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
