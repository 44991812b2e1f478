"""The predictor that needs no key and no network: it ranks what this person typed before, what many people type, and
what the message offers, with weights learned from other people's conversations.
"""

from __future__ import annotations

import re
from datetime import datetime

from clone_mcp.models.prediction import Guess, History, Proposal, Question
from clone_mcp.prediction.predictors.local.candidates import GENERIC, OWN, Candidate, gather
from clone_mcp.prediction.predictors.local.features import ceiling, masses_of, table, worth
from clone_mcp.prediction.predictors.local.options import choose
from clone_mcp.prediction.predictors.local.ranking import Scored, in_own_words, log_odds, probability, shortlist
from clone_mcp.prediction.predictors.local.situation import Situation, situation
from clone_mcp.prediction.predictors.local.weights import Weights, shipped
from clone_mcp.prediction.predictors.local.window import Window, Windows
from clone_mcp.recording.reading.message import Message, read

NAME = "local-2"

_KEEP = 40
"""Candidates that are looked at closely."""
_NOTHING_CLOSE = 0.05
_DONE = re.compile(
    r"^(thanks|thank you|thx|perfect|great|looks good|lgtm|all good|that'?s all|done|nice|awesome|well done"
    r"|danke|merci|gracias|obrigad[oa]|谢谢|ありがとう|спасибо)\b.{0,40}$",
    re.IGNORECASE,
)


class LocalPredictor:
    """Ranks by learned weights. Keeps what it read of recent answers; what it says never depends on that."""

    name = NAME

    def __init__(self, weights: Weights | None = None) -> None:
        self._given = weights
        self._windows = Windows()

    async def propose(self, question: Question, history: History, *, now: datetime) -> Proposal:
        return self.ranked(question, history)

    def ranked(self, question: Question, history: History) -> Proposal:
        """What `propose` answers; nothing here waits for anything."""
        weights = self._given or shipped()
        message, window = read(question.agent_input), self._windows.of(history.answers)
        if question.options:
            return choose(question, message, window)
        here = situation(message, window, total=history.total, session_id=question.session_id)
        scored = score(closest(message, window, history, here, weights), here, weights)
        chosen = shortlist(in_own_words(scored, window), question.k)
        highest = chosen[0].confidence  # the first is the one to rely on: the others never exceed it
        guesses = tuple(
            Guess(one.candidate.text, probability(min(highest, one.confidence)), _reason(one.candidate))
            for one in chosen
        )
        return Proposal(
            guesses,
            abstained=_why_not(history, guesses[0]),
            stop_recommended=bool(_DONE.match(guesses[0].response)),
        )


def closest(message: Message, window: Window, history: History, here: Situation, weights: Weights) -> list[Candidate]:
    """The candidates that are worth a close look, best first by a quick one."""
    blend = here.blend()
    candidates = gather(message, window, history.phrases, weights.generic)
    masses = masses_of(window, blend)
    return sorted(candidates, key=lambda candidate: -worth(candidate, blend, masses))[:_KEEP]


def score(candidates: list[Candidate], here: Situation, weights: Weights) -> list[Scored]:
    """Both scores of each candidate."""
    rows, shared = table(candidates, here)
    confidences, orders = weights.confidences(rows, shared), weights.orders(rows, shared)
    return [
        Scored(candidate, min(confidence, log_odds(ceiling(row, len(candidate.places)))), order)
        for candidate, row, confidence, order in zip(candidates, rows, confidences, orders, strict=True)
    ]


def _reason(candidate: Candidate) -> str:
    if candidate.source == OWN:
        return "You answered with this before, most often when an agent said something like this."
    if candidate.source == GENERIC:
        return "A reply many people give; nothing of yours points to it yet."
    return "It takes up what the agent offers here."


def _why_not(history: History, best: Guess) -> str | None:
    if history.total == 0:
        return "No history yet: Clone has not seen this person answer anything."
    if best.score < _NOTHING_CLOSE:
        return "Nothing this person typed before is close to this."
    return None
