"""Stops: an agent has ended its turn, and the person goes on in that session or leaves it there.

What the person typed next is known from then on. That they left is known once they have been away for as long as makes
a session idle, as in the product. This only measures: the prediction itself is in prediction/continuation.py.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from clone_mcp.calibration.reliability import Forecast
from clone_mcp.evaluation.conversations import UNTIMED, ReplyHistory
from clone_mcp.evaluation.files import Row, distinct, rows
from clone_mcp.evaluation.people import THRESHOLD, Answering, Scored
from clone_mcp.evaluation.replay import Fits
from clone_mcp.language.question_trace import question_in
from clone_mcp.models.act import CountableAnswer
from clone_mcp.models.calibration import Ending
from clone_mcp.models.events import IDLE
from clone_mcp.models.prediction import Decision, Guess, Question
from clone_mcp.prediction.continuation import NAME, satisfaction
from clone_mcp.prediction.decision import decide
from clone_mcp.prediction.materials import ENDINGS
from clone_mcp.prediction.outcomes import GO_ON, STOP
from clone_mcp.prediction.weighing import held_by_precedent
from clone_mcp.stakes.precedent import Precedents

_AGENT = "evaluate"
_UNKNOWN = "too little is known"


@dataclass(frozen=True, slots=True)
class Stop:
    """The end of one turn of an agent, and whether the person went on."""

    id: str
    session_id: str
    agent_input: str
    went_on: bool
    next: str
    """What they typed; empty if they did not go on, or it is not known."""
    at: datetime | None
    """When they typed it; when the agent had ended, if they did not go on."""
    turn: int
    number: int
    """Line of the file."""


@dataclass(frozen=True, slots=True)
class StopResult:
    """How one prediction came out."""

    continues: float
    """How likely it was said to be that they go on."""
    went_on: bool
    auto: bool

    @property
    def right(self) -> bool:
        """Whether the likelier of both came true."""
        return (self.continues >= 0.5) == self.went_on

    @property
    def likelier(self) -> Forecast:
        """How likely the likelier of both was, and whether it came true."""
        return Forecast(max(self.continues, 1 - self.continues), float(self.right))

    @property
    def forecast(self) -> Forecast:
        """How likely going on was, and whether they did."""
        return Forecast(self.continues, float(self.went_on))


def read_stops(path: Path) -> dict[str, Sequence[Stop]]:
    """Each person's stops in order of time. Raises Invalid for a file or line of another kind."""
    found: defaultdict[str, list[Stop]] = defaultdict(list)
    for row in distinct(rows(path)):
        found[row.text("user")].append(_stop(row))
    return {person: _in_order(mine) for person, mine in found.items()}


def _stop(row: Row) -> Stop:
    return Stop(
        id=row.text("id"),
        session_id=row.text("session_id"),
        agent_input=row.text("agent_context"),
        went_on=row.word("answer", ("continue", "end")) == "continue",
        next=row.text_or_nothing("next"),
        at=row.moment("ts"),
        turn=row.whole("turn"),
        number=row.number,
    )


def _in_order(stops: Sequence[Stop]) -> Sequence[Stop]:
    """By time if every line of this person has one, else as the file has them."""
    known = [(stop.at, stop.turn, stop.number, stop) for stop in stops if stop.at is not None]
    return [stop for *_, stop in sorted(known, key=lambda each: each[:3])] if len(known) == len(stops) else stops


def question_at(stop: Stop) -> Question:
    """Whether the person goes on, as an agent would ask it."""
    return Question(_AGENT, stop.agent_input, stop.session_id, threshold=THRESHOLD)


async def answer_stops(answering: Answering, person: str, stops: Sequence[Stop]) -> AsyncIterator[Scored[StopResult]]:
    """Every stop of one person, each by what was known before it."""
    past, weights, fits = EarlierStops(), answering.stops(person), Fits()
    open_: dict[int, tuple[float, bool]] = {}
    for stop in stops:
        for left in past.move_to(stop.at):
            score, right = open_.pop(left.number)
            fits.learn(NAME, score, right=right)
        known = satisfaction(question_at(stop), past.replies.history(), past.endings(), weights)
        best, score = (GO_ON, 1 - known.stop) if known.stop < 0.5 else (STOP, known.stop)
        sure = fits.calibrate(NAME, score)
        continues = sure if best == GO_ON else 1 - sure
        guesses = [(Guess(best, score, ""), sure)]
        held = _UNKNOWN if not known.known else held_by_precedent(question_at(stop), guesses, past.precedents)
        auto = decide(guesses, threshold=THRESHOLD, capped=held)[1] is Decision.AUTO
        yield Scored({"id": stop.id, "continues": continues, "auto": auto}, StopResult(continues, stop.went_on, auto))
        past.add(stop)
        right = (best == GO_ON) == stop.went_on
        if stop.went_on:
            fits.learn(NAME, score, right=right)
        else:
            open_[stop.number] = score, right


class EarlierStops:
    """What a person typed so far, and where they left off."""

    def __init__(self) -> None:
        self.replies = ReplyHistory()
        self.precedents = Precedents()
        self._left: dict[str, Ending] = {}
        """By session, the newest last."""
        self._waiting: deque[Stop] = deque()
        """Stops after which nothing was typed, until the session counts as idle: nobody knows before."""

    def move_to(self, now: datetime | None) -> list[Stop]:
        """Sessions that were left long enough ago are known to be. The stops at which they were, newly known."""
        found: list[Stop] = []
        while self._waiting and _idle(self._waiting[0], now):
            stop = self._waiting.popleft()
            self._left.pop(stop.session_id, None)
            self._left[stop.session_id] = Ending(stop.session_id, question_in(stop.agent_input))
            found.append(stop)
        return found

    def endings(self) -> tuple[Ending, ...]:
        """The newest first, as many as the product reads."""
        return tuple(reversed(self._left.values()))[:ENDINGS]

    def add(self, stop: Stop) -> None:
        """What the person did after this stop."""
        self.replies.add_message(stop.session_id, stop.agent_input)
        if stop.went_on:
            self._left.pop(stop.session_id, None)
            self.replies.add_prompt(stop.session_id, stop.next)
            self.precedents.add(_answer(stop))
        else:
            self._waiting.append(stop)


def _answer(stop: Stop) -> CountableAnswer:
    at = stop.at or UNTIMED + timedelta(seconds=stop.number)
    return CountableAnswer(stop.id, stop.session_id, at, True, stop.agent_input, stop.next)


def _idle(stop: Stop, now: datetime | None) -> bool:
    """Whether a session that was left here counts as left by now. Without times, it does at once."""
    return now is None or stop.at is None or stop.at + IDLE <= now
