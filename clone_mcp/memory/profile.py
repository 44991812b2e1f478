"""L2 → L3: the profile and the soul card, compiled from facts."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from clone_mcp.memory.distill.profile import compile_profile
from clone_mcp.memory.episodes import PERSON
from clone_mcp.models.memory import Layer, Profile, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork

PROFILE = Ref(Layer.PROFILE, "profile")
_MOST_FACTS = 500


class CompileProfile:
    """Compiles the profile anew. The same facts give the same text."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, tenant: UUID) -> Profile:
        async with self._storage.begin(tenant) as uow:
            return await recompile(uow, self._clock)


async def recompile(uow: UnitOfWork, clock: Clock) -> Profile:
    """The profile as today's facts have it. A body that the person wrote stays theirs."""
    memory = uow.memory
    before = await memory.profiles.get()
    compiled, cited = compile_profile(await memory.facts.top(limit=_MOST_FACTS), now=clock.now())
    if before is not None:
        compiled = replace(compiled, thresholds=before.thresholds)
        if before.method == PERSON:
            compiled = replace(compiled, body=before.body, method=PERSON)
    if before is None or not _same(before, compiled):
        await memory.profiles.put(compiled)
    await memory.links.replace(PROFILE, [Ref(Layer.FACT, fact_id) for fact_id in cited])
    return compiled


def _same(before: Profile, after: Profile) -> bool:
    return (before.body, before.soul_card, before.method) == (after.body, after.soul_card, after.method)
