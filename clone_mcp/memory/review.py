"""The review queue: what only the person can decide.

Which facts have to wait is decided in claims.py and facts.py. Edits that the person makes unasked are in correct.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from clone_mcp.errors import NotFound
from clone_mcp.memory.correct import delete_fact
from clone_mcp.memory.erase import Purge, retract
from clone_mcp.memory.evidence import bury, guarded, regrade, release, remove, rivals_of
from clone_mcp.memory.profile import recompile
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Fact, Gate, Review
from clone_mcp.ports import Clock, Storage, UnitOfWork


@dataclass(frozen=True, slots=True)
class ReviewQuestion:
    """One thing to decide: the fact that waits, why, and what it contradicts."""

    review: Review
    fact: Fact
    other: Fact | None

    @property
    def text(self) -> str:
        """The question, as it is put to the person."""
        match self.review.gate:
            case Gate.SENSITIVE:
                return f"May Clone keep and use this? It is about something personal: {self.fact.text}"
            case Gate.GROUNDING:
                return f"Is this so? It would let agents act without asking you: {self.fact.text}"
            case Gate.CONTRADICTION:
                known = self.other.text if self.other else "(deleted since)"
                return f"Which is true? New: {self.fact.text} Known so far: {known}"


class Reviews:
    """Asks, and takes answers."""

    def __init__(self, storage: Storage, clock: Clock, purge: Purge) -> None:
        self._storage = storage
        self._clock = clock
        self._purge = purge

    async def waiting(self, tenant: UUID) -> Sequence[ReviewQuestion]:
        """What waits, oldest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return [await _question(uow, review) for review in await uow.memory.reviews.waiting()]

    async def confirm(self, caller: Caller, review_id: str) -> Fact:
        """The fact is true and may be used; what it contradicts is not. Raises NotFound, Forbidden.

        When something else stands against it that may not be contradicted unasked, that becomes the next question.
        """
        now = self._clock.now()
        async with self._purge.erasing(caller) as uow:
            asked = await _question(uow, await uow.memory.reviews.get(review_id))
            if asked.other is not None:
                await retract(uow, [asked.other])
                await bury(uow, asked.other, now)
                await remove(uow, asked.other)
            await uow.memory.reviews.drop(review_id)
            rival = guarded(await rivals_of(uow, asked.fact))
            gate = Gate.CONTRADICTION if rival else None
            fact = replace(asked.fact, gate=gate, confirmed_at=None if gate else now)
            await uow.memory.facts.put(fact)
            if rival is not None:
                await uow.memory.reviews.ask(Review(str(uuid4()), Gate.CONTRADICTION, fact.id, rival.id, now))
            confirmed = await regrade(uow, fact, self._clock) or fact
            if asked.other is not None:
                await release(uow, [asked.other], self._clock)
            await recompile(uow, self._clock.now())
        return confirmed

    async def reject(self, caller: Caller, review_id: str) -> None:
        """The fact is not true, or not to be kept. It does not come back by itself. Raises NotFound, Forbidden."""
        async with self._purge.erasing(caller) as uow:
            asked = await _question(uow, await uow.memory.reviews.get(review_id))
            await delete_fact(uow, asked.fact.id, self._clock)


async def _question(uow: UnitOfWork, review: Review) -> ReviewQuestion:
    other = None
    if review.other_fact_id is not None:
        try:
            other = await uow.memory.facts.get(review.other_fact_id)
        except NotFound:
            other = None
    return ReviewQuestion(review, await uow.memory.facts.get(review.fact_id), other)
