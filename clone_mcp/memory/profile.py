"""L2 → L3: the profile and the soul card, compiled from facts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from clone_mcp.memory.distill.profile import compile_profile
from clone_mcp.memory.episodes import PERSON
from clone_mcp.models.memory import Layer, Profile, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork

PROFILE = Ref(Layer.PROFILE, "profile")
_MOST_FACTS = 500
_FEW = 8
"""A line is not taken out of what the person wrote because so few letters stand in it."""


class CompileProfile:
    """Compiles the profile anew. The same facts give the same text."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, tenant: UUID) -> Profile:
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone()
            return await recompile(uow, self._clock)


async def recompile(uow: UnitOfWork, clock: Clock) -> Profile:
    """The profile as today's facts have it. A body that the person wrote stays theirs."""
    return await recompile_at(uow, clock.now())


async def recompile_at(uow: UnitOfWork, now: datetime) -> Profile:
    """The same, for those who know the time already."""
    memory = uow.memory
    before = await memory.profiles.get()
    compiled, cited = compile_profile(await memory.facts.top(limit=_MOST_FACTS), now=now)
    if before is not None:
        compiled = replace(compiled, thresholds=before.thresholds)
        if before.method == PERSON:
            compiled = replace(compiled, body=before.body, method=PERSON)
    await memory.links.replace(PROFILE, [Ref(Layer.FACT, fact_id) for fact_id in cited])
    if before is not None and _same(before, compiled):
        return before
    await memory.profiles.put(compiled)
    return compiled


async def strike(uow: UnitOfWork, text: str, *, instead: str | None = None) -> None:
    """Take a claim out of a profile body that the person wrote: it may quote what is gone by now."""
    profile = await uow.memory.profiles.get()
    if profile is None or profile.method != PERSON or len(text) <= _FEW or text not in profile.body:
        return
    if instead is not None:
        body = profile.body.replace(text, instead)
    else:
        body = "\n".join(line for line in profile.body.split("\n") if text not in line)
    await uow.memory.profiles.put(replace(profile, body=body))


def _same(before: Profile, after: Profile) -> bool:
    return (before.body, before.soul_card, before.method) == (after.body, after.soul_card, after.method)
