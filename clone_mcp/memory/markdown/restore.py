"""An export read into an empty memory: the files are enough to have all of it back.

A memory that holds something is changed by apply.py instead. Whole databases are put back by storage/backup.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from clone_mcp.errors import Conflict
from clone_mcp.memory.evidence import unbury
from clone_mcp.memory.markdown.documents import document, files, raw_lines
from clone_mcp.memory.markdown.folder import read_base
from clone_mcp.memory.markdown.values import CitedValue, episode_of, fact_of, profile_of, record_of
from clone_mcp.memory.profile import recompile
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.events import Record
from clone_mcp.models.memory import Episode, Fact, Layer, Profile, Ref, Review, Tombstone
from clone_mcp.ports import Clock, Storage, UnitOfWork

_AT_ONCE = 500
"""Rows in one transaction, so that other writers need not wait for all of them."""


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that the files say, checked before any of it is written."""

    records: Sequence[Record]
    episodes: Sequence[CitedValue[Episode]]
    facts: Sequence[CitedValue[Fact]]
    profile: Profile | None
    buried: Sequence[Tombstone]


@dataclass(frozen=True, slots=True)
class RestoreCount:
    """How much comes back."""

    raw: int
    episodes: int
    facts: int
    deleted_raw: int
    """Of them, what was deleted here."""
    deleted_facts: int


class Restore:
    """Fills an empty memory from an export."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def plan(self, caller: Caller, folder: Path) -> RestoreCount:
        """What restoring would do. Raises Conflict when memory is not empty, Invalid for a bad file."""
        require_owner(caller)
        whole = self._read(folder)
        return _counted(whole, await self._deleted_here(caller, whole))

    async def __call__(self, caller: Caller, folder: Path, *, bring_back: bool = False) -> RestoreCount:
        """Write all of it, or nothing: raises Conflict when memory is not empty, and Invalid for a bad file.

        What was deleted here comes back only with `bring_back`, and is a Conflict without: a folder that lies about
        must not undo a deletion, but the person who says so may.
        """
        require_owner(caller)
        whole = self._read(folder)
        rows, keys = deleted = await self._deleted_here(caller, whole)
        if (rows or keys) and not bring_back:
            raise Conflict(
                f"{len(rows)} of these rows and {len(keys)} of these facts were deleted here.",
                hint="`--bring-back` restores them too; `--dry-run` shows what would be restored.",
            )
        async with self._storage.begin(caller.tenant) as uow:
            for raw_id in rows:
                await uow.memory.tombstones.unbury(Layer.RAW, raw_id)
        for start in range(0, len(whole.records), _AT_ONCE):
            await self._storage.append(caller.tenant, whole.records[start : start + _AT_ONCE])
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            await self._write(uow, whole)
        return _counted(whole, deleted)

    async def _deleted_here(self, caller: Caller, whole: Whole) -> tuple[Sequence[str], Sequence[str]]:
        """Ids of rows and keys of facts that were deleted here and, as far as the export knows, nowhere else."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            if not await _empty(uow, whole):
                raise Conflict(
                    "Memory is not empty.", hint="`memory apply` brings changes in; restoring needs a new home."
                )
            among = uow.memory.tombstones.among
            rows = await among(Layer.RAW, [record.event.id for record in whole.records])
            keys = await among(Layer.FACT, [fact.value.key for fact in whole.facts])
        ours = {stone.digest for stone in whole.buried}  # said again after it was deleted
        return rows, [key for key in keys if sha256(key.encode("utf-8", "replace")).hexdigest() not in ours]

    def _read(self, folder: Path) -> Whole:
        buried, texts = read_base(folder).buried, files(folder)
        lines = [
            line for path, text in texts.items() if path.startswith("raw/") for line in raw_lines(path, text).items()
        ]
        now = self._clock.now()
        records = [record_of(raw_id, line, now) for raw_id, line in lines]
        return Whole(
            records=sorted(records, key=lambda record: (record.event.occurred_at, record.event.id)),
            episodes=[episode_of(document(path, text)) for path, text in texts.items() if path.startswith("episodes/")],
            facts=[fact_of(document(path, text)) for path, text in texts.items() if path.startswith("facts/")],
            profile=profile_of(texts),
            buried=buried,
        )

    async def _write(self, uow: UnitOfWork, whole: Whole) -> None:
        memory, now = uow.memory, self._clock.now()
        for each in whole.episodes:
            await memory.episodes.put(each.value, now)
            await memory.episodes.promoted(each.value.id, now)
            await memory.links.cite(Ref(Layer.EPISODE, each.value.id), each.cited)
        for session_id in sorted({each.value.session_id for each in whole.episodes if each.value.session_id}):
            await memory.episodes.summarised(session_id, now)
        for each in whole.facts:
            await memory.facts.put(each.value)
            await memory.links.cite(Ref(Layer.FACT, each.value.id), each.cited)
        for each in whole.facts:
            await unbury(uow, each.value)
        await memory.tombstones.set_up(whole.buried)
        known = {each.value.id for each in whole.facts}
        for each in whole.facts:
            fact, rival = each.value, each.rival if each.rival in known else None
            if fact.gate is not None:
                await memory.reviews.ask(Review(f"restored-{fact.id}", fact.gate, fact.id, rival, now))
        if whole.profile is not None:
            await memory.profiles.put(whole.profile)
            await recompile(uow, self._clock.now())


async def _empty(uow: UnitOfWork, whole: Whole) -> bool:
    """Whether nothing is there but some of these rows, which is what a restore that was broken off leaves."""
    if await uow.memory.facts.all(limit=1) or await uow.memory.episodes.newest(since=None, limit=1):
        return False
    there = await uow.memory.raws.select(project=None, session_id=None, since=None, until=None)
    return {record.event.id for record in whole.records}.issuperset(there)


def _counted(whole: Whole, deleted: tuple[Sequence[str], Sequence[str]]) -> RestoreCount:
    rows, keys = deleted
    return RestoreCount(len(whole.records), len(whole.episodes), len(whole.facts), len(rows), len(keys))
