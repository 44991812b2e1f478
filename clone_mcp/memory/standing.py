"""Standing answers, as the person handles them: what is offered, what they confirm, write, edit, suspend and remove.

How offers are found is in offers.py, what matches a question in stakes/standing.py. The word "standing" in
models/calibration.py means something else: what holds at the moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from clone_mcp.errors import Conflict, Invalid
from clone_mcp.models.access import Caller, require_owner, require_writer
from clone_mcp.models.act import Weight
from clone_mcp.models.calibration import VOUCHED, OutcomeSource, told_by
from clone_mcp.models.prediction import Feedback, Outcome, Prediction
from clone_mcp.models.standing import (
    AskedQuestion,
    LimitEdits,
    SettledAct,
    StandingAnswer,
    StandingDetails,
    StandingDraft,
    StandingLimits,
    StandingOrigin,
    StandingStatus,
    StandingTest,
    StandingWarning,
)
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.redaction import redact
from clone_mcp.stakes.standing import (
    ReadQuestion,
    best,
    contradict,
    moving,
    read_question,
    settled_act,
    suspend,
    taken_marks,
)

DAY = timedelta(days=1)
"""`per_day` counts the uses of the last 24 hours: a day of the person's own would need their time zone."""
_SHOWN = 20
"""Examples and uses that are shown."""
_LONGEST_QUESTION, _LONGEST_REPLY = 2000, 200
_ASKS_OF = (StandingStatus.OFFERED, StandingStatus.SUSPENDED)
_ONLY_THE_PERSONS = (Weight.GRAVE, Weight.UNREAD)
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
            settled = replace(settled, limits=_edited(settled, edits or LimitEdits()))
            return await self._activate(uow, settled)

    async def write(self, caller: Caller, draft: StandingDraft) -> StandingAnswer | StandingWarning:
        """Store what the person wrote, confirmed; or the warning that names the acts they have to acknowledge first.

        Raises Forbidden, Invalid.
        """
        require_owner(caller)
        draft = self._clean(draft)
        question = read_question(draft.question, draft.options)
        acts = tuple(dict.fromkeys(map(settled_act, moving(question, draft.reply))))
        dangers = tuple(act for act in acts if act.weight in _ONLY_THE_PERSONS)
        if any(act.named not in draft.acknowledged for act in dangers):
            return StandingWarning(_warning(dangers), dangers)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            return await self._activate(uow, _written(draft, question, acts, self._clock.now()))

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
            settled = replace(settled, limits=_edited(settled, edits), updated_at=self._clock.now())
            if reply is not None:
                settled = self._reworded(settled, reply)
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
            await uow.memory.standing.put(_without_words(settled, self._clock.now()))

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
                await uow.memory.standing.put(suspend(other, _contradicted(settled), self._clock.now()))
                settled = suspend(settled, _contradicted(other), self._clock.now())
        await uow.memory.standing.put(settled)
        return settled

    def _clean(self, draft: StandingDraft) -> StandingDraft:
        if not draft.question.strip() or not draft.reply.strip():
            raise Invalid("A standing answer needs a question and a reply.")
        if len(draft.question) > _LONGEST_QUESTION or len(draft.reply) > _LONGEST_REPLY:
            raise Invalid(
                f"The question has at most {_LONGEST_QUESTION} characters, the reply {_LONGEST_REPLY}.",
                hint="Write only what the agent asks, and what you would answer.",
            )
        _check(draft.per_day, draft.unused_days)
        if not self._redact:
            return draft
        return replace(
            draft,
            question=redact(draft.question).text,
            reply=redact(draft.reply).text,
            options=tuple(redact(option).text for option in draft.options),
        )

    def _reworded(self, settled: StandingAnswer, reply: str) -> StandingAnswer:
        if not reply.strip() or len(reply) > _LONGEST_REPLY:
            raise Invalid(f"A reply has 1 to {_LONGEST_REPLY} characters.")
        if settled.taken:
            raise Invalid("It takes an option. Write another standing answer for another option.")
        said = (redact(reply).text if self._redact else reply).strip()
        question = read_question(settled.question.wording)
        before = {(act.weight, act.key, act.detail) for act in settled.limits.acts}
        moved = map(settled_act, moving(question, said))
        if any((act.weight, act.key, act.detail) not in before for act in moved):
            raise Invalid(
                "That reply would set something else in motion.", hint="Write it with `clone-mcp standing write`."
            )
        return replace(settled, reply=said)


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


