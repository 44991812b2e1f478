"""Would the person have the agent go on, or are they satisfied with what it just said, and end it there?

A small logistic regression over what the message is and how this person's sessions went (continuation_signs.py). It
says whether they would go on, never what they would say: that is the other predictor's question. Going on is an answer
like every other: what the agent says it will do next is held back as a reply's is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

from clone_mcp.language.message import read
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.calibration import Ending, Grounds
from clone_mcp.models.prediction import Guess, History, Kind, Prediction, Proposal, Question
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.continuation_signs import PersonSoFar, Weights, person_so_far, shipped, signs
from clone_mcp.prediction.decision import Decide, Draft
from clone_mcp.prediction.grounding import CLAIMED, attested, hears_claims
from clone_mcp.prediction.materials import Gather, calibration, heard, scored_by
from clone_mcp.prediction.outcomes import GO_ON, STOP

NAME = "continuation-4"
_UNKNOWN = "Too little is known yet about when this person ends a session."

LEAST_MESSAGES, LEAST_STOPS = 20, 3
_ALIKE, _APART = 3.0, 0.2
"""Messages nearly like this one that all else is worth; and the share of words in which these may differ. One at
another place of its session counts less."""
_LEAST, _MOST = 0.03, 0.97
"""How likely the person stops, before messages nearly like this one say more: nobody is surer than that."""


class PredictContinuation:
    """Tells how likely the person goes on, by how they went on after messages like this one."""

    def __init__(
        self, storage: Storage, clock: Clock, *, redact: bool, gather: Gather | None = None, shadow: bool = False
    ) -> None:
        self._clock = clock
        self._gather = gather or Gather(storage, clock)
        self._decide = Decide(storage, clock, redact=redact, shadow=shadow)

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored; its first candidate is `continue` or `stop`.

        Raises Forbidden for a viewer.
        """
        require_writer(caller)
        began = self._clock.monotonic()
        grounds = await self._gather.grounds(caller.tenant, [question])
        asked = heard(question, grounds.standing)
        known = satisfaction(asked, grounds.history, grounds.standing.endings)
        best, score = (GO_ON, 1 - known.stop) if known.stop < 0.5 else (STOP, known.stop)
        guess = Guess(best, score, known.reason(), most=_by_another_reading(asked, best, grounds))
        scored = scored_by(NAME, Proposal((guess,)), calibration(grounds.standing))
        sure = scored[0][1]
        draft = Draft(
            Kind.CONTINUATION,
            question,
            Proposal((guess,), None if known.known else _UNKNOWN, stop_recommended=best == STOP),
            NAME,
            scored,
            grounds.standing,
            claims=lambda: _resting_on_claims(asked, best, sure, grounds),
        )
        return await self._decide(caller.tenant, draft, now=self._clock.now(), began=began)


def _by_another_reading(question: Question, best: str, grounds: Grounds) -> float:
    """The most that is believed of it, where it is not certain what the agent said."""
    if question.beside is None:
        return 1.0
    other = replace(question, said=question.beside, beside=None)
    stop = satisfaction(other, grounds.history, grounds.standing.endings).stop
    return stop if best == STOP else 1 - stop


def _resting_on_claims(question: Question, best: str, sure: float, grounds: Grounds) -> str | None:
    """Why this may not be acted on, if it could be and attested answers alone don't make it as sure."""
    if sure < question.threshold or not hears_claims(question, grounds.history, grounds.standing):
        return None
    known = satisfaction(question, attested(grounds.history), grounds.standing.endings)
    score = known.stop if best == STOP else 1 - known.stop
    borne_out = known.known and calibration(grounds.standing)(NAME, score) >= question.threshold
    return None if borne_out else CLAIMED


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """How likely the person would stop now."""

    stop: float
    messages: int
    closed: int
    """Messages after which they only said that they were content, and nothing more was asked for."""
    left: int
    """Messages that they left unanswered."""
    dropped: int
    """Sessions that ended with a prompt for something more, or a complaint: no stop after the message before it."""
    kind: str
    alike: int = 0
    """Messages nearly word for word like this one."""
    stops_alike: int = 0

    @property
    def stops(self) -> int:
        """How often they stopped, in the one way or the other."""
        return self.closed + self.left

    @property
    def known(self) -> bool:
        """Whether enough is known of how this person ends a session."""
        return self.messages >= LEAST_MESSAGES and self.stops >= LEAST_STOPS

    def reason(self) -> str:
        """What was counted, in a sentence or two."""
        said = (
            f"Of {self.messages} messages of agents, this person closed {self.closed} with thanks or the like and left "
            f"{self.left} unanswered as the last of a session. This one reads as `{self.kind}`."
        )
        if self.dropped:
            said += f" The last prompt of {self.dropped} sessions asks for more or complains, and counts as going on."
        if not self.alike:
            return said
        return f"{said} After {self.alike} nearly the same, they stopped {self.stops_alike} times."


def satisfaction(
    question: Question, history: History, endings: tuple[Ending, ...], weights: Weights | None = None
) -> Satisfaction:
    """The chance that the person stops after this message."""
    message = read(question.heard)
    past = person_before(question, history, endings)
    chance = 1 / (1 + math.exp((weights or shipped()).log_odds(signs(message, past))))
    turn = len(past.replies) + 1
    alike = stops_alike = stops = left = 0
    weight, stopped = _ALIKE, _ALIKE * min(_MOST, max(_LEAST, chance))
    topic = message.topic
    for each in past.seen:
        theirs = each.trace.topic
        if each.stop:
            stops, left = stops + 1, left + each.left
        if (topic ^ theirs).bit_count() <= _APART * (topic | theirs).bit_count() > 0:
            near = min(turn, each.place) / max(turn, each.place)
            alike, weight = alike + 1, weight + near
            if each.stop:
                stops_alike, stopped = stops_alike + 1, stopped + near
    return Satisfaction(
        stop=stopped / weight,
        messages=len(past.seen),
        closed=stops - left,
        left=left,
        dropped=sum(each.dropped for each in past.seen),
        kind=message.kind,
        alike=alike,
        stops_alike=stops_alike,
    )


def person_before(question: Question, history: History, endings: tuple[Ending, ...]) -> PersonSoFar:
    """What the person did until then. The session that is asked about is open, however long nothing happened there."""
    others = {each.session_id: each for each in endings if each.session_id != question.session_id}
    return person_so_far(history.answers, others, question.session_id)
