"""What standing answers say to the person, and what the person may write and edit of them. No I/O.

Who may do that, and where it is kept, is in standing.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

from clone_mcp.errors import Invalid
from clone_mcp.models.act import Weight
from clone_mcp.models.standing import (
    AskedQuestion,
    LimitEdits,
    SettledAct,
    StandingAnswer,
    StandingDraft,
    StandingLimits,
    StandingOrigin,
    StandingStatus,
)
from clone_mcp.recording.redaction import redact
from clone_mcp.stakes.standing import ReadQuestion, moving, read_question, settled_act, taken_marks

_LONGEST_QUESTION, _LONGEST_REPLY = 2000, 200
ONLY_THE_PERSONS = (Weight.GRAVE, Weight.UNREAD)


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


def write_answer(
    draft: StandingDraft, question: ReadQuestion, acts: tuple[SettledAct, ...], now: datetime
) -> StandingAnswer:
    """A standing answer that the person wrote, with limits that are read off it."""
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


def warning(dangers: Sequence[SettledAct]) -> str:
    """What the person reads before they let Clone do something that only they may decide on."""
    named = "; ".join(f"{act.named} ({_why(act)})" for act in dangers)
    return (
        f"Clone would do this without asking you, every time the question comes: {named}. "
        "Nothing is stored yet. Acknowledge each of these to store it."
    )


def _why(act: SettledAct) -> str:
    if act.weight is Weight.UNREAD:
        return "Clone can't tell what it does"
    return f"grave: {act.consequence.value}" if act.consequence is not None else "grave"


def contradiction(other: StandingAnswer) -> str:
    """Why one is suspended that contradicts another."""
    return f"It contradicts another one, which answers *{other.reply}* to “{other.question.wording}”."


def without_words(settled: StandingAnswer, now: datetime) -> StandingAnswer:
    """What is left of one that is removed: enough to know it again, and not enough to read it."""
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


def edited_limits(settled: StandingAnswer, edits: LimitEdits) -> StandingLimits:
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


def check_draft(draft: StandingDraft, *, redacted: bool) -> StandingDraft:
    """What the person wrote, without secrets. Raises Invalid."""
    if not draft.question.strip() or not draft.reply.strip():
        raise Invalid("A standing answer needs a question and a reply.")
    if len(draft.question) > _LONGEST_QUESTION or len(draft.reply) > _LONGEST_REPLY:
        raise Invalid(
            f"The question has at most {_LONGEST_QUESTION} characters, the reply {_LONGEST_REPLY}.",
            hint="Write only what the agent asks, and what you would answer.",
        )
    _check(draft.per_day, draft.unused_days)
    if not redacted:
        return draft
    return replace(
        draft,
        question=redact(draft.question).text,
        reply=redact(draft.reply).text,
        options=tuple(redact(option).text for option in draft.options),
    )


def reword(settled: StandingAnswer, reply: str, *, redacted: bool) -> StandingAnswer:
    """The same in other words. A reply that would set something else in motion is refused. Raises Invalid."""
    if not reply.strip() or len(reply) > _LONGEST_REPLY:
        raise Invalid(f"A reply has 1 to {_LONGEST_REPLY} characters.")
    if settled.taken:
        raise Invalid("It takes an option. Write another standing answer for another option.")
    said = (redact(reply).text if redacted else reply).strip()
    question = read_question(settled.question.wording)
    before = {(act.weight, act.key, act.detail) for act in settled.limits.acts}
    moved = map(settled_act, moving(question, said))
    if any((act.weight, act.key, act.detail) not in before for act in moved):
        raise Invalid(
            "That reply would set something else in motion.", hint="Write it with `clone-mcp standing write`."
        )
    return replace(settled, reply=said)
