"""A copy of one person's memory that is filled in order of time, and read as it would have been at moments.

Evidence is replayed into a scratch storage, and a session is distilled by the usual rules once it has been silent. What
is done depends on what was recorded alone, never on the moments that are asked for: so a later moment goes on from an
earlier one, and finds what it would have found from the beginning. No model is asked.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.memory.context import Context
from clone_mcp.memory.corrections import Correction, MomentClock
from clone_mcp.memory.episodes import SILENCE, PromoteEpisodes
from clone_mcp.memory.evidence import CANDIDATE_DAYS
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.profile import recompile
from clone_mcp.memory.read import ReadMemory
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Record, StoredEvent
from clone_mcp.models.memory import Bundle, ContextRequest, Episode, Fact, Profile, Raw, Tier
from clone_mcp.ports import ScratchStorage, Storage
from clone_mcp.ports.rows import RecordedEvent
from clone_mcp.recording.ingest import record_again

_PAGE = 500
"""Events that are read in one transaction."""
_ALL = 1_000_000
"""More episodes than anybody has."""
_OUTCOMES = "outcomes"
"""Stands for the predictions whose outcomes have moved a fact, summed up."""


class StandingClock:
    """A clock that all but stands still, after everything.

    What is recomputed is recomputed at once, as from a history that is imported: evidence adds up however long ago it
    is, and nobody's time is up in between.
    """

    def __init__(self) -> None:
        self._now = datetime(9000, 1, 1, tzinfo=UTC)

    def now(self) -> datetime:
        self._now += timedelta(microseconds=1)
        return self._now

    def monotonic(self) -> float:
        return 0.0


class MemoryView:
    """Memory as it would have been at a moment: all four tiers, from what was recorded before it."""

    def __init__(self, copy: Storage, moment: datetime) -> None:
        self.moment = moment
        self._read = ReadMemory(copy)
        self._context = Context(copy, MomentClock(moment))

    async def raws(self, *, since: datetime | None = None, limit: int, offset: int = 0) -> Sequence[Raw]:
        """Raw rows, newest first."""
        return await self._read.raws(LOCAL_TENANT, since=since, limit=limit, offset=offset)

    async def episodes(
        self, *, since: datetime | None = None, limit: int, offset: int = 0, session_id: str | None = None
    ) -> Sequence[Episode]:
        """Episodes, the latest first."""
        return await self._read.episodes(LOCAL_TENANT, since=since, limit=limit, offset=offset, session_id=session_id)

    async def facts(self, *, limit: int | None = None, offset: int = 0) -> Sequence[Fact]:
        """Facts, most important first. Their ids are their own: no fact of today has them."""
        return [self._dated(fact) for fact in await self._read.facts(LOCAL_TENANT, limit=limit, offset=offset)]

    async def profile(self) -> Profile | None:
        """Who this person was, as far as it was known."""
        return await self._read.profile(LOCAL_TENANT)

    async def bundle(self, request: ContextRequest) -> Bundle:
        """What a prediction would have been shown. Raises Invalid for what is out of range."""
        found = await self._context(LOCAL_TENANT, request)
        return replace(found, facts=tuple(map(self._dated, found.facts)))

    def _dated(self, fact: Fact) -> Fact:
        """The fact as distilled at this moment, which is what it was."""
        until = self.moment + timedelta(days=CANDIDATE_DAYS) if fact.tier is Tier.CANDIDATE else None
        return replace(fact, created_at=self.moment, updated_at=self.moment, expires_at=until)


class EarlierMemory:
    """One person's memory at moments, each no earlier than the one before."""

    def __init__(
        self,
        storage: Storage,
        tenant: UUID,
        copy: ScratchStorage,
        clock: StandingClock,
        corrections: Iterable[Correction],
    ) -> None:
        """`copy` is empty and goes by `clock`."""
        self._storage = storage
        self._tenant = tenant
        self._copy = copy
        self._clock = clock
        self._corrections = list(corrections)
        self._moment: datetime | None = None
        self._last: StoredEvent | None = None
        self._waiting: list[Record] = []
        """What was read, and is not in the copy yet."""
        self._silent_at: dict[str, datetime] = {}
        """Sessions that go on, and from when on they do so no longer unless something comes."""
        self._episodes = PromoteEpisodes(copy, clock)
        self._facts = PromoteFacts(copy, clock)

    @asynccontextmanager
    async def at(self, moment: datetime) -> AsyncGenerator[MemoryView]:
        """Memory from what happened before this moment, as long as the block lasts. Raises Invalid for going back."""
        if self._moment is not None and moment < self._moment:
            raise Invalid("Memory is read forward in time: this moment lies before the last one.")
        await self._advance(moment)
        self._moment = moment
        async with self._copy.provisional():
            await self._distil(list(self._silent_at))
            await self._weigh(moment)
            yield MemoryView(self._copy, moment)

    async def _advance(self, moment: datetime) -> None:
        async for recorded in self._recorded(moment):
            event = recorded.event
            await self._settle(event.occurred_at)
            self._waiting.append(record_again(event, recorded.project, counts=recorded.counts))
            self._silent_at.pop(event.session_id, None)  # in the order in which they fall silent
            self._silent_at[event.session_id] = event.occurred_at + SILENCE
            self._last = event
        await self._settle(moment)
        await self._append()

    async def _recorded(self, before: datetime) -> AsyncIterator[RecordedEvent]:
        while True:
            async with self._storage.begin(self._tenant, readonly=True) as uow:
                found = await uow.events.recorded(before=before, after=self._last, limit=_PAGE)
            for each in found:
                yield each
            if len(found) < _PAGE:
                return

    async def _settle(self, until: datetime) -> None:
        """Do everything that was due before what happens then: distil silent sessions, correct what was corrected."""
        while True:
            session_id, silent_at = next(iter(self._silent_at.items()), ("", None))
            corrected_at = self._corrections[0].at if self._corrections else None
            if silent_at is not None and silent_at <= until and (corrected_at is None or silent_at <= corrected_at):
                await self._append()
                await self._distil([session_id])
                del self._silent_at[session_id]
            elif corrected_at is not None and corrected_at < until:
                await self._append()
                await self._distil(list(self._silent_at))  # what they corrected had been distilled
                async with self._copy.begin(LOCAL_TENANT) as uow:
                    await self._corrections.pop(0).again(uow, self._clock)
            else:
                return

    async def _append(self) -> None:
        if self._waiting:
            await self._copy.append(LOCAL_TENANT, self._waiting)
            self._waiting = []

    async def _distil(self, session_ids: Sequence[str]) -> None:
        for session_id in session_ids:
            await self._episodes.session(LOCAL_TENANT, session_id)
        if session_ids:
            await self._facts(LOCAL_TENANT, limit=_ALL)

    async def _weigh(self, moment: datetime) -> None:
        """Let the outcomes that were known move the facts, and compile the profile from those."""
        async with self._storage.begin(self._tenant, readonly=True) as uow:
            decays = await uow.memory.facts.decays(before=moment)
        async with self._copy.begin(LOCAL_TENANT) as uow:
            for key, amount in sorted(decays.items()):
                if (fact := await uow.memory.facts.by_key(key)) is not None:
                    await uow.memory.facts.decayed(_OUTCOMES, fact.id, amount)
            await recompile(uow, moment)
