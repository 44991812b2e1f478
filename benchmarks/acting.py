"""What it costs to decide whether an answer may be acted on: against an answer that nobody would act on anyway."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.figures import Effort, Figure, against, alone
from benchmarks.history import fill
from clone_mcp.app import SystemClock, open_storage, opened
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.prediction import Decision, Guess, Proposal, Question
from clone_mcp.prediction.predict import Predict
from clone_mcp.settings import Settings

_EVENTS = 2_200
"""A thousand own replies."""
_REPORT = "I renamed the date parser in api/web_3.py. All tests pass now. " * 10
_ASKS = "Should the variable be called total?"
_ACTS = "Shall I run the tests?"
_APPROVALS = 150


class _Says:
    """Always says yes, this surely."""

    name = "stub-1"

    def __init__(self, score: float) -> None:
        self._proposal = Proposal((Guess("yes", score, "because"),))

    async def propose(self, *_: Any, **__: Any) -> Proposal:
        return self._proposal


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """The same message each time, but for its last sentence; the person has approved the act often."""
    home = fill(folder / "home", _EVENTS)
    asyncio.run(_approve(home))
    took = asyncio.run(_measured(effort, home))
    floor = took["unsure"]
    for name, what, goal in (
        ("free", "that sets nothing in motion", 2.0),
        ("decided", "that sets in motion what was approved before", 4.0),
    ):
        yield against("acting", f"an answer {what}, not one that is too unsure", "ms", took[name], floor)
        extra = [mine - theirs for mine, theirs in zip(took[name], floor, strict=True)]
        yield alone("acting", f"more for an answer {what}", "ms", extra, goal=goal)


async def _approve(home: Path) -> None:
    me, at = Caller(LOCAL_TENANT, Scope.RECORDER), datetime(2026, 1, 1, tzinfo=UTC)
    events: list[dict[str, Any]] = []
    for number in range(_APPROVALS):
        said = (("agent.response", "response", _ACTS), ("agent.prompt", "prompt", "yes"))
        for place, (kind, field, text) in enumerate(said):
            at += timedelta(seconds=30)
            own = {"id": f"approved-{number}-{place}", "session_id": f"approved-{number % 9}", "source": "cli"}
            events.append({"type": kind, "agent": "codex", field: text, "occurred_at": at.isoformat(), **own})
    async with opened(Settings(home=home)) as clone:
        await clone.recording.ingest.batch(me, events)
        while await clone.memory.precedents(LOCAL_TENANT):
            pass


async def _measured(effort: Effort, home: Path) -> dict[str, list[float]]:
    """By kind of answer the median of each round."""
    settings, clock, me = Settings(home=home), SystemClock(), Caller(LOCAL_TENANT, Scope.AGENT)
    storage = await open_storage(settings, clock)
    asked = {"unsure": (0.3, _ASKS), "free": (0.9, _ASKS), "decided": (0.9, _ACTS)}
    took: dict[str, list[float]] = {name: [] for name in asked}
    predicts = {name: Predict(storage, clock, _Says(score), redact=True) for name, (score, _) in asked.items()}
    for number in range(effort.rounds + 1):
        for name, (_, last) in asked.items():
            calls: list[float] = []
            for _ in range(effort.calls):
                began = time.perf_counter()
                made = await predicts[name](me, Question("codex", f"{_REPORT} {last}"))
                calls.append((time.perf_counter() - began) * 1000)
            if made.decision is not (Decision.ESCALATED if name == "unsure" else Decision.AUTO):
                raise RuntimeError(f"{name}: {made.abstained}")
            if number:  # the first round loads tables
                took[name].append(median(calls))
    await storage.close()
    return took
