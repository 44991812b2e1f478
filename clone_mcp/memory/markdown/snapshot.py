"""All of memory at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.models.memory import Episode, Fact, Layer, Profile, Raw, Ref
from clone_mcp.ports import UnitOfWork

_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Cited:
    """A thing and what it cites."""

    raws: tuple[str, ...]
    episodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is rendered."""

    profile: Profile | None
    facts: Sequence[Fact]
    episodes: Sequence[Episode]
    raws: Sequence[Raw]
    fact_sources: dict[str, Cited]
    episode_sources: dict[str, Cited]


async def take(uow: UnitOfWork) -> Snapshot:
    """Read all of it in one transaction."""
    memory = uow.memory
    facts = sorted(await memory.facts.all(), key=lambda fact: fact.id)
    episodes = sorted(await memory.episodes.newest(since=None, limit=_ALL), key=lambda episode: episode.id)
    raws = await memory.raws.newest(since=None, limit=_ALL)
    return Snapshot(
        profile=await memory.profiles.get(),
        facts=facts,
        episodes=episodes,
        raws=sorted((raw for raw in raws if raw.text), key=lambda raw: (raw.occurred_at, raw.id)),
        fact_sources={fact.id: await _cited(uow, Ref(Layer.FACT, fact.id)) for fact in facts},
        episode_sources={episode.id: await _cited(uow, Ref(Layer.EPISODE, episode.id)) for episode in episodes},
    )


async def _cited(uow: UnitOfWork, ref: Ref) -> Cited:
    refs = await uow.memory.links.cited_by(ref)
    return Cited(
        raws=tuple(sorted(r.id for r in refs if r.layer is Layer.RAW)),
        episodes=tuple(sorted(r.id for r in refs if r.layer is Layer.EPISODE)),
    )
