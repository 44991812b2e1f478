"""All of memory at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from clone_mcp.models.memory import Episode, Fact, Gate, Layer, Profile, Raw, Ref, Review, Tombstone
from clone_mcp.ports import UnitOfWork

_ALL = 10_000_000


@dataclass(frozen=True, slots=True)
class Cited:
    """A thing and what it cites."""

    raws: tuple[str, ...] = ()
    episodes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything that is rendered, or as much of it as one file needs."""

    facts: Sequence[Fact]
    episodes: Sequence[Episode]
    raws: Sequence[Raw]
    cited: Mapping[Ref, Cited]
    rivals: Mapping[str, str]
    """Of each fact that contradicts another and waits: that other."""
    profile: Profile | None = None
    buried: Sequence[Tombstone] = ()

    def of(self, layer: Layer, id_: str) -> Cited:
        """What it cites."""
        return self.cited.get(Ref(layer, id_), Cited())


async def take(uow: UnitOfWork) -> Snapshot:
    """Read all of it in one transaction."""
    memory = uow.memory
    facts = sorted(await memory.facts.all(), key=lambda fact: fact.id)
    episodes = sorted(await memory.episodes.newest(since=None, limit=_ALL), key=lambda episode: episode.id)
    raws = await memory.raws.newest(since=None, limit=_ALL)
    pairs = [*await memory.links.of_layer(Layer.FACT), *await memory.links.of_layer(Layer.EPISODE)]
    return Snapshot(
        facts=facts,
        episodes=episodes,
        raws=sorted((raw for raw in raws if raw.text), key=lambda raw: (raw.occurred_at, raw.id)),
        cited=_cited(pairs),
        rivals=_rivals(await memory.reviews.waiting()),
        profile=await memory.profiles.get(),
        buried=await memory.tombstones.all(),
    )


async def of_fact(uow: UnitOfWork, fact: Fact) -> Snapshot:
    """As much as the fact's file needs."""
    memory = uow.memory
    cited = _cited(await memory.links.by_any([Ref(Layer.FACT, fact.id)]))
    own = cited.get(Ref(Layer.FACT, fact.id), Cited())
    return Snapshot(
        facts=[fact],
        episodes=await memory.episodes.of(own.episodes),
        raws=await memory.raws.of(own.raws),
        cited=cited,
        rivals=_rivals(await memory.reviews.waiting()),
    )


async def of_episode(uow: UnitOfWork, episode: Episode) -> Snapshot:
    """As much as the episode's file needs."""
    memory, ref = uow.memory, Ref(Layer.EPISODE, episode.id)
    pairs = [*await memory.links.by_any([ref]), *await memory.links.of_any([ref])]
    cited = _cited(pairs)
    facts = await memory.facts.of(sorted(by.id for by, of in pairs if of == ref and by.layer is Layer.FACT))
    return Snapshot(
        facts=sorted(facts, key=lambda fact: fact.id),
        episodes=[episode],
        raws=await memory.raws.of(cited.get(ref, Cited()).raws),
        cited=cited,
        rivals={},
    )


def _cited(pairs: Iterable[tuple[Ref, Ref]]) -> dict[Ref, Cited]:
    found: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for by, of in pairs:
        found[by].add(of)
    return {
        by: Cited(
            raws=tuple(sorted(ref.id for ref in refs if ref.layer is Layer.RAW)),
            episodes=tuple(sorted(ref.id for ref in refs if ref.layer is Layer.EPISODE)),
        )
        for by, refs in found.items()
    }


def _rivals(reviews: Iterable[Review]) -> dict[str, str]:
    return {
        review.fact_id: review.other_fact_id
        for review in reviews
        if review.gate is Gate.CONTRADICTION and review.other_fact_id is not None
    }
