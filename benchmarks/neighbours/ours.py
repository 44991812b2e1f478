"""Clone, as a neighbour among neighbours."""

from __future__ import annotations

from benchmarks.history import fill
from benchmarks.neighbours.neighbour import Neighbour, rows
from benchmarks.process import CLONE
from benchmarks.process import environment as _environment
from benchmarks.stdio import Call, StdioServer

_PROFILE = "clone://profile"


def _store(text: str) -> Call:
    return "record_agent_prompt", {"session_id": "bench", "agent": "bench", "prompt": text, "source": "user"}


def _fetch(word: str) -> Call:
    return "predict_next_prompt", {"agent": "bench", "agent_input": f"Shall I go on with the {word}?"}


def _knows(server: StdioServer, size: int) -> bool:
    """It answers from what it was filled with: neither its profile nor its prediction is that of somebody unknown."""
    profile = server.ask("resources/read", {"uri": _PROFILE})["contents"][0]["text"]
    predicted = server.call(*_fetch("tests"))["structuredContent"]
    return "Nothing is known" not in profile and not predicted["degraded"] and bool(predicted["candidates"])


OURS = Neighbour(
    name="Clone",
    command=lambda: CLONE,
    env=_environment,
    fill=fill,
    found=_knows,
    store=_store,
    fetch=_fetch,
    held=rows("SELECT count(*) FROM events", "clone.db"),
    resource=_PROFILE,
)
