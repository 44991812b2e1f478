"""How long a person's own history takes to come in, to be made into memory, and to be replayed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from benchmarks.figures import Effort, Figure, alone
from benchmarks.history import BATCH, events
from clone_mcp.app import opened
from clone_mcp.evaluation.backtest import Plan
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.settings import Settings

_EVENTS = 2_000
_QUESTIONS = 300
_ME = Caller(LOCAL_TENANT, Scope.OWNER)


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Each in a database of its own, as a person who begins has it."""
    taken = [asyncio.run(_times(folder / f"begin-{number}")) for number in range(effort.rounds // 3)]
    name = f"{_EVENTS:,} events"
    yield alone(name, "ingest", "events/s", [_EVENTS / it[0] for it in taken])
    yield alone(name, "promotion, all three loops", "events/s", [_EVENTS / it[1] for it in taken])
    yield alone(name, "backtest, local", "questions/s", [it[2] for it in taken])


async def _times(home: Path) -> tuple[float, float, float]:
    """Seconds of processor time, since other work weighs on the clock; and questions in one of them."""
    async with opened(Settings(home=home)) as clone:
        source = islice(events(7), _EVENTS)
        began = time.process_time()
        while batch := list(islice(source, BATCH)):
            await clone.recording.ingest.batch(_ME, batch)
        taken = time.process_time()
        await clone.memory.promote(LOCAL_TENANT)
        promoted = time.process_time()
        plan = Plan(limit=_QUESTIONS)
        replayed = await clone.evaluation.backtest(
            _ME, plan, await clone.evaluation.backtest.size(_ME, plan), lambda _: None
        )
        return taken - began, promoted - taken, len(replayed.results) / (time.process_time() - promoted)
