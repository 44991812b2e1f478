"""Why Clone believes something, down to the events; and what an event led to, up to the predictions.

It adds no citation: whoever makes an episode, a fact or a prediction does. Search by words is in read.py.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.memory.profile import PROFILE
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.ports import Storage, UnitOfWork

Steps = Callable[[UnitOfWork, Sequence[Ref]], Awaitable[Mapping[Ref, Sequence[Ref]]]]

DELETED = "[deleted]"
_NOT_FOUND = {
    Layer.RAW: "There is no such raw row.",
    Layer.EPISODE: "There is no such episode.",
    Layer.FACT: "There is no such fact.",
    Layer.PROFILE: "There is no profile yet.",
    Layer.PREDICTION: "There is no such prediction.",
}


@dataclass(frozen=True, slots=True)
class Node:
    """One thing in a chain, in words, with what it rests on (or what rests on it)."""

    ref: Ref
    text: str
    next: tuple[Node, ...] = ()


class Trace:
    """Walks citations both ways."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def why(self, tenant: UUID, ref: Ref) -> Node:
        """What this rests on, down to the raw rows. Raises NotFound."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await _walked(uow, ref, _down)

    async def impact(self, tenant: UUID, ref: Ref) -> Node:
        """What rests on this, up to the predictions. Raises NotFound."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await _walked(uow, ref, _up)


async def _walked(uow: UnitOfWork, start: Ref, steps: Steps) -> Node:
    """The whole chain, read a level at a time. Citations go from layer to layer and never back, so this ends."""
    if start not in await _texts(uow, [start]):
        raise NotFound(_NOT_FOUND[start.layer])
    reached: dict[Ref, Sequence[Ref]] = {}
    level = [start]
    while level:
        found = await steps(uow, level)
        reached |= {ref: found.get(ref, ()) for ref in level}
        level = sorted({ref for refs in found.values() for ref in refs} - reached.keys(), key=_order)
    texts = await _texts(uow, list(reached))
    nodes: dict[Ref, Node] = {}

    def node(ref: Ref) -> Node:
        if ref not in nodes:
            nodes[ref] = Node(ref, texts.get(ref, DELETED), tuple(node(each) for each in reached[ref]))
        return nodes[ref]

    return node(start)


async def _down(uow: UnitOfWork, refs: Sequence[Ref]) -> Mapping[Ref, Sequence[Ref]]:
    pairs = list(await uow.memory.links.by_any(refs))
    for ref in refs:
        if ref.layer is Layer.PREDICTION:  # a fact that is gone is still named there
            cited = (await uow.predictions.get(ref.id)).cited_facts
            pairs += [(ref, Ref(Layer.FACT, fact.id)) for fact in cited]
    return _grouped(pairs)


async def _up(uow: UnitOfWork, refs: Sequence[Ref]) -> Mapping[Ref, Sequence[Ref]]:
    return _grouped((of, by) for by, of in await uow.memory.links.of_any(refs))


def _grouped(pairs: Iterable[tuple[Ref, Ref]]) -> Mapping[Ref, Sequence[Ref]]:
    found: defaultdict[Ref, set[Ref]] = defaultdict(set)
    for one, other in pairs:
        found[one].add(other)
    return {ref: sorted(others, key=_order) for ref, others in found.items()}


def _order(ref: Ref) -> tuple[str, str]:
    return ref.layer.value, ref.id


async def _texts(uow: UnitOfWork, refs: Sequence[Ref]) -> dict[Ref, str]:
    """In words, those that exist."""
    memory = uow.memory
    ids = {layer: [ref.id for ref in refs if ref.layer is layer] for layer in Layer}
    texts = {Ref(Layer.RAW, raw.id): raw.text for raw in await memory.raws.of(ids[Layer.RAW])}
    texts |= {Ref(Layer.EPISODE, each.id): each.summary for each in await memory.episodes.of(ids[Layer.EPISODE])}
    texts |= {Ref(Layer.FACT, fact.id): fact.text for fact in await memory.facts.of(ids[Layer.FACT])}
    if PROFILE in refs and (profile := await memory.profiles.get()) is not None:
        texts[PROFILE] = profile.soul_card
    for prediction_id in ids[Layer.PREDICTION]:
        try:
            texts[Ref(Layer.PREDICTION, prediction_id)] = (await uow.predictions.get(prediction_id)).top.response
        except NotFound:
            continue
    return texts
