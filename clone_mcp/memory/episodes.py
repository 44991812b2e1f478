"""L0 → L1: a session's raw rows, told as episodes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.memory.distill.episodes import Draft, episodes
from clone_mcp.models.events import IDLE, Job, episodes_job
from clone_mcp.models.memory import Episode, Layer, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork

PERSON = "person"
"""The method of what the person wrote themselves. Nothing compiled replaces it."""


class PromoteEpisodes:
    """Summarises sessions. Summarising one again brings its episodes up to date."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, tenant: UUID, *, limit: int = 100) -> int:
        """Summarise sessions that ended or went idle; how many episodes were written."""
        async with self._storage.begin(tenant) as uow:
            pending = await uow.memory.episodes.pending(idle_since=self._clock.now() - IDLE, limit=limit)
            if len(pending) == limit:
                await uow.jobs.enqueue(Job("episodes", dedupe_key="episodes"))
        return sum([await self.session(tenant, session_id) for session_id in pending])

    async def at_once(self, tenant: UUID, *, limit: int, since: datetime | None = None, again: bool = False) -> int:
        """The same without waiting for sessions to end; with `again`, also those that have nothing new."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            pending = await uow.memory.episodes.pending(limit=limit, since=since, again=again)
        return sum([await self.session(tenant, session_id, again=again) for session_id in pending])

    async def when_quiet(self, tenant: UUID, session_id: str) -> int:
        """Summarise a session if it has ended or gone quiet, else look again when it may have."""
        async with self._storage.begin(tenant) as uow:
            try:
                active_at, ended = await uow.sessions.activity(session_id)
            except NotFound:
                return 0  # forgotten since
            if not ended and active_at > self._clock.now() - IDLE:
                await uow.jobs.enqueue(episodes_job(session_id, run_at=active_at + IDLE))
                return 0
        return await self.session(tenant, session_id)

    async def session(self, tenant: UUID, session_id: str, *, again: bool = False) -> int:
        """Summarise one session; how many episodes it has."""
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone()
            written = await summarise(uow, session_id, self._clock, again=again)
            await uow.jobs.enqueue(Job("facts", dedupe_key="facts"))
        return written


async def summarise(uow: UnitOfWork, session_id: str, clock: Clock, *, again: bool = False) -> int:
    """Bring the session's episodes up to date. Summaries the person edited keep their words.

    Episodes that hold what they held stay as they are, so that nobody distils them again; unless `again`.
    """
    memory, now = uow.memory, clock.now()
    read_up_to = await _active_at(uow, session_id) or now
    raws = [raw for raw in await memory.raws.of_session(session_id) if raw.text]
    before = {e.id: e for e in await memory.episodes.newest(since=None, limit=1000, session_id=session_id)}
    held = await _held(uow, before)
    drafts = _with_edits(episodes(raws), before, held)
    for draft in drafts:
        before.pop(draft.episode.id, None)
        if held.get(draft.episode.id) == set(draft.raw_ids) and not again:
            continue
        await memory.episodes.put(draft.episode, now)
        await memory.links.replace(
            Ref(Layer.EPISODE, draft.episode.id), [Ref(Layer.RAW, raw_id) for raw_id in draft.raw_ids]
        )
    for stale in before:
        await memory.episodes.drop(stale)
    await memory.episodes.summarised(session_id, read_up_to)
    return len(drafts)


async def _active_at(uow: UnitOfWork, session_id: str) -> datetime | None:
    """When the session's last event came in. One that comes in while we read must count as unread."""
    try:
        return (await uow.sessions.activity(session_id))[0]
    except NotFound:
        return None


async def _held(uow: UnitOfWork, ids: Iterable[str]) -> Mapping[str, set[str]]:
    """The rows of each of these episodes."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for episode, row in await uow.memory.links.by_any([Ref(Layer.EPISODE, id_) for id_ in ids]):
        found[episode.id].add(row.id)
    return found


def _with_edits(
    drafts: Sequence[Draft], before: Mapping[str, Episode], held: Mapping[str, set[str]]
) -> Sequence[Draft]:
    """The drafts, with the words of those episodes that the person edited.

    An event that arrives late may give a stretch another beginning, and so another id: then its rows tell.
    """
    edited = {episode.id: episode for episode in before.values() if episode.method == PERSON}
    found: list[Draft] = []
    for draft in drafts:
        own = edited.get(draft.episode.id)
        kept = own or next((edited[id_] for id_ in edited if not held[id_].isdisjoint(draft.raw_ids)), None)
        if kept is None:
            found.append(draft)
            continue
        del edited[kept.id]
        told = replace(draft.episode, id=kept.id, summary=kept.summary, method=PERSON, sketch=kept.sketch)
        found.append(replace(draft, episode=replace(told, tags=kept.tags)))
    return found
