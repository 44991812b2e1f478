"""Finding things in memory by words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.language.wording import words
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.ports import Storage

_RAWS = 500
"""Newest raw rows that are weighed against each other, of those that hold any of the words."""
_EPISODES = 5_000


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
