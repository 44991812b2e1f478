"""A made-up person's conversations with coding agents: lengths, repetition and rhythm as in real ones."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.settings import Settings

BATCH = 1000
PROMOTED = 20_000
COPIED = 50_000
_BEGIN = datetime(2024, 1, 1, tzinfo=UTC)

_STOCK = (
    "yes|continue|commit and push|yes please|go on|run the tests|no|looks good, commit|proceed|use the first option|"
    "fix it|why?|ok|do it|add a test for that|open a pull request|revert that|show me the diff|try again|"
    "make it simpler|rename it|keep the old behaviour|what is left?|check the logs|merge it|deploy to staging"
).split("|")
_DID = "refactored split renamed rewrote moved cached documented typed profiled migrated extracted simplified".split()
_WHAT = (
    "the session store|the billing webhook|the retry loop|the CSV importer|the login form|the search index|"
    "the rate limiter|the settings page|the job queue|the audit log|the date parser|the image resizer"
).split("|")
_WHERE = "api worker web shared billing search auth export jobs reports".split()
_FINDING = (
    "Two tests fail because the fixture still builds the old shape.|All tests pass now.|The linter is quiet.|"
    "One query was run once per row; it is one join now.|The type checker found an optional that is never checked.|"
    "There are callers in three other modules that rely on the old name.|Coverage went up by a little."
).split("|")
_QUESTION = (
    "Shall I commit this?|Do you want me to go on with the remaining modules?|Should I run the whole test suite?|"
    "Which option do you prefer: (1) keep both, (2) drop the old one?|May I delete the unused helper?|"
    "Do you want a pull request for this?|Shall I deploy it to staging?|Should the old name keep working for a while?"
).split("|")
_WISH = "please|now|then|first|instead|also".split("|")


def question(chance: random.Random) -> str:
    """What an agent says at the end of a turn: some sentences and a question."""
    said = [
        f"I {chance.choice(_DID)} {chance.choice(_WHAT)} in {chance.choice(_WHERE)}/{chance.choice(_WHERE)}"
        f"_{chance.randrange(100)}.py. {chance.choice(_FINDING)}"
        for _ in range(chance.randint(1, 5))
    ]
    return " ".join([*said, chance.choice(_QUESTION)])


def answer(chance: random.Random) -> str:
    """What the person types: mostly one of their stock phrases, the favourite ones most often."""
    if chance.random() < 0.6:
        return _STOCK[min(int(chance.expovariate(0.25)), len(_STOCK) - 1)]
    wishes = [
        f"{chance.choice(_WISH)} make sure {chance.choice(_WHAT)} in {chance.choice(_WHERE)} is {chance.choice(_DID)}"
        for _ in range(chance.randint(1, 4))
    ]
    return ", ".join(wishes)


def events(seed: int) -> Iterator[dict[str, Any]]:
    """CloneEvents without end: sessions of a few to a few dozen turns, minutes apart."""
    chance = random.Random(seed)
    moment = _BEGIN
    for number in range(1_000_000):
        session = f"session-{seed}-{number}"
        turns = [("session.started", {})]
        for _ in range(min(40, 1 + int(chance.expovariate(0.12)))):
            turns.append(("agent.response", {"agent": "claude-code", "response": question(chance)}))
            turns.append(("agent.prompt", {"agent": "claude-code", "prompt": answer(chance)}))
        turns.append(("session.stopped", {}))
        for place, (kind, fields) in enumerate(turns):
            moment += timedelta(seconds=chance.randint(2, 40))
            own = {"id": f"{session}-{place}", "session_id": session, "occurred_at": moment.isoformat()}
            yield {"type": kind, "source": "cli", **own, **fields}


def fill(home: Path, size: int) -> Path:
    """A home whose database holds that many events, taken in by ingest as an importer's would be.

    Nothing is left to do in the background: what a server makes of its history beside the calls is not the calls' cost.
    Up to PROMOTED events it has been made; of more, it is marked as made. What is more than COPIED is that many times
    the same, in other sessions and ever longer ago, copied within the database.
    """
    asyncio.run(_ingest(home, min(size, COPIED)))
    if size <= PROMOTED:
        asyncio.run(_promote(home))
        return home
    with closing(sqlite3.connect(home / "clone.db")) as database, database:
        database.execute("UPDATE sessions SET summarised_at = active_at")
        database.execute("UPDATE replies SET counted = 1")
        database.execute("DELETE FROM jobs")
        for number in range(1, size // COPIED):
            _copy(database, number)
        times = max(1, size // COPIED)
        database.execute("UPDATE phrases SET times = times * ?", (times,))
        database.execute("UPDATE counters SET value = value * ?", (times,))
    return home


def _copy(database: sqlite3.Connection, number: int) -> None:
    """The first COPIED events and what is kept in step with them, once more."""
    [(span,)] = database.execute("SELECT max(occurred_at) - min(occurred_at) FROM events WHERE id NOT LIKE '%~%'")
    for table in ("sessions", "events", "replies"):
        columns = [name for _, name, *_ in database.execute(f"PRAGMA table_info({table})")]
        values = [
            f"{name} || '~{number}'" if name in ("id", "session_id")
            else f"{name} - {number * (span + 1)}" if name == "at" or name.endswith("_at")
            else name
            for name in columns
        ]  # fmt: skip
        chosen, taken = ", ".join(columns), ", ".join(values)
        database.execute(f"INSERT INTO {table} ({chosen}) SELECT {taken} FROM {table} WHERE id NOT LIKE '%~%'")


async def _promote(home: Path) -> None:
    async with opened(Settings(home=home)) as clone:
        await clone.memory.promote(LOCAL_TENANT)
        await clone.jobs.worker.drain()


async def _ingest(home: Path, size: int) -> None:
    caller = Caller(LOCAL_TENANT, Scope.RECORDER)
    source = islice(events(7), size)
    async with opened(Settings(home=home)) as clone:
        while batch := list(islice(source, BATCH)):
            taken = await clone.recording.ingest.batch(caller, batch)
            if taken.accepted != len(batch):
                raise RuntimeError(f"{taken.accepted} of {len(batch)} events were accepted: {taken.invalid[:1]}")
