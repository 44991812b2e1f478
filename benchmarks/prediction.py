"""Prediction as history grows: against an echo with a thousand own replies and many, and its arithmetic on its own."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.calls import compared, side_by_side
from benchmarks.figures import Effort, Figure, against, alone
from benchmarks.history import fill, question
from benchmarks.process import CLONE, FLOOR
from benchmarks.stdio import Round, StdioServer
from benchmarks.turns import PREDICT, Turns
from clone_mcp.app import opened
from clone_mcp.calibration.platt import LEARNED, Sample, fit
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.prediction import Question
from clone_mcp.settings import Settings

_EVENTS_A_REPLY = 2.2
"""A response, a reply, and now and then a session that starts or stops."""
_LABELS, _BATCH = 5_000, 100


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Databases are worked off before they are measured: this is about prediction, not about what runs beside it."""
    yield alone("calibration", f"fit of {_LABELS:,} labels", "ms", [_fit() for _ in range(effort.rounds)], goal=50.0)
    few = _filled(folder / "few", 1_000)
    yield from _against_an_echo(effort, few, 1_000, goal=8.0)
    yield from _against_an_echo(effort, _filled(folder / "many", effort.large), effort.large, goal=15.0)
    yield from asyncio.run(_batches(effort, few))


def _fit() -> float:
    chance = random.Random(1)
    samples = [Sample(raw := chance.random(), float(chance.random() < raw / 2)) for _ in range(_LABELS)]
    began = time.perf_counter()
    fit(samples, LEARNED)
    return (time.perf_counter() - began) * 1000


def _filled(home: Path, replies: int) -> Path:
    fill(home, int(replies * _EVENTS_A_REPLY))
    asyncio.run(_worked_off(home))
    return home


async def _worked_off(home: Path) -> None:
    async with opened(Settings(home=home)) as clone:
        await clone.jobs.worker.drain()


def _against_an_echo(effort: Effort, home: Path, replies: int, *, goal: float) -> Iterator[Figure]:
    floor: list[Round] = []
    clone: list[Round] = []
    for number in range(effort.rounds):
        with StdioServer(FLOOR) as bare, StdioServer(CLONE, home) as ours:
            echoes, tools = side_by_side(effort, (bare, Turns(1).echoes), (ours, Turns(10 + number).turns))
        floor.append(echoes["echo"])
        clone.append(tools[PREDICT])
    yield from compared(f"{replies:,} own replies", PREDICT, clone, floor, goal)


async def _batches(effort: Effort, home: Path) -> Iterator[Figure]:
    """A hundred questions at once against one after the other."""
    chance, me = random.Random(2), Caller(LOCAL_TENANT, Scope.AGENT)
    together: list[float] = []
    apart: list[float] = []
    async with opened(Settings(home=home)) as clone:
        for _ in range(effort.rounds):
            questions = [Question("claude-code", question(chance), k=3) for _ in range(_BATCH)]
            began = time.perf_counter()
            await clone.prediction.batch(me, questions)
            together.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            for each in questions:
                await clone.prediction.predict(me, each)
            apart.append((time.perf_counter() - began) * 1000)
    return iter([against("batch", f"{_BATCH} questions at once, not one by one", "ms", together, apart, goal=1.0)])
