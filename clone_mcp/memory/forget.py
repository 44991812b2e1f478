"""Forgetting by project, session, time or everything, with a look at what goes first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import Invalid
from clone_mcp.memory.erase import erase
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork


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
class Going:
    """What goes, counted."""

    events: int
    episodes: int
    facts: int


class Forget:
    """Erases what the person wants gone."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def preview(self, caller: Caller, extent: Extent) -> Going:
        """What would go: events, episodes that hold any of them, facts that rest on nothing else."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return await _going(uow, await _ids(uow, extent.checked()))

    async def __call__(self, caller: Caller, extent: Extent) -> Going:
        """Erase it, and what rests on it alone."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            ids = await _ids(uow, extent.checked())
            going = await _going(uow, ids)
            await erase(uow, ids, self._clock)
            if extent.everything:
                await uow.memory.profiles.drop()
                await uow.predictions.drop_all()
        await self._storage.purge()
        return going


async def _ids(uow: UnitOfWork, extent: Extent) -> Sequence[str]:
    return await uow.memory.raws.select(
        project=extent.project, session_id=extent.session_id, since=extent.since, until=extent.until
    )


async def _going(uow: UnitOfWork, ids: Sequence[str]) -> Going:
    doomed, episodes, facts = set(ids), set[str](), set[str]()
    for raw in await uow.memory.raws.of(ids):
        for ref in await uow.memory.links.citing(Ref(Layer.RAW, raw.id)):
            (episodes if ref.layer is Layer.EPISODE else facts).add(ref.id)
    lost = 0
    for fact in facts:
        lost += all(evidence.raw_id in doomed for evidence in await uow.memory.facts.evidence(fact))
    return Going(len(ids), len(episodes), lost)
