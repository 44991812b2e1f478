"""L0 → L1: a session's raw rows, told as episodes."""

from __future__ import annotations

from uuid import UUID

from clone_mcp.memory.distill.episodes import episodes
from clone_mcp.models.events import IDLE, Job, episodes_job
from clone_mcp.models.memory import Layer, Ref
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
        async with self._storage.begin(tenant, readonly=True) as uow:
            pending = await uow.memory.episodes.pending(idle_since=self._clock.now() - IDLE, limit=limit)
        return sum([await self.session(tenant, session_id) for session_id in pending])

    async def when_quiet(self, tenant: UUID, session_id: str) -> int:
        """Summarise a session if it has ended or gone quiet, else look again when it may have."""
        async with self._storage.begin(tenant) as uow:
            active_at, ended = await uow.sessions.activity(session_id)
            if not ended and active_at > self._clock.now() - IDLE:
                await uow.jobs.enqueue(episodes_job(session_id, run_at=active_at + IDLE))
                return 0
        return await self.session(tenant, session_id)

    async def session(self, tenant: UUID, session_id: str) -> int:
        """Summarise one session; how many episodes it has."""
        async with self._storage.begin(tenant) as uow:
            written = await summarise(uow, session_id, self._clock)
            await uow.jobs.enqueue(Job("facts", dedupe_key="facts"))
        return written


async def summarise(uow: UnitOfWork, session_id: str, clock: Clock) -> int:
    """Write the session's episodes anew. Summaries the person edited keep their words."""
    memory, now = uow.memory, clock.now()
    raws = [raw for raw in await memory.raws.of_session(session_id) if raw.text]
    before = {e.id: e for e in await memory.episodes.newest(since=None, limit=1000, session_id=session_id)}
    drafts = episodes(raws)
    for draft in drafts:
        known = before.pop(draft.episode.id, None)
        if known is None or known.method != PERSON:
            await memory.episodes.put(draft.episode, now)
        await memory.links.replace(
            Ref(Layer.EPISODE, draft.episode.id), [Ref(Layer.RAW, raw_id) for raw_id in draft.raw_ids]
        )
    for stale in before:
        await memory.episodes.drop(stale)
    await memory.episodes.summarised(session_id, now)
    return len(drafts)
