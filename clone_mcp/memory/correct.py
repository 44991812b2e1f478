"""The person's corrections: what they edit or delete, and everything that was derived from it, and only that.

Whole sessions, projects and spans of time are erased in erase.py. New statements are added in statements.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clone_mcp.language.wording import sketch
from clone_mcp.memory.episodes import PERSON, summarise
from clone_mcp.memory.erase import Purge, erase, relink, retract
from clone_mcp.memory.evidence import bury, regrade, release, remove
from clone_mcp.memory.profile import recompile
from clone_mcp.memory.statements import SESSION, State, checked_tags, reworded
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Episode, Fact, Layer, Profile, Ref
from clone_mcp.ports import Clock, UnitOfWork


class Correct:
    """Edits and deletions. All need owner scope: they change what every later prediction rests on."""

    def __init__(self, purge: Purge, clock: Clock, state: State) -> None:
        self._purge = purge
        self._clock = clock
        self._state = state

    async def delete_fact(self, caller: Caller, fact_id: str) -> None:
        """Remove a fact for good: the same evidence does not bring it back. Raises NotFound."""
        async with self._purge.erasing(caller) as uow:
            await delete_fact(uow, fact_id, self._clock)

    async def edit_fact(
        self, caller: Caller, fact_id: str, *, text: str | None = None, tags: Sequence[str] | None = None
    ) -> Fact:
        """Put a fact in the person's own words. The claim it made before stays gone. Raises NotFound, Conflict."""
        async with self._purge.erasing(caller) as uow:
            return await edit_fact(uow, self._state, fact_id, text=text, tags=tags)

    async def delete_episode(self, caller: Caller, episode_id: str) -> None:
        """Throw a summary away; its session is summarised again from what was said. Raises NotFound."""
        async with self._purge.erasing(caller) as uow:
            await delete_episode(uow, episode_id, self._clock)

    async def edit_episode(self, caller: Caller, episode_id: str, summary: str) -> Episode:
        """Put a summary in the person's own words. Raises NotFound, Invalid."""
        async with self._purge.erasing(caller) as uow:
            return await edit_episode(uow, self._state, episode_id, summary)

    async def delete_raws(self, caller: Caller, ids: Sequence[str]) -> int:
        """Remove events and everything that rests on them alone. Says how many events there were."""
        async with self._purge.erasing(caller) as uow:
            return await erase(uow, ids, self._clock)

    async def edit_profile(self, caller: Caller, body: str) -> Profile:
        """Put the profile's page in the person's own words. The soul card stays compiled. Raises Invalid."""
        async with self._purge.erasing(caller) as uow:
            return await edit_profile(uow, self._state, body)

    async def delete_profile(self, caller: Caller) -> Profile:
        """Throw the profile's page away; it is compiled from the facts again."""
        async with self._purge.erasing(caller) as uow:
            await uow.memory.profiles.drop()
            return await recompile(uow, self._clock.now())


async def delete_fact(uow: UnitOfWork, fact_id: str, clock: Clock) -> None:
    """Remove a fact within a transaction, with what Clone was told only to know it. Raises NotFound."""
    fact = await uow.memory.facts.get(fact_id)
    await retract(uow, [fact])
    told = await _told_for(uow, fact)
    await bury(uow, fact, clock.now())
    await remove(uow, fact)
    await release(uow, [fact], clock)
    if told:
        await erase(uow, told, clock)
    await recompile(uow, clock.now())


async def _told_for(uow: UnitOfWork, fact: Fact) -> Sequence[str]:
    """Statements to Clone itself that no other fact rests on: unlike what agents were told, they are nothing else."""
    evidence = await uow.memory.facts.evidence(fact.id)
    told = [Ref(Layer.RAW, each.raw_id) for each in evidence if each.session_id == SESSION]
    pairs = await uow.memory.links.of_any(told)
    shared = {of.id for by, of in pairs if by.layer is Layer.FACT and by.id != fact.id}
    return [ref.id for ref in told if ref.id not in shared]


async def edit_fact(
    uow: UnitOfWork, state: State, fact_id: str, *, text: str | None, tags: Sequence[str] | None
) -> Fact:
    """Edit a fact within a transaction. Raises NotFound, Conflict, Invalid."""
    fact = await uow.memory.facts.get(fact_id)
    if tags is not None:
        fact = replace(fact, tags=checked_tags(tags))
    if text is None or state.fact(text) == fact.text:
        if text is not None and fact.method == PERSON and fact.gate is None and fact.confirmed_at is None:
            fact = replace(fact, confirmed_at=state.clock.now())  # their own words, said once more on purpose
        await uow.memory.facts.put(fact)
        return await regrade(uow, fact, state.clock) or fact
    await retract(uow, [fact])
    await bury(uow, fact, state.clock.now())
    edited = await reworded(uow, state, fact, text)
    await release(uow, [fact], state.clock)
    return await uow.memory.facts.get(edited.id)


async def delete_episode(uow: UnitOfWork, episode_id: str, clock: Clock) -> None:
    """Remove a summary within a transaction. Raises NotFound."""
    episode = await uow.memory.episodes.get(episode_id)
    citing = await uow.memory.links.citing(Ref(Layer.EPISODE, episode_id))
    await uow.memory.episodes.drop(episode_id)
    if episode.session_id is not None:
        await summarise(uow, episode.session_id, clock)
    await relink(uow, [ref.id for ref in citing if ref.layer is Layer.FACT])


async def edit_episode(uow: UnitOfWork, state: State, episode_id: str, summary: str) -> Episode:
    """Edit a summary within a transaction. Raises NotFound, Invalid."""
    episode = await uow.memory.episodes.get(episode_id)
    words = state.words(summary)
    edited = replace(episode, summary=words, method=PERSON, sketch=sketch(words))
    await uow.memory.episodes.put(edited, state.clock.now())
    return edited


async def edit_profile(uow: UnitOfWork, state: State, body: str) -> Profile:
    """Edit the profile within a transaction. Raises Invalid."""
    compiled = await recompile(uow, state.clock.now())
    edited = replace(compiled, body=state.words(body), method=PERSON, updated_at=state.clock.now())
    await uow.memory.profiles.put(edited)
    return edited
