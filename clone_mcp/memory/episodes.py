"""L0 → L1: sessions cut into coherent stretches, each summarised in plain words by rules.

The upper half has no clock and no I/O. A model may find better words for a summary later: see `model.summaries`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID, uuid5

from clone_mcp.errors import NotFound
from clone_mcp.language.pasted import MARK
from clone_mcp.language.sentence import flat, shortened
from clone_mcp.language.wording import sketch
from clone_mcp.models.events import IDLE, Author, Job, episodes_job
from clone_mcp.models.memory import Episode, Layer, Raw, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork

RULES = "rules/"
"""Begins the method of what our rules write, whatever their version."""
METHOD = f"{RULES}1"
"""Named in every episode and profile that our rules write. A change that alters what they write gets a new number."""
PERSON = "person"
"""The method of what the person wrote themselves. Nothing compiled replaces it."""

SILENCE = timedelta(minutes=45)
"""A pause this long ends an episode."""
MOST_ROWS = 200
LONGEST = 400
"""Characters of a summary, about four sentences."""

_NAMES = UUID("6b1f0d3e-7a52-4c0e-9a63-2f5d8c4e1b70")
"""Never to be changed: an episode's id is made from it, and other rows cite that."""
_ASKED = 110
_SAID = 60
_NOTABLE = 2
"""With the heading, the first words and the last, this many quotes of these lengths fit into a summary."""


@dataclass(frozen=True, slots=True)
class Draft:
    """An episode and the raw rows it is made from."""

    episode: Episode
    raw_ids: tuple[str, ...]


def episodes(raws: Sequence[Raw]) -> tuple[Draft, ...]:
    """The episodes of the sessions that the rows belong to, oldest first.

    An episode's id comes from its session and first row: the same rows and more of them give the same ids.
    """
    rows = sorted(raws, key=lambda raw: (raw.session_id, raw.occurred_at, raw.id))
    drafts = (
        _draft(stretch)
        for _, session in groupby(rows, key=lambda raw: raw.session_id)
        for stretch in _stretches(tuple(session))
    )
    return tuple(sorted(drafts, key=lambda draft: (draft.episode.started_at, draft.episode.id)))


def _stretches(rows: Sequence[Raw]) -> Iterator[Sequence[Raw]]:
    start = 0
    for at in range(1, len(rows)):
        if rows[at].occurred_at - rows[at - 1].occurred_at > SILENCE or at - start >= MOST_ROWS:
            yield rows[start:at]
            start = at
    yield rows[start:]


def _draft(rows: Sequence[Raw]) -> Draft:
    first = rows[0]
    projects = {raw.project for raw in rows if raw.project}
    project = projects.pop() if len(projects) == 1 else None
    summary = _summary(rows, project)
    episode = Episode(
        id=str(uuid5(_NAMES, f"{first.session_id}\n{first.id}")),
        session_id=first.session_id,
        started_at=first.occurred_at,
        ended_at=rows[-1].occurred_at,
        summary=summary,
        sources=(),
        method=METHOD,
        project=project,
        sketch=sketch(summary),
    )
    return Draft(episode, tuple(raw.id for raw in rows))


def _summary(rows: Sequence[Raw], project: str | None) -> str:
    said = [raw for raw in rows if raw.author is Author.PERSON and not _bookend(raw)]
    answers = [raw for raw in rows if raw.author is Author.AGENT]
    where = f" in {flat(project)}" if project else ""
    turns = f"{len(said)} {'turn' if len(said) == 1 else 'turns'} of the person, {len(answers)} of the agent"
    parts = [
        shortened(f"A session{where}: {turns}.", 120),
        f"Asked: {_quoted(said[0], _ASKED)}." if said else "",
        *(f"Also said: {_quoted(raw, _SAID)}." for raw in _notable(said)),
        _ending(rows, said),
    ]
    return shortened(" ".join(part for part in parts if part), LONGEST)


def _notable(said: Sequence[Raw]) -> tuple[Raw, ...]:
    """The replies that say most, in the order they were said; not the first and the last, which stand on their own."""
    between = [raw for raw in said[1:-1] if MARK not in raw.text]
    chosen = sorted(between, key=lambda raw: (-min(len(raw.text), 2 * _SAID), raw.occurred_at, raw.id))[:_NOTABLE]
    return tuple(raw for raw in between if raw in chosen)


def _ending(rows: Sequence[Raw], said: Sequence[Raw]) -> str:
    last = next(
        (raw for raw in reversed(rows) if not _bookend(raw) and raw.author in (Author.PERSON, Author.AGENT)), None
    )
    if last is None:
        return ""
    if last.author is Author.AGENT:
        return f"Ended with the agent saying: {_quoted(last, _SAID)}."
    return f"Ended with the person saying: {_quoted(last, _SAID)}." if len(said) > 1 else ""


def _quoted(raw: Raw, longest: int) -> str:
    return f"“{shortened(flat(raw.text), longest).rstrip('.')}”"


def _bookend(raw: Raw) -> bool:
    """Windows that came to the front are the person's doing, but nothing they said."""
    return raw.text.startswith(("Switched to ", "A session started in ", "The session ended."))


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
