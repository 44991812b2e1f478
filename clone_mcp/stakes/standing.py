"""Which questions a standing answer answers, and which it does not, in words for the person.

Pure: questions, answers and standing answers come as values. A question is known again by what it asks (kind, content,
options) and by what the reply would set in motion, never by its letters; what is not surely the same does not match.
How standing answers are found in somebody's history is in memory/offers.py, what they lead to in prediction/.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from typing import Literal

from clone_mcp.language.choices import Choice, asked_alone, mark, spelled, together
from clone_mcp.language.meaning.answer import Answer, answer
from clone_mcp.language.meaning.compare import compare, compare_answers
from clone_mcp.language.meaning.reading import Reading, read
from clone_mcp.language.message import read as read_message
from clone_mcp.models.act import Act, Ground, Leave, Weight
from clone_mcp.models.standing import (
    AskedQuestion,
    SettledAct,
    StandingAnswer,
    StandingMatch,
    StandingStatus,
)
from clone_mcp.stakes import acts
from clone_mcp.stakes.holding import named

REASON = "Your standing answer %s says so."
"""In a prediction, which is kept: no words of examples, so that forgetting these leaves nothing of them there."""
Verdict = Literal["match", "near", "held", "full"]
_SHOWN = 300
_NEAR = 0.5
"""The share of content that two questions have in common when one is near the other."""
_ORDER = (Weight.GRAVE, Weight.UNREAD, Weight.REVERSIBLE)


@dataclass(frozen=True, slots=True)
class ReadQuestion:
    """A question with what it takes to compare it."""

    asked: AskedQuestion
    text: str
    """As it is recorded, with its options."""
    choices: tuple[Choice, ...]


def read_question(question: str, options: Sequence[str] = ()) -> ReadQuestion:
    """A question as standing answers know it again."""
    text = spelled(question, options)
    message = read_message(text)
    choices = tuple((str(place), option) for place, option in enumerate(options, 1)) or message.choices
    alone = asked_alone(text) if choices else text
    last = answer("", alone).heard.last
    marks = tuple(sorted(filter(None, (mark(wording) for _, wording in choices))))
    very = _digest(" ".join(alone.split()).casefold(), *marks)
    about = read(last)
    wording = " ".join(last.split())[:_SHOWN]
    sign = _digest(message.kind, *_about(about), "options", *marks) if about.content else very
    return ReadQuestion(AskedQuestion(wording, message.kind, sign, very, marks), text, choices)


def _about(about: Reading) -> list[str]:
    """What a sentence asks for: its content, and what of that goes where."""
    aims = sorted(f"{how} {what}" for how, what in about.aims if what in about.content)
    return [*sorted(about.content), "numbers", *sorted(about.numbers), "order", *about.order, "aims", *aims]


def _digest(*parts: str) -> str:
    return blake2b("\n".join(parts).encode(errors="replace"), digest_size=12).hexdigest()


def read_reply(question: ReadQuestion, reply: str) -> Answer:
    """A reply in the light of its question."""
    return answer(reply, question.text, question.choices)


def taken_marks(question: ReadQuestion, reply: str) -> tuple[str, ...]:
    """The marks of the options that a reply takes."""
    return tuple(sorted(mark(question.choices[place][1]) for place in read_reply(question, reply).chosen))


def means_the_same(a: tuple[ReadQuestion, str], b: tuple[ReadQuestion, str]) -> bool:
    """Whether two replies, each to its own question, are the same answer."""
    mine, theirs = taken_marks(*a), taken_marks(*b)
    if mine or theirs:
        return mine == theirs
    return compare_answers(read_reply(*a), read_reply(*b)).sameness == "same"


def contradict(a: StandingAnswer, b: StandingAnswer) -> bool:
    """Whether two standing answers give different replies to one question."""
    projects = {a.limits.project, b.limits.project}
    if a.id == b.id or a.question.sign != b.question.sign or (len(projects) > 1 and None not in projects):
        return False
    if a.taken or b.taken:
        return a.taken != b.taken
    return compare(a.reply, b.reply, a.question.wording).sameness != "same"


def in_words_of(question: ReadQuestion, settled: StandingAnswer) -> str | None:
    """The reply as it is given to this question; None where the options it takes are not offered."""
    if not settled.taken:
        return settled.reply
    offered = {mark(wording): wording for _, wording in question.choices}
    if any(each not in offered for each in settled.taken):
        return None
    return together([wording for each, wording in offered.items() if each in settled.taken])


def moving(question: ReadQuestion, reply: str) -> tuple[Act, ...]:
    """What a reply would set in motion, the gravest first. Options are in the question's text."""
    options = tuple(wording for _, wording in question.choices)
    found = (act for act in acts(question.text, reply, options) if act.weight is not Weight.NONE)
    return tuple(sorted(found, key=lambda act: _ORDER.index(act.weight)))


def settled_act(act: Act) -> SettledAct:
    """An act as limits name it."""
    detail = "|".join([" ".join(act.object.casefold().split()), *sorted(each.casefold() for each in act.qualifiers)])
    grave = act.weight is Weight.GRAVE
    return SettledAct(act.key, act.weight, named(act), act.consequence, detail if grave else "")


def is_same_act(act: SettledAct, limit: SettledAct) -> bool:
    """Whether a limit is about this act. Nobody knows which act an unread one is: only the very question tells."""
    return (act.weight, act.key, act.detail) == (limit.weight, limit.key, limit.detail)


