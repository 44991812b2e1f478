"""What somebody has settled, read off their answers: the same reply to the same question, again and again.

Pure: answers come as values, offers go out. Which questions and replies are the same is decided in standing.py. Where
answers come from, and what becomes of offers, is in memory/offers.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from clone_mcp.language.choices import mark, together
from clone_mcp.models.act import CountableAnswer, Weight
from clone_mcp.models.standing import SettledAct, StandingAnswer, StandingExample, StandingLimits, StandingOffer
from clone_mcp.stakes.standing import (
    ReadQuestion,
    means_the_same,
    moving,
    read_question,
    read_reply,
    settled_act,
    taken_marks,
)

TIMES, SESSIONS = 3, 2
"""How often, and in how many sessions, something must have been answered the same way before it is offered."""
CHANGED = 10
"""So many answers in a row outweigh what was answered differently before."""
NEWEST = 200
"""So many of the newest answers to a question count. What somebody said two years ago says little of today."""
_EXAMPLES = 50
"""Examples that are kept of a standing answer."""
_REPLIES = 3
"""Different replies to one question that are looked at."""
_LONGEST = 200
"""Characters of a reply that can stand for others."""
ActKeys = frozenset[tuple[Weight, str, str]]


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer with its question, read."""

    answer: CountableAnswer
    project: str | None
    question: ReadQuestion

    @property
    def pair(self) -> tuple[ReadQuestion, str]:
        """What is compared."""
        return self.question, self.answer.reply


def read_answer(answer: CountableAnswer, project: str | None = None) -> ReadAnswer | None:
    """The answer, if there is something to settle: a question, and a brief reply that says something by itself."""
    if not answer.question.strip() or not answer.reply.strip() or len(answer.reply) > _LONGEST:
        return None
    return ReadAnswer(answer, project, read_question(answer.question, answer.options))


def sign_of(answer: CountableAnswer) -> str:
    """What its question is known again by; empty where there is nothing to settle."""
    read = read_answer(answer)
    return read.question.asked.sign if read else ""


def offers(found: Sequence[ReadAnswer]) -> list[StandingOffer]:
    """What is settled among the answers to questions that ask the same. `found` are the newest first."""
    return list(_offers(found)) or [
        offer for part in _by_project(found) if len(part) < len(found) for offer in _offers(part)
    ]


def _offers(found: Sequence[ReadAnswer]) -> Iterator[StandingOffer]:
    """An offer for each reply and whatever it would set in motion, where nothing stands against it.

    A claim can't make an offer. It can stand against one.
    """
    for reply in _replies(found):
        for acts, group in _by_acts(found, reply):
            mine = _unopposed(group, reply)
            if _is_often(mine) and all(act.weight is not Weight.GRAVE for act in acts):
                yield _offer(mine, acts)


def _unopposed(group: Sequence[ReadAnswer], reply: ReadAnswer) -> list[ReadAnswer]:
    """The attested answers that mean this reply; none, if others stand against them.

    What was answered differently before the person changed their mind counts no more, once they did so long enough.
    """
    same = [means_the_same(each.pair, reply.pair) for each in group]
    until = same.index(False) if False in same else len(group)
    mine = [each for each in group[:until] if each.answer.attested]
    return mine if until == len(group) or len(mine) >= CHANGED else []


def _is_often(mine: Sequence[ReadAnswer]) -> bool:
    return len(mine) >= TIMES and len({each.answer.session_id for each in mine}) >= SESSIONS


def _replies(found: Sequence[ReadAnswer]) -> list[ReadAnswer]:
    """The replies that were given, one for each that means something else; only of those that are attested."""
    kept: list[tuple[ReadAnswer, int]] = []
    for each in found:
        if not each.answer.attested or not _says_something(each):
            continue
        place = next((at for at, (known, _) in enumerate(kept) if means_the_same(known.pair, each.pair)), None)
        if place is None:
            kept.append((each, 1))
        else:
            kept[place] = kept[place][0], kept[place][1] + 1
    often = [(each, times) for each, times in kept if times >= TIMES]
    return [each for each, _ in sorted(often, key=lambda known: -known[1])[:_REPLIES]]


def _says_something(each: ReadAnswer) -> bool:
    """Whether the reply can be given again: a bare number picks whatever stands there next time."""
    reply = read_reply(each.question, each.answer.reply)
    return bool(reply.chosen) or not (reply.reply.picks or reply.reply.asks)


def _by_acts(found: Sequence[ReadAnswer], reply: ReadAnswer) -> list[tuple[tuple[SettledAct, ...], list[ReadAnswer]]]:
    """The answers by what this reply would have set in motion there; where acts are unread, by their very question."""
    groups: dict[tuple[ActKeys, str], tuple[tuple[SettledAct, ...], list[ReadAnswer]]] = {}
    known: dict[str, tuple[SettledAct, ...]] = {}
    for each in found:
        very = each.question.asked.very
        if very not in known:
            known[very] = tuple(dict.fromkeys(map(settled_act, moving(each.question, _as_given(each, reply)))))
        acts = known[very]
        unread = any(act.weight is Weight.UNREAD for act in acts)
        groups.setdefault((act_keys(acts), very if unread else ""), (acts, []))[1].append(each)
    return list(groups.values())


def _as_given(each: ReadAnswer, reply: ReadAnswer) -> str:
    """A reply in the words of another question's options."""
    marks = taken_marks(reply.question, reply.answer.reply)
    if not marks:
        return reply.answer.reply
    wordings = [wording for _, wording in each.question.choices if mark(wording) in marks]
    return together(wordings) or reply.answer.reply


def _offer(mine: Sequence[ReadAnswer], acts: tuple[SettledAct, ...]) -> StandingOffer:
    newest = mine[0]
    projects = {each.project for each in mine}
    marks = taken_marks(newest.question, newest.answer.reply)
    options = {mark(wording): wording for _, wording in newest.question.choices}
    unread = any(act.weight is Weight.UNREAD for act in acts)
    return StandingOffer(
        question=newest.question.asked,
        reply=together([options[each] for each in marks]) if marks else newest.answer.reply.strip(),
        taken=marks,
        limits=StandingLimits(projects.pop() if len(projects) == 1 else None, (newest.question.asked.kind,), acts),
        very=(newest.question.asked.very,) if unread else (),
        times=len(mine),
        sessions=len({each.answer.session_id for each in mine}),
        examples=tuple(_example(each) for each in mine[:_EXAMPLES]),
    )


def _example(each: ReadAnswer) -> StandingExample:
    answer, asked = each.answer, each.question.asked
    return StandingExample(
        answer.id, answer.session_id, answer.at, asked.wording, answer.reply.strip(), asked.kind, asked.very
    )


def _by_project(found: Sequence[ReadAnswer]) -> list[list[ReadAnswer]]:
    by_project: dict[str | None, list[ReadAnswer]] = {}
    for each in found:
        by_project.setdefault(each.project, []).append(each)
    return list(by_project.values())


def differs(settled: StandingAnswer, each: ReadAnswer) -> bool:
    """Whether an answer of the person, where this standing answer holds, means something else."""
    limits = settled.limits
    if not each.answer.attested or limits.project not in (None, each.project):
        return False
    if settled.taken:
        return taken_marks(each.question, each.answer.reply) != settled.taken
    return not means_the_same(each.pair, (each.question, settled.reply))


def act_keys(acts: Iterable[SettledAct]) -> ActKeys:
    """What acts are compared by."""
    return frozenset((act.weight, act.key, act.detail) for act in acts)
