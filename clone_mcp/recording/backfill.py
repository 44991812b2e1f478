"""Taking a history in: events that are known already are skipped, whether under the same id or another.

Where histories come from, and what counts as one, is in `sources`. Each event goes through `ingest` like any other.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from clone_mcp.errors import TooLarge
from clone_mcp.models.access import Caller
from clone_mcp.models.events import IDLE, Channel, Job, Record
from clone_mcp.models.memory import Raw
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.authorship import UNVOUCHED, channel_of
from clone_mcp.recording.ingest import HistoryEvent, Ingest

APART = timedelta(minutes=2)
"""A hook and a transcript may tell times of the same turn that far apart."""
LOOSELY = timedelta(days=1)
"""The same where times are guessed."""
BATCH = 500
"""Events that are written in one transaction. While it is under way, the next batch is made ready."""
_SESSIONS = 256
"""Sessions whose stored rows are held in memory at once."""


@dataclass(slots=True)
class BackfillResult:
    """What became of a history's turns."""

    new: int = 0
    known: int = 0
    refused: int = 0
    """Too large to be kept."""
    attested: int = 0
    """Of those known: claims that are vouched for from now on."""


class Backfill:
    """Appends what histories tell, in the order they tell it."""

    def __init__(self, storage: Storage, clock: Clock, ingest: Ingest, *, later: tuple[Job, ...] = ()) -> None:
        """`later` is what has to be done some time after a response."""
        self.storage = storage
        self.clock = clock
        self.ingest = ingest
        self.later = later

    def begin(self, caller: Caller, taken: BackfillResult) -> RunningBackfill:
        """Start; `taken` counts how it goes."""
        return RunningBackfill(self, caller, taken)


class RunningBackfill:
    """A history on its way in. While one batch is being written, the next one is made ready."""

    def __init__(self, backfill: Backfill, caller: Caller, taken: BackfillResult) -> None:
        self._with = backfill
        self._caller = caller
        self._taken = taken
        self._waiting: list[HistoryEvent] = []
        self._told: OrderedDict[str, _Held] = OrderedDict()
        self._stale: set[str] = set()
        self._writing: asyncio.Task[int] | None = None
        self._written: set[str] = set()

    def next_file(self) -> None:
        """What comes from now on may have been told by what came before."""
        self._stale.update(self._told, (item.event.session_id for item in self._waiting))

    async def add(self, items: Sequence[HistoryEvent]) -> None:
        """Take these; they are stored now or soon."""
        for item in items:
            session = item.event.session_id
            if session in self._stale:
                await self._work()
                self._told.pop(session, None)
                self._stale.discard(session)
            self._waiting.append(item)
        if len(self._waiting) >= BATCH:
            await self._work()

    async def finish(self) -> None:
        """Store what is left; returns when everything is durable."""
        await self._work()
        await self._landed()

    async def _work(self) -> None:
        items, self._waiting = self._waiting, []
        if not items:
            return
        sessions = list(dict.fromkeys(item.event.session_id for item in items))
        await self._look_up(sessions)
        records = [record for item in items if (record := self._new(item)) is not None]
        await self._landed()
        if records:
            self._written = set(sessions)
            self._writing = asyncio.create_task(self._append(records))
            self._taken.known += sum(_is_turn(record.event.type) for record in records)  # until they turn out to be new
            self._taken.attested += sum(record.replaces_claim for record in records)
            await asyncio.sleep(0)  # so that it begins

    async def _append(self, records: Sequence[Record]) -> int:
        """Store these; how many turns were new. Their sessions are summarised once they have been quiet for a while."""
        quiet = Job("episodes", dedupe_key="episodes", run_at=self._with.clock.now() + IDLE)
        last = replace(records[-1], jobs=(quiet, *self._with.later))
        new = await self._with.storage.append(self._caller.tenant, [*records[:-1], last])
        added = [record for record, is_new in zip(records, new, strict=True) if is_new and not record.replaces_claim]
        return sum(_is_turn(record.event.type) for record in added)

    async def _landed(self) -> None:
        if self._writing is not None:
            writing, self._writing = self._writing, None
            new = await writing
            self._taken.new += new
            self._taken.known -= new
            self._written = set()

    def _new(self, item: HistoryEvent) -> Record | None:
        held = self._told[item.event.session_id]
        attested = not item.claimed and channel_of(self._caller.scope) is Channel.ATTESTED
        before = held.take(item.event.id)
        replaces = before is not None and attested and _is_anybodys(before)
        if before is not None and not replaces:
            self._taken.known += _is_turn(item.event.type)
            return None
        try:
            record = self._with.ingest.prepared(self._caller, item)
        except TooLarge:
            self._taken.refused += 1
            return None
        if replaces:
            return replace(record, replaces_claim=True)
        if held.had(record, within=APART if item.exact else LOOSELY, unless=_is_anybodys if attested else None):
            self._taken.known += _is_turn(item.event.type)
            return None
        return record

    async def _look_up(self, session_ids: Sequence[str]) -> None:
        unknown = [session for session in session_ids if session not in self._told]
        if unknown:
            if not self._written.isdisjoint(unknown):
                await self._landed()
            async with self._with.storage.begin(self._caller.tenant, readonly=True) as uow:
                found = {session: await uow.memory.raws.of_session(session) for session in unknown}
            self._told.update({session: _Held(raws) for session, raws in found.items()})
        for session in session_ids:
            self._told.move_to_end(session)
        while len(self._told) > max(_SESSIONS, len(session_ids)):
            self._told.popitem(last=False)


def _is_turn(event_type: str) -> bool:
    """Beginnings and ends of sessions are counted nowhere."""
    return event_type.startswith("agent.")


def _is_anybodys(raw: Raw) -> bool:
    """Whether it was found where anybody may have put it. What the person's own agents report is not replaced."""
    return raw.label == UNVOUCHED and raw.channel is Channel.CLAIMED


class _Held:
    """What a session held before this file was read."""

    def __init__(self, raws: Sequence[Raw]) -> None:
        self._by_id = {raw.id: raw for raw in raws}

    def take(self, event_id: str) -> Raw | None:
        """The event that is there under its name. It is not looked for under another one any more."""
        return self._by_id.pop(event_id, None)

    def had(self, record: Record, *, within: timedelta, unless: Callable[[Raw], bool] | None = None) -> bool:
        """Whether it is there under another name: the same words at about the same time, each counted once."""
        if not self._by_id or record.sentence is None:
            return False
        event = record.event
        same = [
            (abs(raw.occurred_at - event.occurred_at), raw.id)
            for raw in self._by_id.values()
            if raw.type == event.type and raw.text == record.sentence and not (unless and unless(raw))
        ]
        if not same or min(same)[0] > within:
            return False
        del self._by_id[min(same)[1]]
        return True
