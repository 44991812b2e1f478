"""Decisions: multiple-choice questions of agents, and which option the person took.

The person's earlier answers are known as the product records them: the question with its options as the agent's
message, the answer as the person's prompt. A question that was dismissed leaves no prompt, and approvals of plans and
tools say nothing of how somebody answers, so neither is part of the history. The agent's question is asked as a
client's hook asks it: without the prose before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import chain
from pathlib import Path

from clone_mcp.calibration.reliability import Forecast
from clone_mcp.evaluation.conversations import UNTIMED, RecentRows, ReplyHistory, Turn
from clone_mcp.evaluation.files import Row, distinct, rows
from clone_mcp.evaluation.people import THRESHOLD, Answering, Scored
from clone_mcp.evaluation.replay import Fits
from clone_mcp.evaluation.settled import NOTHING_SETTLED, SettledSoFar, SettledStep
from clone_mcp.language.choices import spelled
from clone_mcp.models.act import CountableAnswer
from clone_mcp.models.prediction import Decision, History, Proposal, Question
from clone_mcp.ports import Materials, Surroundings
from clone_mcp.prediction.decision import decide
from clone_mcp.prediction.materials import scored_by
from clone_mcp.prediction.weighing import held_by_precedent
from clone_mcp.stakes.precedent import Precedents

_KINDS = ("option", "plan", "permission")
_AGENT = "evaluate"
_ANSWERED, _ASKED, _AT_ONCE = 0, 1, 2
"""What comes first at one and the same moment: answers, then questions, then answers to these."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One question with options, and what became of it."""

    id: str
    session_id: str
    question: str
    options: tuple[str, ...]
    several: bool
    """Whether more than one option could be taken. Such a question is only learned from."""
    answer: str
    took: int | None
    """Place of the option that was taken; None if the answer was typed or dismissed."""
    dismissed: bool
    asked_at: datetime | None
    answered_at: datetime | None
    place: int
    """In the order of the person's decisions."""

    @property
    def spelled(self) -> str:
        """The question with what could be chosen, as it is recorded."""
        return spelled(self.question, self.options)


@dataclass(frozen=True, slots=True)
class ChoiceResult:
    """How one prediction came out."""

    confidence: float
    right: bool
    in_two: bool
    """Whether the option that was taken is among the first two."""
    guessed_first: bool
    """Whether the likeliest was the first of the options."""
    took_first: bool
    took_none: bool
    none_expected: float
    """The odds that were left for none of the options."""
    auto: bool
    settled: SettledStep = NOTHING_SETTLED
    """What standing answers would have done."""

    @property
    def forecast(self) -> Forecast:
        """Its confidence, and whether it came true."""
        return Forecast(self.confidence, float(self.right))


def read_decisions(path: Path) -> dict[str, Sequence[Choice]]:
    """Each person's questions with options. Raises Invalid for a file or line of another kind."""
    found: defaultdict[str, list[Choice]] = defaultdict(list)
    for row in distinct(rows(path)):
        person = row.text("user")
        if row.word("kind", _KINDS) == "option":
            found[person].append(_choice(row))
    return {person: sorted(mine, key=lambda choice: choice.place) for person, mine in found.items()}


def _choice(row: Row) -> Choice:
    labels = tuple(option.text("label") for option in row.objects("options"))
    if not labels:
        raise row.invalid("`options` is empty")
    took = None if row.flag("answer_is_other") or row.fields.get("index") is None else row.whole("index")
    if took is not None and not 0 <= took < len(labels):
        raise row.invalid(f"`index` is {took}, and there are {len(labels)} options")
    return Choice(
        id=row.text("id"),
        session_id=row.text("session_id"),
        question=row.text("question"),
        options=labels,
        several=row.flag("multi"),
        answer=row.text_or_nothing("answer"),
        took=took,
        dismissed=row.flag("dismissed"),
        asked_at=row.moment("asked_ts") or row.moment("ts"),
        answered_at=row.moment("ts"),
        place=row.whole("order"),
    )


def questions(choices: Sequence[Choice]) -> int:
    """How many are predicted."""
    return sum(not choice.several for choice in choices)


