"""L0 → L1 with a model: better words for the episodes that rules cut and summarised.

Sessions are cut into episodes without a model, in episodes.py. Prompts are put together in prompt.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from clone_mcp.language.wording import sketch
from clone_mcp.memory.episodes import LONGEST, PERSON
from clone_mcp.memory.model.prompt import (
    NEW,
    PromoteExtent,
    Reader,
    Stretch,
    asks,
    line,
    listing,
    method_of,
    named,
    stretch,
)
from clone_mcp.models.memory import Episode
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.ports.language_model import LanguageModel

_MOST_TAGS = 4
_LOOKED_AT = 500
_FIELDS: dict[str, Any] = {
    "id": {"type": "string"},
    "summary": {"type": "string", "minLength": 1},
    "tags": {"type": "array", "items": {"type": "string"}},
}
_SCHEMA = listing("episodes", _FIELDS)


class SummariseEpisodes:
    """Rewrites summaries that rules wrote. Where episodes begin and end, and what they cite, stays as it is."""

    def __init__(self, storage: Storage, clock: Clock, reader: Reader) -> None:
        self._storage = storage
        self._clock = clock
        self._reader = reader

    async def __call__(self, tenant: UUID, wanted: PromoteExtent = NEW) -> int:
        """How many summaries were written, newest first; with `force` also over those of a model before.

        What the person wrote stays. Raises what LanguageModel raises; what was written before the failure stays.
        """
        asked, name = self._reader.account(tenant), wanted.model or self._reader.model
        async with self._storage.begin(tenant, readonly=True) as uow:
            newest = await uow.memory.episodes.newest(since=wanted.since, limit=max(wanted.limit, _LOOKED_AT))
            waiting = [each for each in newest if wanted.force or not each.method.startswith("model:")]
            waiting = [each for each in waiting if each.method != PERSON][: wanted.limit]
            stretches = [await stretch(uow, episode) for episode in waiting]
        written = 0
        for group in asks([each for each in stretches if each.rows]):
            said = await self._ask(asked, name, group)
            async with self._storage.begin(tenant) as uow:
                written += await self._keep(uow, said, group, method_of(name))
        return written

    async def _ask(self, asked: LanguageModel, model: str, group: Sequence[Stretch]) -> dict[str, Mapping[str, Any]]:
        """What the model says of each episode it was shown, by the episode's id. Ids it made up are dropped."""
        value = await self._reader.ask(asked, model, group, page="summaries.md", name="summaries", schema=_SCHEMA)
        names = named(group)
        return {names[each["id"]]: each for each in value["episodes"] if each["id"] in names}

    async def _keep(
        self, uow: UnitOfWork, said: Mapping[str, Mapping[str, Any]], group: Sequence[Stretch], method: str
    ) -> int:
        await uow.memory.alone()
        now = {episode.id: episode for episode in await uow.memory.episodes.of(list(said))}
        # Only those that are still what the model has read.
        unchanged = [each.episode for each in group if now.get(each.episode.id) == each.episode]
        for episode in unchanged:
            await uow.memory.episodes.put(_rewritten(episode, said[episode.id], method), self._clock.now())
        return len(unchanged)


def _rewritten(episode: Episode, said: Mapping[str, Any], method: str) -> Episode:
    summary = line(said["summary"], LONGEST)
    tags = tuple(dict.fromkeys(line(tag, 40).casefold() for tag in said["tags"] if tag.strip()))[:_MOST_TAGS]
    return replace(episode, summary=summary, tags=tags, method=method, sketch=sketch(summary))
