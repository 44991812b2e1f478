"""Everything a database says of a person, without ids that were drawn by lot: two of these can be compared."""

from __future__ import annotations

from dataclasses import astuple
from typing import Any

from clone_mcp.clone import Clone
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.ports import UnitOfWork
from clone_mcp.settings import Settings
from tests.support.jobs import waiting
from tests.support.sql import rows
from tests.support.storage import storage_of

Portrait = dict[str, Any]


async def portrait(clone: Clone, settings: Settings) -> Portrait:
    async with storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        raws = {raw.id: raw for raw in await uow.memory.raws.newest(since=None, limit=10_000)}
        said = {id_: raw.text or raw.type for id_, raw in raws.items()}
        history = await uow.replies.history(phrases=1000, answers=1000)
        profile = await uow.memory.profiles.get()
        stones = await uow.memory.tombstones.all()
        seen = {
            "raws": sorted((said[id_], raw.session_id, raw.author, raw.channel) for id_, raw in raws.items()),
            "sessions": sorted((each.id, str(each.ended_at)) for each in await uow.sessions.recent(limit=1000)),
            "phrases": sorted(astuple(phrase) for phrase in history.phrases),
            "answers": (history.total, sorted((each.key, each.session_id) for each in history.answers)),
            "endings": await uow.replies.endings(),
            "episodes": await _episodes(uow, said),
            "facts": await _facts(uow, said),
            "profile": profile and (profile.body, profile.soul_card, profile.method),
            "deleted": sorted(stone.layer for stone in stones),
        }
    outcomes = await rows(settings, "SELECT outcome, actual_response FROM feedback ORDER BY 1, 2")
    decided = await rows(settings, "SELECT key, session_id, approved, refused FROM precedents ORDER BY 1, 2")
    return {
        **seen,
        "outcomes": [tuple(row) for row in outcomes],
        "decided": [tuple(row) for row in decided],
        "jobs": await waiting(settings),
    }


async def _episodes(uow: UnitOfWork, said: dict[str, str]) -> list[Any]:
    newest = await uow.memory.episodes.newest(since=None, limit=1000)
    told = [(each, await _rows(uow, said, Layer.EPISODE, each.id)) for each in newest]
    return sorted((each.summary, each.session_id, told_of) for each, told_of in told)


async def _facts(uow: UnitOfWork, said: dict[str, str]) -> list[Any]:
    facts = {fact.id: fact for fact in await uow.memory.facts.all()}
    asked = [(facts[each.fact_id].text, each.gate) for each in await uow.memory.reviews.waiting()]
    grounds = {fact.id: await _rows(uow, said, Layer.FACT, fact.id) for fact in facts.values()}
    return sorted(
        (fact.text, fact.tier, fact.tags, round(fact.base, 9), round(fact.decay, 9), str(fact.gate),
         asked.count((fact.text, fact.gate)), grounds[fact.id])
        for fact in facts.values()
    )  # fmt: skip


async def _rows(uow: UnitOfWork, said: dict[str, str], layer: Layer, id_: str) -> list[str]:
    return sorted(said[ref.id] for ref in await uow.memory.links.cited_by(Ref(layer, id_)) if ref.layer is Layer.RAW)