async def answer_decisions(
    answering: Answering, person: str, choices: Sequence[Choice]
) -> AsyncIterator[Scored[ChoiceResult]]:
    """Every question of one person. It is answered as of when it was asked, and learned from when it was answered."""
    predictor, past, fits = answering.predictor(person), _EarlierAnswers(), Fits()
    made: dict[str, tuple[str, float, bool]] = {}
    for what, choice in _in_order(choices):
        if what == _ANSWERED:
            past.add(choice)
            if (known := made.get(choice.id)) and not choice.dismissed:
                fits.learn(known[0], known[1], right=known[2])
            continue
        if choice.several:
            continue
        if not answering.limits.allow():
            return
        question = Question(
            _AGENT, choice.question, choice.session_id, choice.options, k=len(choice.options), threshold=THRESHOLD
        )
        materials = past.materials(choice, answering, fits)
        asked = predictor.propose(question, materials, now=choice.asked_at or UNTIMED)
        proposal = await answering.limits.answer(asked)
        if proposal is not None:
            name = proposal.predictor or predictor.name
            scored = _scored(choice, question, proposal, name, fits, past.precedents)
            scored = replace(scored, result=replace(scored.result, settled=past.settle(choice)))
            made[choice.id] = name, proposal.guesses[0].score, scored.result.right
            yield scored


def _in_order(choices: Sequence[Choice]) -> Iterator[tuple[int, Choice]]:
    """Questions and answers as they came. Without times, every question is answered before the next one."""
    both = chain.from_iterable(((_ASKED, choice), (_ANSWERED, choice)) for choice in choices)
    if any(choice.asked_at is None or choice.answered_at is None for choice in choices):
        return iter(list(both))

    def when(each: tuple[int, Choice]) -> tuple[datetime, int, int]:
        what, choice = each
        asked, answered = choice.asked_at or UNTIMED, choice.answered_at or UNTIMED
        if what == _ASKED:
            return asked, _ASKED, choice.place
        # No answer comes before its own question, whatever the clocks said.
        return (answered, _ANSWERED, choice.place) if answered > asked else (asked, _AT_ONCE, choice.place)

    return iter(sorted(both, key=when))


def _scored(
    choice: Choice, question: Question, proposal: Proposal, predictor: str, fits: Fits, precedents: Precedents
) -> Scored[ChoiceResult]:
    guesses = scored_by(predictor, proposal, fits.calibrate)
    places = [choice.options.index(guess.response) for guess, _ in guesses if guess.response in choice.options]
    first, confidence = guesses[0]
    taken = choice.options.index(first.response) if first.response in choice.options else None
    right = taken is not None and taken == choice.took
    held = proposal.abstained or held_by_precedent(question, guesses, precedents)
    auto = decide(guesses, threshold=question.threshold, capped=held)[1] is Decision.AUTO
    line = {"id": choice.id, "choice": taken, "confidence": confidence, "auto": auto, "ranking": places}
    in_two = choice.took is not None and choice.took in places[:2]
    none_expected = max(0.0, 1.0 - sum(worth for _, worth in guesses))
    result = ChoiceResult(
        confidence, right, in_two, taken == 0, choice.took == 0, choice.took is None, none_expected, auto
    )
    return Scored(line, result)


class _EarlierAnswers:
    """What the person answered so far."""

    def __init__(self) -> None:
        self._replies, self._rows = ReplyHistory(), RecentRows()
        self.precedents = Precedents()
        self._settled = SettledSoFar()

    def settle(self, choice: Choice) -> SettledStep:
        """What standing answers would have answered. A question that was dismissed was not answered so."""
        at = choice.asked_at or UNTIMED + timedelta(seconds=choice.place)
        offered = self._settled.ask(choice.question, choice.options, session_id=choice.session_id, at=at)
        return self._settled.judge(offered, "" if choice.dismissed else choice.answer)

    def add(self, choice: Choice) -> None:
        if choice.dismissed or not choice.answer:
            return
        at = choice.answered_at or UNTIMED + timedelta(seconds=choice.place)
        answer = CountableAnswer(choice.id, choice.session_id, at, True, choice.question, choice.answer, choice.options)
        self.precedents.add(answer)
        self._settled.learn(answer)
        self._replies.add_message(choice.session_id, choice.spelled)
        self._replies.add_prompt(choice.session_id, choice.answer)
        for by_person, text in ((False, choice.spelled), (True, choice.answer)):
            turn = Turn(choice.session_id, 2 * choice.place + by_person, by_person, text, at=choice.answered_at)
            self._rows.add(turn)

    def materials(self, choice: Choice, answering: Answering, fits: Fits) -> Materials:
        around = self._rows.around(Turn(choice.session_id, 0, by_person=True, text="", at=choice.asked_at))

        async def surroundings() -> Surroundings:
            return around

        history: History = self._replies.history()
        return Materials.of(history, surroundings=surroundings, model=answering.model, calibrate=fits.calibrate)
