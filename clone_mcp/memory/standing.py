"""Standing answers, as the person handles them: what is offered, what they confirm, write, edit, suspend and remove.

How offers are found is in offers.py, what matches a question in stakes/standing.py. The word "standing" in
models/calibration.py means something else: what holds at the moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from clone_mcp.errors import Conflict
from clone_mcp.memory.standing_words import (
    ONLY_THE_PERSONS,
    asks,
    check_draft,
    contradiction,
    edited_limits,
    reword,
    warning,
    without_words,
    write_answer,
)
from clone_mcp.models.access import Caller, require_owner, require_writer
from clone_mcp.models.calibration import VOUCHED, OutcomeSource, told_by
from clone_mcp.models.prediction import Feedback, Outcome, Prediction
from clone_mcp.models.standing import (
    LimitEdits,
    StandingAnswer,
    StandingDetails,
    StandingDraft,
    StandingOrigin,
    StandingStatus,
    StandingTest,
    StandingWarning,
)
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.stakes.standing import (
    best,
    contradict,
    moving,
    read_question,
    settled_act,
    suspend,
)

DAY = timedelta(days=1)
"""`per_day` counts the uses of the last 24 hours: a day of the person's own would need their time zone."""
_SHOWN = 20
"""Examples and uses that are shown."""
_ASKS_OF = (StandingStatus.OFFERED, StandingStatus.SUSPENDED)
_VERBS = {
    StandingStatus.OFFERED: "offered",
    StandingStatus.CONFIRMED: "confirmed",
    StandingStatus.SUSPENDED: "suspended",
    StandingStatus.DECLINED: "declined",
    StandingStatus.REMOVED: "removed",
    StandingStatus.EXPIRED: "expired",
}


