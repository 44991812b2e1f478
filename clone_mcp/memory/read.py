"""Reading memory: the four tiers as they are, how much there is, and finding things by words.

What a prediction gets to see is ranked in `context`; how things rest on each other is in `trace`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.language.wording import words
from clone_mcp.models.memory import Episode, Fact, Layer, Profile, Raw, Ref, Tally
from clone_mcp.ports import Storage

_RAWS = 500
"""Newest raw rows that are weighed against each other, of those that hold any of the words."""
_EPISODES = 5_000


class ReadMemory:
    """Reads what is remembered. Raises NotFound for ids that are unknown or somebody else's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def raw(self, tenant: UUID, raw_id: str) -> Raw:
        """One raw row."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.raws.get(raw_id)

    async def raws(self, tenant: UUID, *, since: datetime | None, limit: int, offset: int = 0) -> Sequence[Raw]:
        """Raw rows, newest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.raws.newest(since=since, limit=limit, offset=offset)

    async def episode(self, tenant: UUID, episode_id: str) -> Episode:
        """One episode."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.episodes.get(episode_id)

    async def episodes(
        self,
        tenant: UUID,
        *,
        since: datetime | None = None,
        limit: int,
        offset: int = 0,
        session_id: str | None = None,
    ) -> Sequence[Episode]:
        """Episodes, the latest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.episodes.newest(since=since, limit=limit, offset=offset, session_id=session_id)

    async def fact(self, tenant: UUID, fact_id: str) -> Fact:
        """One fact."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.facts.get(fact_id)

    async def facts(self, tenant: UUID, *, limit: int | None = None, offset: int = 0) -> Sequence[Fact]:
        """Facts, most important first, so archived ones last."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.facts.all(limit=limit, offset=offset)

    async def profile(self, tenant: UUID) -> Profile | None:
        """Who this person is, as far as it is known."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.profiles.get()


@dataclass(frozen=True, slots=True)
class Stats:
    """Each tier: how many there are, and when the last of them came or changed."""

    raw: Tally
    episodes: Tally
    facts: Tally
    profile: Tally


class Count:
    """Counts what is remembered."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, tenant: UUID, *, since: datetime | None = None) -> Stats:
        """All of it, or what came or changed `since` then."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            tiers = await uow.memory.counted(since)
        return Stats(tiers[Layer.RAW], tiers[Layer.EPISODE], tiers[Layer.FACT], tiers[Layer.PROFILE])


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that holds the words, and how much of them."""

    ref: Ref
    text: str
    share: float


class Search:
    """Looks through facts, then episodes, then raw rows, however old."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, tenant: UUID, query: str, *, limit: int = 20) -> Sequence[Hit]:
        """Best first; among equals facts before episodes before raw rows. Raises Invalid."""
        if not query.strip() or limit < 1:
            raise Invalid("Name at least one word, and a limit from 1 on.")
        asked = set(words(query)) or {query.casefold().strip()}
        async with self._storage.begin(tenant, readonly=True) as uow:
            memory = uow.memory
            found = [(Ref(Layer.FACT, fact.id), fact.text) for fact in await memory.facts.all()]
            for episode in await memory.episodes.newest(since=None, limit=_EPISODES):
                found.append((Ref(Layer.EPISODE, episode.id), episode.summary))
            rows = {raw.id: raw for raw in await memory.raws.holding(sorted(asked), every=True, limit=_RAWS)}
            if len(asked) > 1 and len(rows) < _RAWS:
                rows |= {raw.id: raw for raw in await memory.raws.holding(sorted(asked), every=False, limit=_RAWS)}
            found += [(Ref(Layer.RAW, raw.id), raw.text) for raw in rows.values()]
        hits = [Hit(ref, text, _share(asked, text)) for ref, text in found]
        return sorted((hit for hit in hits if hit.share > 0), key=lambda hit: -hit.share)[:limit]


def _share(asked: set[str], text: str) -> float:
    """How many of the words stand in the text, whole or as the beginning of one."""
    held = words(text)
    return sum(any(word.startswith(wanted) for word in held) for wanted in asked) / len(asked)