def match(
    settled: StandingAnswer,
    question: ReadQuestion,
    *,
    project: str | None,
    now: datetime,
    used_today: int = 0,
    usable: bool = True,
) -> StandingMatch | None:
    """How a question compares with a standing answer; None where it is about something else.

    `usable`: False where the question is wrapped or doubtful, so that nothing may be acted on.
    """
    reply = in_words_of(question, settled)
    if settled.question.sign != question.asked.sign:
        alike = _alike(settled.question, question.asked)
        return _match(settled, "near", f"it only resembles “{settled.question.wording}”", reply) if alike else None
    if reply is None:
        return _match(settled, "near", "it does not offer the option that you take", None)
    if missing := _not_covered(settled, question, reply):
        return _match(settled, "near", missing, reply)
    if held := _held(settled, question, project=project, now=now, usable=usable):
        return _match(settled, "held", held, reply)
    most = settled.limits.per_day
    if most is not None and used_today >= most:
        return _match(settled, "full", f"you let it answer at most {_counted(most, 'time')} a day", reply)
    return _match(settled, "match", _because(settled), reply)


def _match(settled: StandingAnswer, verdict: Verdict, because: str, reply: str | None) -> StandingMatch:
    said = {"match": "Matched because", "near": "Not matched:", "held": "Held:", "full": "Held:"}[verdict]
    return StandingMatch(settled, verdict, f"{said} {because}.", not_if(settled), reply or settled.reply)


def _alike(mine: AskedQuestion, other: AskedQuestion) -> bool:
    a, b = read(mine.wording).content, read(other.wording).content
    return bool(a & b) and len(a & b) >= _NEAR * len(a | b)


def _not_covered(settled: StandingAnswer, question: ReadQuestion, reply: str) -> str:
    """What the reply would set in motion that the limits do not have."""
    for act in moving(question, reply):
        if not any(is_same_act(settled_act(act), limit) for limit in settled.limits.acts):
            return f"it would also set in motion: {named(act)}"
        if act.weight is Weight.UNREAD and question.asked.very not in settled.very:
            return f"Clone can't tell what this would do ({named(act)}), and it is not the very same question"
    return ""


def _held(
    settled: StandingAnswer,
    question: ReadQuestion,
    *,
    project: str | None,
    now: datetime,
    usable: bool,
) -> str:
    limits = settled.limits
    if settled.status is not StandingStatus.CONFIRMED:
        return f"it is {settled.status.value}"
    if settled.expired(now):
        return f"it was not used for {limits.unused_days} days and has expired"
    if limits.project is not None and limits.project != project:
        return f"it holds in the project {limits.project} only"
    if limits.kinds and question.asked.kind not in limits.kinds:
        return f"it holds for questions of the kind {' or '.join(limits.kinds)} only"
    return "" if usable else "the question may be wrapped or quoted, so Clone is not sure that it is this one"


def _because(settled: StandingAnswer) -> str:
    names = _names(settled)
    parts = [f"it asks the same as “{settled.question.wording}”"]
    if settled.question.marks:
        parts.append("offers the same options")
    parts.append(f"sets nothing in motion but: {names}" if names else "sets nothing in motion")
    return f"{', '.join(parts[:-1])}, and {parts[-1]}"


def not_if(settled: StandingAnswer) -> str:
    """What a standing answer would not match, in words."""
    limits = settled.limits
    parts = [f"another project than {limits.project}"] if limits.project else []
    parts += ["other options"] if settled.question.marks else []
    parts += ["any other wording of the question"] if settled.very else []
    names = _names(settled)
    parts.append(
        f"a question that would set more in motion than {names}" if names else "one that would change anything"
    )
    return f"Would not match: {', or '.join(parts)}."


def _names(settled: StandingAnswer) -> str:
    return ", ".join(dict.fromkeys(act.named or "go on" for act in settled.limits.acts))


def leaves(found: StandingMatch, moved: Sequence[Act]) -> tuple[Leave, ...]:
    """What lets the acts of a match happen."""
    if not moved:
        return ()
    return (Leave(Ground.STANDING, REASON % found.answer.id[:8], found.answer.id),)


def best(
    known: Sequence[StandingAnswer],
    question: ReadQuestion,
    *,
    project: str | None,
    now: datetime,
    used_today: dict[str, int],
    usable: bool = True,
) -> list[StandingMatch]:
    """How standing answers compare with a question: matches first, then held ones, then near ones."""
    found = [
        each
        for settled in known
        if (
            each := match(
                settled,
                question,
                project=project,
                now=now,
                used_today=used_today.get(settled.id, 0),
                usable=usable,
            )
        )
    ]
    order = ("match", "full", "held", "near")
    found.sort(key=lambda each: (order.index(each.verdict), each.answer.limits.project is None))
    return found


def clashing(found: Sequence[StandingMatch]) -> list[StandingAnswer]:
    """Those of the matches that contradict each other."""
    matched = [each.answer for each in found if each.verdict == "match"]
    return [one for one in matched if any(contradict(one, other) for other in matched)]


def suspend(settled: StandingAnswer, reason: str, now: datetime) -> StandingAnswer:
    """The same, suspended for this reason."""
    return replace(settled, status=StandingStatus.SUSPENDED, reason=reason, updated_at=now)


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
