"""Erasing events, and deriving anew what they were part of."""

from __future__ import annotations

from collections.abc import Sequence

from clone_mcp.memory.distill import METHOD
from clone_mcp.memory.episodes import PERSON, summarise
from clone_mcp.memory.facts import regrade
from clone_mcp.memory.profile import recompile
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.ports import Clock, UnitOfWork


async def erase(uow: UnitOfWork, ids: Sequence[str], clock: Clock) -> int:
    """Remove the events for good; say how many there were."""
    memory = uow.memory
    rows = [Ref(Layer.RAW, raw.id) for raw in await memory.raws.of(ids)]
    episodes = {ref.id for row in rows for ref in await memory.links.citing(row) if ref.layer is Layer.EPISODE}
    sessions = {(await memory.episodes.get(episode)).session_id for episode in episodes}
    facts = await facts_citing(uow, rows)
    erased = await memory.raws.erase(ids, clock.now())
    for row in rows:
        await memory.links.drop(row)
    for episode in episodes:  # an edited summary may quote what is gone, so it goes too
        await memory.episodes.drop(episode)
    for session_id in sorted(session for session in sessions if session is not None):
        await summarise(uow, session_id, clock)
    left = [fact_id for fact_id in facts if await _left(uow, fact_id, clock)]
    await relink(uow, left)
    await recompile(uow, clock)
    return erased


async def _left(uow: UnitOfWork, fact_id: str, clock: Clock) -> bool:
    """Whether the fact still stands on what is left."""
    fact = await uow.memory.facts.get(fact_id)
    if fact.method in (METHOD, PERSON):
        return await regrade(uow, fact, clock) is not None
    # A model may have drawn on exactly the rows that are gone. It will say it again if the rest bears it out.
    await uow.memory.facts.drop(fact_id)
    return False


async def facts_citing(uow: UnitOfWork, refs: Sequence[Ref]) -> list[str]:
    """Ids of the facts that cite any of these."""
    found = {ref.id for row in refs for ref in await uow.memory.links.citing(row) if ref.layer is Layer.FACT}
    return sorted(found)


async def relink(uow: UnitOfWork, fact_ids: Sequence[str]) -> None:
    """Cite the episodes that now hold the facts' evidence."""
    for fact_id in fact_ids:
        for evidence in await uow.memory.facts.evidence(fact_id):
            holders = await uow.memory.links.citing(Ref(Layer.RAW, evidence.raw_id))
            episodes = [ref for ref in holders if ref.layer is Layer.EPISODE]
            await uow.memory.links.cite(Ref(Layer.FACT, fact_id), episodes)
