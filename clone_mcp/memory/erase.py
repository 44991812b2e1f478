"""Erasing events, and deriving anew what they were part of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.language.wording import fold
from clone_mcp.memory.episodes import summarise
from clone_mcp.memory.evidence import regrade, remove, still_supported
from clone_mcp.memory.profile import PROFILE, recompile, strike
from clone_mcp.models.memory import Episode, Fact, Layer, Raw, Ref
from clone_mcp.ports import Clock, UnitOfWork


@dataclass(frozen=True, slots=True)
class Loss:
    """What erasing events means for what was derived from them."""

    rows: Sequence[Raw]
    touched: Sequence[Episode]
    """Episodes that hold any of the rows."""
    emptied: int
    """How many of those hold nothing else."""
    lost: Sequence[Fact]
    left: Sequence[Fact]
    """Facts that stand on other rows too, in words that those rows have."""


async def assess(uow: UnitOfWork, ids: Sequence[str]) -> Loss:
    """What erasing these events would do."""
    memory, gone = uow.memory, set(ids)
    rows = await memory.raws.of(ids)
    citing = [by for by, _ in await memory.links.of_any([Ref(Layer.RAW, raw.id) for raw in rows])]
    touched = await memory.episodes.of(sorted({ref.id for ref in citing if ref.layer is Layer.EPISODE}))
    held = await memory.links.by_any([Ref(Layer.EPISODE, episode.id) for episode in touched])
    kept = {by.id for by, of in held if of.id not in gone}
    lost: list[Fact] = []
    left: list[Fact] = []
    for fact in await memory.facts.of(sorted({ref.id for ref in citing if ref.layer is Layer.FACT})):
        remains = await still_supported(uow, fact, gone)
        (left if remains else lost).append(remains or fact)
    return Loss(rows, touched, sum(episode.id not in kept for episode in touched), lost, left)


async def erase(uow: UnitOfWork, ids: Sequence[str], clock: Clock) -> int:
    """Remove the events for good; say how many there were."""
    memory = uow.memory
    loss = await assess(uow, ids)
    erased = await memory.raws.erase(ids, clock.now())
    await retract(uow, [*loss.lost, *loss.left], [*(Ref(Layer.RAW, each) for each in ids), *_episodes(loss)])
    await memory.links.drop([Ref(Layer.RAW, raw.id) for raw in loss.rows])
    for episode in loss.touched:  # an edited summary may quote what is gone, so it goes too
        await memory.episodes.drop(episode.id)
    for session_id in sorted({episode.session_id for episode in loss.touched if episode.session_id is not None}):
        await summarise(uow, session_id, clock)
    for fact in loss.lost:
        await remove(uow, fact)
    before = {fact.id: fact for fact in await memory.facts.of([fact.id for fact in loss.left])}
    for fact in loss.left:
        if before[fact.id].text != fact.text:
            await strike(uow, before[fact.id].text)
        await memory.facts.put(fact)
        await regrade(uow, fact, clock)
    await relink(uow, [fact.id for fact in loss.left])
    for text in {raw.text for raw in loss.rows}:
        await strike(uow, text)
    await recompile(uow, clock)
    return erased


async def retract(uow: UnitOfWork, facts: Sequence[Fact], others: Sequence[Ref] = ()) -> None:
    """Take back what models wrote after they were shown any of these, or a profile that had one of the facts."""
    told = {ref.id for ref in await uow.memory.links.cited_by(PROFILE)}
    since = min((fact.created_at for fact in facts if fact.id in told), default=None)
    shown = [*(Ref(Layer.FACT, fact.id) for fact in facts), *others]
    await uow.memory.raws.retract(shown, profiles_since=since, phrase=fold)


def _episodes(loss: Loss) -> Sequence[Ref]:
    return [Ref(Layer.EPISODE, episode.id) for episode in loss.touched]


async def relink(uow: UnitOfWork, fact_ids: Sequence[str]) -> None:
    """Cite the episodes that now hold the facts' evidence."""
    for fact_id in fact_ids:
        evidence = await uow.memory.facts.evidence(fact_id)
        holders = await uow.memory.links.of_any([Ref(Layer.RAW, each.raw_id) for each in evidence])
        episodes = sorted({by.id for by, _ in holders if by.layer is Layer.EPISODE})
        await uow.memory.links.cite(Ref(Layer.FACT, fact_id), [Ref(Layer.EPISODE, each) for each in episodes])
