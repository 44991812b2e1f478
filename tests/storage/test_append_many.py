"""Appending many events at once leaves what appending them one by one leaves."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.events import Reply
from tests.conftest import new_tenant
from tests.support.events import NINE, event, said, started, stopped, typed
from tests.support.sql import rows

WORDS = ("yes", "Yes!", "run the tests", "no", "option 2", "…" * 150)
KEPT = {
    "sessions": "id, source, source_detail, project, started_at, ended_at, active_at, question, last_key, told",
    "events": "id, session_id, type, author, occurred_at, payload, sentence, sketch",
    "replies": "id, session_id, key, text, question, previous, at, attested",
    "phrases": "key, text, times, last_at",
    "counters": "name, value",
}


def happened(chance: random.Random, number: int) -> dict[str, Any]:
    session = f"s{chance.randrange(4)}"
    own: dict[str, Any] = {"id": f"e{chance.randrange(number + 1)}", "minutes": chance.randrange(600)}
    match chance.randrange(8):
        case 0:
            return started(session, **own, source_detail=chance.choice([None, "codex"]))
        case 1:
            return stopped(session, **own)
        case 2 | 3 | 4:
            return said(f"Part {number} is done. {chance.choice(['Go on?', 'Run the tests?'])}", session, **own)
        case 5:
            return event("agent.prompt", session, agent="a", prompt="of an agent", **{**own, "source": "agent"})
        case _:
            return typed(chance.choice(WORDS), session, **own)


async def tell(storage, tenant, number: int) -> None:
    async with storage.begin(tenant) as uow:
        told = Reply("yes", "yes")
        await uow.replies.learn_told(
            told, source_id=f"p{number}", session_id="s1", question=b"", at=NINE, attested=False
        )


async def left(settings, tenant) -> dict[str, Sequence[Any]]:
    found: dict[str, Sequence[Any]] = {}
    for table, columns in KEPT.items():
        own = await rows(settings, f"SELECT tenant_id, {columns} FROM {table}")
        found[table] = sorted(repr(row[1:]) for row in own if str(row[0]).replace("-", "") == tenant.hex)
    jobs = (
        await rows(settings, "SELECT tenant_id, kind, dedupe_key, run_at FROM jobs") if "sqlite" in settings.url else []
    )
    found["jobs"] = sorted(repr(row[1:]) for row in jobs if str(row[0]).replace("-", "") == tenant.hex)
    return found


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_many_at_once_are_many_one_by_one(clone, storage, clock, settings, seed: int) -> None:
    chance = random.Random(seed)
    events = [happened(chance, number) for number in range(120)]
    one, many = [Caller(await new_tenant(storage, clock), Scope.OWNER) for _ in range(2)]
    for start in range(0, len(events), 30):
        part = events[start : start + 30]
        scope = chance.choice([Scope.AGENT, Scope.OWNER])
        singly = [await clone.recording.ingest.batch(Caller(one.tenant, scope), [each]) for each in part]
        together = await clone.recording.ingest.batch(Caller(many.tenant, scope), part)
        assert together.accepted == sum(each.accepted for each in singly)
        for caller in (one, many):
            await tell(storage, caller.tenant, start)
    for caller in (one, many):
        buried = next(each["id"] for each in events if each["type"] == "agent.prompt")
        await clone.memory.correct.delete_raws(caller, [buried])
        assert (await clone.recording.ingest.batch(caller, events)).accepted == 0
    assert await left(settings, one.tenant) == await left(settings, many.tenant)
