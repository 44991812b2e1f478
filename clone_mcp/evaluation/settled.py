"""What standing answers would have answered in somebody's history: each offer counts as confirmed when it is made.

An offer is made once its session is over, so it answers questions of other sessions only. The first answer of the
person that means something else suspends it for good: nobody is there whom a review could ask.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from clone_mcp.language.choices import head, plain
from clone_mcp.models.act import CountableAnswer
from clone_mcp.models.standing import (
    StandingAnswer,
    StandingMatch,
    StandingOffer,
    StandingStatus,
)
from clone_mcp.stakes.recurring import NEWEST, TIMES, ReadAnswer, offers, read_answer
from clone_mcp.stakes.standing import ReadQuestion, best, means_the_same, read_question, suspend

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class SettledStep:
    """One question: what was offered before it since the last one, and whether a standing answer answered it."""

    offered: tuple[str, ...] = ()
    used: str = ""
    """The standing answer, in words; empty where none matched."""
    right: bool = False
    """Whether the person answered the same."""


NOTHING_SETTLED = SettledStep()


class SettledSoFar:
    """One person's standing answers up to now."""

    def __init__(self) -> None:
        self._answers: dict[str, list[ReadAnswer]] = {}
        self._settled: dict[str, list[StandingAnswer]] = {}
        self._waiting: list[tuple[str, StandingAnswer]] = []
        self._read: ReadQuestion | None = None
        self._match: StandingMatch | None = None

    def ask(self, question: str, options: Sequence[str], *, session_id: str, at: datetime) -> tuple[str, ...]:
        """A question comes. What has been offered since the last one; from now on that is confirmed."""
        made = [settled for session, settled in self._waiting if session != session_id]
        self._waiting = [each for each in self._waiting if each[0] == session_id]
        for settled in made:
            confirmed = replace(settled, status=StandingStatus.CONFIRMED, confirmed_at=at)
            self._settled.setdefault(settled.question.sign, []).append(confirmed)
        self._read = read_question(question, options)
        known = self._settled.get(self._read.asked.sign, ())
        found = best(known, self._read, project=None, now=at, used_today={})
        self._match = next((each for each in found if each.verdict == "match"), None)
        return tuple(map(in_words, made))

    def judge(self, offered: tuple[str, ...], reply: str) -> SettledStep:
        """What came of the question that was asked last, going by what the person answered; empty: nothing."""
        if self._read is None or self._match is None:
            return SettledStep(offered)
        right = bool(reply) and means_the_same((self._read, self._match.reply), (self._read, reply))
        return SettledStep(offered, in_words(self._match.answer), right)

    def learn(self, answer: CountableAnswer) -> None:
        """The person answered this: after the question was judged, never before."""
        each = read_answer(answer)
        if each is None:
            return
        sign = each.question.asked.sign
        self._settle(each, sign)
        mine = self._answers.setdefault(sign, [])
        mine.insert(0, each)
        del mine[NEWEST:]
        if len(mine) < TIMES or self._settled.get(sign) or any(s.question.sign == sign for _, s in self._waiting):
            return
        self._waiting += [(answer.session_id, _confirmable(offer, answer.at)) for offer in offers(mine)]

    def _settle(self, each: ReadAnswer, sign: str) -> None:
        matched, now = self._match, each.answer.at
        if matched is None or self._read is None or self._read.asked.sign != sign:
            return
        used = replace(matched.answer, uses=matched.answer.uses + 1, last_used_at=now)
        if means_the_same((each.question, matched.reply), each.pair):
            used = replace(used, kept=used.kept + 1)
        else:
            used = suspend(used, "", now)
        mine = self._settled[sign]
        self._settled[sign] = [used if known.id == used.id else known for known in mine]
        self._match = None


def _confirmable(offer: StandingOffer, at: datetime) -> StandingAnswer:
    own_id = f"{offer.question.sign} {offer.question.very} {offer.reply}"
    return offer.offered(own_id, created_at=at, updated_at=at)


def in_words(settled: StandingAnswer) -> str:
    """A standing answer, as a report lists it."""
    return f"“{_cut(settled.question.wording)}”: {_cut(head(plain(settled.reply)) if settled.taken else settled.reply)}"


def _cut(text: str) -> str:
    said = " ".join(text.split())
    return said if len(said) <= _SHOWN else said[: _SHOWN - 1] + "…"


@dataclass(frozen=True, slots=True)
class SettledCount:
    """What all standing answers together would have done."""

    questions: int
    answered: int
    right: int
    offers: tuple[tuple[str, int, int], ...]
    """Each in words, with how many questions it would have answered, and how many of them right."""


def count(steps: Iterable[SettledStep]) -> SettledCount:
    """Sum up one person's questions."""
    found, offered = list(steps), dict[str, list[int]]()
    for step in found:
        for each in step.offered:
            offered.setdefault(each, [0, 0])
        if step.used:
            uses = offered.setdefault(step.used, [0, 0])
            uses[0], uses[1] = uses[0] + 1, uses[1] + step.right
    used = [step for step in found if step.used]
    named = tuple((each, uses, right) for each, (uses, right) in offered.items())
    return SettledCount(len(found), len(used), sum(step.right for step in used), named)


def words(people: Sequence[SettledCount], *, listed: int = 20) -> Iterator[str]:
    """What standing answers would have done, in words. Offers are listed, those that were used most first."""
    offers_made = [offer for person in people for offer in person.offers]
    questions = sum(person.questions for person in people)
    answered, right = sum(each.answered for each in people), sum(each.right for each in people)
    if not offers_made:
        yield "Standing answers: nothing was answered the same way often enough to be offered as one."
        return
    who = "" if len(people) == 1 else f" to {sum(bool(each.offers) for each in people)} of {len(people)} people"
    yield (
        f"Standing answers: Clone would have offered {len(offers_made):,}{who}. With these, {answered:,} of "
        f"{questions:,} questions would have been answered ({answered / max(1, questions):.1%}), "
        f"{right:,} of them as the person did."
    )
    for said, uses, kept in sorted(offers_made, key=lambda offer: -offer[1])[:listed]:
        yield f"  {said}  ({kept} of {uses} right)"