class StandingAnswers:
    """What the person can do with standing answers. Confirming, writing, editing and resuming need owner scope."""

    def __init__(self, storage: Storage, clock: Clock, *, redact: bool) -> None:
        self._storage = storage
        self._clock = clock
        self._redact = redact

    async def offers(self, tenant: UUID) -> Sequence[StandingDetails]:
        """What waits for the person: offers and suspended ones, oldest first, with their examples."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            found = await uow.memory.standing.all(statuses=_ASKS_OF)
            waiting = sorted(found, key=lambda each: (each.updated_at, each.id))
            return [await _details(uow, each) for each in waiting]

    def asks(self, details: StandingDetails) -> str:
        """The question that is put to the person about an offer or a suspended one."""
        return asks(details.answer)

    async def list(self, tenant: UUID, *, statuses: Sequence[StandingStatus] = ()) -> Sequence[StandingAnswer]:
        """Standing answers, newest first; without `statuses` all but removed ones."""
        wanted = statuses or [each for each in StandingStatus if each is not StandingStatus.REMOVED]
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.memory.standing.all(statuses=wanted)

    async def show(self, tenant: UUID, standing_id: str) -> StandingDetails:
        """One of them with examples and uses. Raises NotFound."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await _details(uow, await uow.memory.standing.get(standing_id))

    async def confirm(self, caller: Caller, standing_id: str, edits: LimitEdits | None = None) -> StandingAnswer:
        """Let it answer from now on, within edited limits. Also a suspended, declined or expired one.

        One that contradicts another is suspended together with it. Raises NotFound, Forbidden, Invalid, Conflict.
        """
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            settled = await uow.memory.standing.get(standing_id)
            if settled.status in (StandingStatus.CONFIRMED, StandingStatus.REMOVED):
                raise Conflict(f"This standing answer is {_VERBS[settled.status]} already.")
            settled = replace(settled, limits=edited_limits(settled, edits or LimitEdits()))
            return await self._activate(uow, settled)

    async def write(self, caller: Caller, draft: StandingDraft) -> StandingAnswer | StandingWarning:
        """Store what the person wrote, confirmed; or the warning that names the acts they have to acknowledge first.

        Raises Forbidden, Invalid.
        """
        require_owner(caller)
        draft = check_draft(draft, redacted=self._redact)
        question = read_question(draft.question, draft.options)
        acts = tuple(dict.fromkeys(map(settled_act, moving(question, draft.reply))))
        dangers = tuple(act for act in acts if act.weight in ONLY_THE_PERSONS)
        if any(act.named not in draft.acknowledged for act in dangers):
            return StandingWarning(warning(dangers), dangers)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            return await self._activate(uow, write_answer(draft, question, acts, self._clock.now()))

    async def edit(
        self, caller: Caller, standing_id: str, edits: LimitEdits, *, reply: str | None = None
    ) -> StandingAnswer:
        """Change limits or the reply. A reply that would set something else in motion is refused: write it anew.

        Raises NotFound, Forbidden, Invalid, Conflict.
        """
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            settled = await uow.memory.standing.get(standing_id)
            if settled.status is StandingStatus.REMOVED:
                raise Conflict("This standing answer is removed.")
            settled = replace(settled, limits=edited_limits(settled, edits), updated_at=self._clock.now())
            if reply is not None:
                settled = reword(settled, reply, redacted=self._redact)
            if settled.status is StandingStatus.CONFIRMED:
                return await self._settle(uow, settled)
            await uow.memory.standing.put(settled)
            return settled

    async def suspend(self, caller: Caller, standing_id: str) -> StandingAnswer:
        """Stop answering by it until it is resumed. Any writer may. Raises NotFound, Forbidden, Conflict."""
        require_writer(caller)
        return await self._move(
            caller,
            standing_id,
            StandingStatus.SUSPENDED,
            (StandingStatus.CONFIRMED,),
            reason="It was suspended by hand.",
        )

    async def resume(self, caller: Caller, standing_id: str) -> StandingAnswer:
        """Answer by it again. Raises NotFound, Forbidden, Conflict."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            settled = await uow.memory.standing.get(standing_id)
            if settled.status not in (StandingStatus.SUSPENDED, StandingStatus.EXPIRED):
                raise Conflict(f"This standing answer is {_VERBS[settled.status]}, so there is nothing to resume.")
            return await self._activate(uow, settled)

    async def decline(self, caller: Caller, standing_id: str) -> StandingAnswer:
        """Not wanted. It is offered again only if the evidence doubles. Raises NotFound, Forbidden, Conflict."""
        require_owner(caller)
        return await self._move(caller, standing_id, StandingStatus.DECLINED, (*_ASKS_OF, StandingStatus.EXPIRED))

    async def remove(self, caller: Caller, standing_id: str) -> None:
        """Erase its words and examples. It is offered again if the evidence doubles. Raises NotFound, Forbidden."""
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            settled = await uow.memory.standing.get(standing_id)
            if settled.origin is StandingOrigin.WRITTEN:
                await uow.memory.standing.drop(standing_id)
                return
            await uow.memory.standing.exemplify(standing_id, ())
            await uow.memory.standing.put(without_words(settled, self._clock.now()))

    async def test(
        self, tenant: UUID, question: str, *, options: Sequence[str] = (), project: str | None = None
    ) -> StandingTest:
        """What standing answers would do with a question, explained."""
        read = read_question(question, options)
        async with self._storage.begin(tenant, readonly=True) as uow:
            known = await known_standing(uow, now=self._clock.now(), statuses=_TESTED)
        found = best(known.answers, read, project=project, now=self._clock.now(), used_today=known.used_today)
        return StandingTest(read.asked, tuple(found))

    async def _move(
        self,
        caller: Caller,
        standing_id: str,
        to: StandingStatus,
        of: Sequence[StandingStatus],
        *,
        reason: str = "",
    ) -> StandingAnswer:
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            settled = await uow.memory.standing.get(standing_id)
            if settled.status not in of:
                raise Conflict(f"This standing answer is {_VERBS[settled.status]}.")
            settled = replace(settled, status=to, reason=reason, updated_at=self._clock.now())
            await uow.memory.standing.put(settled)
            return settled

    async def _activate(self, uow: UnitOfWork, settled: StandingAnswer) -> StandingAnswer:
        now = self._clock.now()
        confirmed = replace(settled, status=StandingStatus.CONFIRMED, confirmed_at=now, updated_at=now, reason="")
        return await self._settle(uow, confirmed)

    async def _settle(self, uow: UnitOfWork, settled: StandingAnswer) -> StandingAnswer:
        """Keep a confirmed one. With one that contradicts it, both are suspended."""
        for other in await uow.memory.standing.of_sign(settled.question.sign):
            if other.status is StandingStatus.CONFIRMED and contradict(settled, other):
                await uow.memory.standing.put(suspend(other, contradiction(settled), self._clock.now()))
                settled = suspend(settled, contradiction(other), self._clock.now())
        await uow.memory.standing.put(settled)
        return settled


_TESTED = (StandingStatus.CONFIRMED, StandingStatus.OFFERED, StandingStatus.SUSPENDED, StandingStatus.EXPIRED)


@dataclass(frozen=True, slots=True)
class KnownStanding:
    """The standing answers that a question is compared with."""

    answers: Sequence[StandingAnswer] = ()
    used_today: dict[str, int] = field(default_factory=dict[str, int])


async def known_standing(
    uow: UnitOfWork, *, now: datetime, statuses: Sequence[StandingStatus] = (StandingStatus.CONFIRMED,)
) -> KnownStanding:
    """Standing answers, and how often those with a limit per day were used of late."""
    answers = await uow.memory.standing.all(statuses=statuses)
    limited = [each.id for each in answers if each.limits.per_day is not None]
    used = {each: await uow.memory.standing.used_since(each, now - DAY) for each in limited}
    return KnownStanding(answers, used)


async def settle(uow: UnitOfWork, prediction: Prediction, report: Feedback) -> None:
    """What an outcome says of the standing answer behind a prediction: overridden once, it is suspended.

    A report by an agent says nothing: agents may not switch off what the person has confirmed, nor on.
    """
    standing_id = await uow.memory.standing.of_prediction(prediction.id)
    if standing_id is None or report.by not in VOUCHED or not report.judges(prediction.decision):
        return
    # In their own prompt, another answer is another answer; a report may call one edited that only differs in wording.
    typed = told_by(report.by) is OutcomeSource.TYPED or report.actual_response is not None
    overridden = report.outcome is Outcome.REJECTED or (typed and report.outcome is Outcome.EDITED)
    await uow.memory.standing.overrule(prediction.id, overridden=overridden)
    settled = await uow.memory.standing.get(standing_id)
    if overridden and settled.status is StandingStatus.CONFIRMED:
        await uow.memory.standing.put(suspend(settled, "You overrode it the last time it was used.", report.at))


async def _details(uow: UnitOfWork, settled: StandingAnswer) -> StandingDetails:
    examples = await uow.memory.standing.examples(settled.id)
    uses = await uow.memory.standing.uses(settled.id, limit=_SHOWN)
    return StandingDetails(settled, tuple(examples[:_SHOWN]), tuple(uses))
