"""Forgetting: erasing events with what rests on them, deriving the rest again, and making it unreadable on disk.

By project, session, time or everything, with a look at what goes first. Single facts and episodes: see `correct`.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.language.wording import fold
from clone_mcp.memory.episodes import summarise
from clone_mcp.memory.evidence import regrade, release, remove, still_supported
from clone_mcp.memory.profile import PROFILE, recompile, strike
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.events import Job
from clone_mcp.models.memory import Episode, Fact, Layer, Raw, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork

PURGE = "purge"
_AGAIN = timedelta(minutes=1)
_ALL = 10_000_000
"""More episodes than anybody has."""


class Purge:
    """Ends erasures. A job sees to those that could not be ended at once, or whose process died before it tried."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock
        self.waits = False
        """Whether the last try found another process still reading what was there before."""

    @asynccontextmanager
    async def erasing(self, caller: Caller) -> AsyncGenerator[UnitOfWork]:
        """An owner's transaction, alone with their memory. What it takes away is then purged. Raises Forbidden."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone(erasing=True)
            yield uow
            await self._later(uow)
        await self(caller.tenant)

    async def __call__(self, tenant: UUID) -> None:
        """Purge now, or see to it that it is tried again."""
        self.waits = not await self._storage.purge()
        if self.waits:
            async with self._storage.begin(tenant) as uow:
                await self._later(uow)

    async def _later(self, uow: UnitOfWork) -> None:
        await uow.jobs.enqueue(Job(PURGE, dedupe_key=PURGE, run_at=self._clock.now() + _AGAIN))


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
    shown = [*(Ref(Layer.RAW, each) for each in ids), *(Ref(Layer.EPISODE, each.id) for each in loss.touched)]
    await retract(uow, [*loss.lost, *loss.left], shown)
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
    if loss.lost:
        await release(uow, loss.lost, clock)
    for text in {raw.text for raw in loss.rows}:
        await strike(uow, text)
    await recompile(uow, clock.now())
    return erased


async def retract(uow: UnitOfWork, facts: Sequence[Fact], others: Sequence[Ref] = ()) -> None:
    """Take back what models wrote after they were shown any of these, or a profile that had one of the facts."""
    told = {ref.id for ref in await uow.memory.links.cited_by(PROFILE)}
    since = min((fact.created_at for fact in facts if fact.id in told), default=None)
    shown = [*(Ref(Layer.FACT, fact.id) for fact in facts), *others]
    await uow.memory.raws.retract(shown, profiles_since=since, phrase=fold)


async def relink(uow: UnitOfWork, fact_ids: Sequence[str]) -> None:
    """Cite the episodes that now hold the facts' evidence."""
    for fact_id in fact_ids:
        evidence = await uow.memory.facts.evidence(fact_id)
        holders = await uow.memory.links.of_any([Ref(Layer.RAW, each.raw_id) for each in evidence])
        episodes = sorted({by.id for by, _ in holders if by.layer is Layer.EPISODE})
        await uow.memory.links.cite(Ref(Layer.FACT, fact_id), [Ref(Layer.EPISODE, each) for each in episodes])


@dataclass(frozen=True, slots=True)
class Extent:
    """What to forget. Conditions add up; `everything` stands alone."""

    project: str | None = None
    session_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False

    def check(self) -> None:
        """Raises Invalid when it says nothing: leaving everything out must not mean everything."""
        narrowed = any(part is not None for part in (self.project, self.session_id, self.since, self.until))
        if narrowed == self.everything:
            raise Invalid("Say what to forget: a project, a session, a time, or everything and nothing else with it.")


@dataclass(frozen=True, slots=True)
class ForgetCount:
    """What goes, counted."""

    events: int
    episodes: int
    """Those that hold nothing else. Others are told again from what is left of them."""
    facts: int
    predictions: int
    """Those made within the extent, with their feedback."""


class Forget:
    """Erases what the person wants gone."""

    def __init__(self, storage: Storage, clock: Clock, purge: Purge) -> None:
        self._storage = storage
        self._clock = clock
        self._purge = purge

    async def preview(self, caller: Caller, extent: Extent) -> ForgetCount:
        """What would go: events and predictions, episodes and facts that rest on nothing else."""
        require_owner(caller)
        extent.check()
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return await _going(uow, extent, *await _chosen(uow, extent))

    async def __call__(self, caller: Caller, extent: Extent) -> ForgetCount:
        """Erase it, and what rests on it alone."""
        async with self._purge.erasing(caller) as uow:
            extent.check()
            ids, asked = await _chosen(uow, extent)
            going = await _going(uow, extent, ids, asked)
            await uow.memory.raws.erase_predictions(asked)
            await erase(uow, ids, self._clock)
            if extent.everything:
                await _sweep(uow)
        return going


async def _chosen(uow: UnitOfWork, extent: Extent) -> tuple[Sequence[str], Sequence[str]]:
    """Ids of the events, and of the predictions that were asked for."""
    project, session_id, since, until = extent.project, extent.session_id, extent.since, extent.until
    ids = await uow.memory.raws.select(project=project, session_id=session_id, since=since, until=until)
    return ids, await uow.memory.raws.prediction_ids(project=project, session_id=session_id, since=since, until=until)


async def _going(uow: UnitOfWork, extent: Extent, ids: Sequence[str], asked: Sequence[str]) -> ForgetCount:
    if extent.everything:
        tiers = await uow.memory.counted(None)
        return ForgetCount(len(ids), tiers[Layer.EPISODE].count, tiers[Layer.FACT].count, len(asked))
    loss = await assess(uow, ids)
    return ForgetCount(len(ids), loss.emptied, len(loss.lost), len(asked))


async def _sweep(uow: UnitOfWork) -> None:
    """What rests on nothing that was recorded, such as a profile the person wrote."""
    for episode in await uow.memory.episodes.newest(since=None, limit=_ALL):
        await uow.memory.episodes.drop(episode.id)
    for fact in await uow.memory.facts.all():
        await uow.memory.facts.drop(fact.id)
    await uow.memory.standing.drop_all()
    await uow.memory.profiles.drop()
    await uow.calibration.forget()
