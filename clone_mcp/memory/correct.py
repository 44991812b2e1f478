"""The person's corrections: what they edit or delete, and everything that was derived from it, and only that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import Conflict
from clone_mcp.memory.episodes import PERSON, summarise
from clone_mcp.memory.erase import erase, facts_citing, relink
from clone_mcp.memory.facts import regrade
from clone_mcp.memory.profile import recompile
from clone_mcp.memory.statements import Said, State
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Fact, Layer, Ref
from clone_mcp.ports import Clock, Storage, UnitOfWork


class Correct:
    """Edits and deletions. All need owner scope: they change what every later prediction rests on."""

    def __init__(self, storage: Storage, clock: Clock, state: State) -> None:
        self._storage = storage
        self._clock = clock
        self._state = state

    async def delete_fact(self, caller: Caller, fact_id: str) -> None:
        """Remove a fact for good: the same evidence does not bring it back. Raises NotFound."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            fact = await uow.memory.facts.get(fact_id)
            await uow.memory.tombstones.bury(Layer.FACT, fact.key, self._clock.now())
            await uow.memory.facts.drop(fact.id)
            await recompile(uow, self._clock)
        await self._storage.purge()

    async def edit_fact(
        self, caller: Caller, fact_id: str, *, text: str | None = None, tags: Sequence[str] | None = None
    ) -> Fact:
        """Put a fact in the person's own words. The claim it made before stays gone. Raises NotFound, Conflict."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            fact = await uow.memory.facts.get(fact_id)
        said = await self._state(caller, text) if text is not None and text != fact.text else None
        async with self._storage.begin(caller.tenant) as uow:
            fact = await uow.memory.facts.get(fact_id)
            if tags is not None:
                fact = replace(fact, tags=tuple(tags))
            if said is not None:
                fact = await self._reworded(uow, fact, said)
            await uow.memory.facts.put(fact)
            if said is not None:
                await uow.memory.links.cite(Ref(Layer.FACT, fact.id), [Ref(Layer.RAW, said.raw_id)])
            edited = await regrade(uow, fact, self._clock) or fact
            await recompile(uow, self._clock)
        return edited

    async def _reworded(self, uow: UnitOfWork, fact: Fact, said: Said) -> Fact:
        rival = await uow.memory.facts.by_key(said.key)
        if rival is not None and rival.id != fact.id:
            raise Conflict("Another fact says that already.", hint=f"Delete this one, or edit {rival.id}.")
        if said.key != fact.key:
            await uow.memory.tombstones.bury(Layer.FACT, fact.key, self._clock.now())
        return replace(fact, text=said.text, key=said.key, method=PERSON, gate=None, confirmed_at=self._clock.now())

    async def delete_episode(self, caller: Caller, episode_id: str) -> None:
        """Throw a summary away; its session is summarised again from what was said. Raises NotFound."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            episode = await uow.memory.episodes.get(episode_id)
            facts = await facts_citing(uow, [Ref(Layer.EPISODE, episode_id)])
            await uow.memory.episodes.drop(episode_id)
            if episode.session_id is not None:
                await summarise(uow, episode.session_id, self._clock)
            await relink(uow, facts)
        await self._storage.purge()

    async def edit_episode(self, caller: Caller, episode_id: str, summary: str) -> None:
        """Put a summary in the person's own words. Raises NotFound."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            episode = await uow.memory.episodes.get(episode_id)
            await uow.memory.episodes.put(replace(episode, summary=summary, method=PERSON), self._clock.now())

    async def delete_raws(self, caller: Caller, ids: Sequence[str]) -> int:
        """Remove events and everything that rests on them alone. Says how many events there were."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            erased = await erase(uow, ids, self._clock)
        await self._storage.purge()
        return erased
