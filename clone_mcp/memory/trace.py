"""Why Clone believes something, down to the events; and what an event led to, up to the predictions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.ports import Storage, UnitOfWork

Step = Callable[[Ref], Awaitable[Sequence[Ref]]]


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
            return await _walk(uow, ref, uow.memory.links.cited_by)

    async def impact(self, tenant: UUID, ref: Ref) -> Node:
        """What rests on this, up to the predictions. Raises NotFound."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await _walk(uow, ref, uow.memory.links.citing)


async def _walk(uow: UnitOfWork, ref: Ref, step: Step) -> Node:
    """Citations go from layer to layer and never back, so this ends."""
    text = await _text(uow, ref)
    return Node(ref, text, tuple([await _reached(uow, neighbour, step) for neighbour in await step(ref)]))


async def _reached(uow: UnitOfWork, ref: Ref, step: Step) -> Node:
    try:
        return await _walk(uow, ref, step)
    except NotFound:
        return Node(ref, "[deleted]")


async def _text(uow: UnitOfWork, ref: Ref) -> str:
    memory = uow.memory
    match ref.layer:
        case Layer.RAW:
            return (await memory.raws.get(ref.id)).text
        case Layer.EPISODE:
            return (await memory.episodes.get(ref.id)).summary
        case Layer.FACT:
            return (await memory.facts.get(ref.id)).text
        case Layer.PREDICTION:
            return (await uow.predictions.get(ref.id)).top.response
        case Layer.PROFILE:
            profile = await memory.profiles.get()
            if profile is None:
                raise NotFound("There is no profile yet.")
            return profile.soul_card