def asks(settled: StandingAnswer) -> str:
    """The question that is put to the person about an offer or a suspended one."""
    wording, reply = settled.question.wording, settled.reply
    if settled.status is StandingStatus.SUSPENDED:
        return f"“{wording}”: *{reply}* is suspended. {settled.reason} Answer so again from now on?"
    times = f"{settled.evidence} times in {settled.sessions} sessions"
    warning = unread_warning(settled)
    return f"You answered *{reply}* to “{wording}” {times}.{warning} Always?"


def unread_warning(settled: StandingAnswer) -> str:
    """What the person has to know before they confirm an answer to a question that Clone can't read."""
    unread = [act.named for act in settled.limits.acts if act.weight is Weight.UNREAD]
    if not unread:
        return ""
    return f" Clone can't tell what this would do ({', '.join(unread)}), so it would answer this very question only."


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


def _written(
    draft: StandingDraft, question: ReadQuestion, acts: tuple[SettledAct, ...], now: datetime
) -> StandingAnswer:
    unread = any(act.weight is Weight.UNREAD for act in acts)
    kinds = (question.asked.kind,)
    return StandingAnswer(
        id=str(uuid4()),
        status=StandingStatus.CONFIRMED,
        origin=StandingOrigin.WRITTEN,
        question=question.asked,
        reply=draft.reply.strip(),
        taken=taken_marks(question, draft.reply),
        limits=StandingLimits(draft.project, kinds, acts, draft.per_day or None, draft.unused_days),
        very=(question.asked.very,) if unread else (),
        created_at=now,
        updated_at=now,
    )


def _warning(dangers: Sequence[SettledAct]) -> str:
    named = "; ".join(f"{act.named} ({_why(act)})" for act in dangers)
    return (
        f"Clone would do this without asking you, every time the question comes: {named}. "
        "Nothing is stored yet. Acknowledge each of these to store it."
    )


def _why(act: SettledAct) -> str:
    if act.weight is Weight.UNREAD:
        return "Clone can't tell what it does"
    return f"grave: {act.consequence.value}" if act.consequence is not None else "grave"


def _contradicted(other: StandingAnswer) -> str:
    return f"It contradicts another one, which answers *{other.reply}* to “{other.question.wording}”."


def _without_words(settled: StandingAnswer, now: datetime) -> StandingAnswer:
    acts = tuple(replace(act, named="") for act in settled.limits.acts)
    return replace(
        settled,
        status=StandingStatus.REMOVED,
        question=AskedQuestion("", settled.question.kind, settled.question.sign, settled.question.very),
        reply="",
        limits=replace(settled.limits, acts=acts),
        reason="",
        updated_at=now,
    )


def _edited(settled: StandingAnswer, edits: LimitEdits) -> StandingLimits:
    """The limits after an edit. Acts can only be taken away: what is not among them was never shown to the person."""
    _check(edits.per_day, edits.unused_days)
    limits = settled.limits
    if edits.project is not None:
        limits = replace(limits, project=edits.project or None)
    if edits.kinds is not None:
        limits = replace(limits, kinds=edits.kinds)
    if edits.acts is not None:
        unknown = [name for name in edits.acts if all(act.named != name for act in limits.acts)]
        if unknown:
            raise Invalid(
                f"It sets no such thing in motion: {', '.join(unknown)}.", hint="Acts can only be taken away."
            )
        limits = replace(limits, acts=tuple(act for act in limits.acts if act.named in edits.acts))
    if edits.per_day is not None:
        limits = replace(limits, per_day=edits.per_day or None)
    return limits if edits.unused_days is None else replace(limits, unused_days=edits.unused_days)


def _check(per_day: int | None, unused_days: int | None) -> None:
    if per_day is not None and not 0 <= per_day <= 1000:
        raise Invalid("The limit per day is a number from 1 to 1000, or 0 for none.")
    if unused_days is not None and not 1 <= unused_days <= 3650:
        raise Invalid("It expires after 1 to 3650 days without a use.")


async def _details(uow: UnitOfWork, settled: StandingAnswer) -> StandingDetails:
    examples = await uow.memory.standing.examples(settled.id)
    uses = await uow.memory.standing.uses(settled.id, limit=_SHOWN)
    return StandingDetails(settled, tuple(examples[:_SHOWN]), tuple(uses))
