"""Forgetting by project, session, time or everything, with a look at what goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clone_mcp.errors import Invalid
from clone_mcp.memory.erase import assess, erase
from clone_mcp.memory.purge import Purge
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.memory import Layer
from clone_mcp.ports import Clock, Storage, UnitOfWork

_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Extent:
    """What to forget. Conditions add up; `everything` stands alone."""

    project: str | None = None
    session_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    everything: bool = False

    def checked(self) -> Extent:
        """Itself, if it says something. Raises Invalid: leaving everything out must not mean everything."""
        narrowed = any(part is not None for part in (self.project, self.session_id, self.since, self.until))
        if narrowed == self.everything:
            raise Invalid("Say what to forget: a project, a session, a time, or everything and nothing else with it.")
        return self


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
        extent.checked()
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return await _going(uow, extent)

    async def __call__(self, caller: Caller, extent: Extent) -> ForgetCount:
        """Erase it, and what rests on it alone."""
        require_owner(caller)
        extent.checked()
        async with self._purge.erasing(caller.tenant) as uow:
            going = await _going(uow, extent)
            ids, asked = await _events(uow, extent), await _asked(uow, extent)
            await uow.memory.raws.erase_asked(asked)
            await erase(uow, ids, self._clock)
            if extent.everything:
                await _sweep(uow)
        return going


async def _going(uow: UnitOfWork, extent: Extent) -> ForgetCount:
    ids = await _events(uow, extent)
    loss, asked = await assess(uow, ids), await _asked(uow, extent)
    if not extent.everything:
        return ForgetCount(len(ids), loss.emptied, len(loss.lost), len(asked))
    tiers = await uow.memory.counted(None)
    return ForgetCount(len(ids), tiers[Layer.EPISODE].count, tiers[Layer.FACT].count, len(asked))


async def _events(uow: UnitOfWork, extent: Extent) -> Sequence[str]:
    return await uow.memory.raws.select(
        project=extent.project, session_id=extent.session_id, since=extent.since, until=extent.until
    )


async def _asked(uow: UnitOfWork, extent: Extent) -> Sequence[str]:
    return await uow.memory.raws.asked(
        project=extent.project, session_id=extent.session_id, since=extent.since, until=extent.until
    )


async def _sweep(uow: UnitOfWork) -> None:
    """What rests on nothing that was recorded, such as a profile the person wrote."""
    for episode in await uow.memory.episodes.newest(since=None, limit=_ALL):
        await uow.memory.episodes.drop(episode.id)
    for fact in await uow.memory.facts.all():
        await uow.memory.facts.drop(fact.id)
    await uow.memory.profiles.drop()
    await uow.calibration.forget()
