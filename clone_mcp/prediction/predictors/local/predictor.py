"""The predictor that needs no key and no network: it ranks what this person typed before, what many people type, and
what the message offers, with weights learned from other people's conversations.
"""

from __future__ import annotations

import re
from datetime import datetime

import numpy as np

from clone_mcp.language import lexicon
from clone_mcp.language.message import read
from clone_mcp.models.prediction import Guess, History, Proposal, Question
from clone_mcp.prediction.predictors.local.candidates import GENERIC, OWN, Candidate, Candidates, closest
from clone_mcp.prediction.predictors.local.features import Table
from clone_mcp.prediction.predictors.local.options import choose
from clone_mcp.prediction.predictors.local.ranking import Scored, in_own_words, probabilities, shortlist
from clone_mcp.prediction.predictors.local.situation import Situation, situation
from clone_mcp.prediction.predictors.local.weights import Weights, shipped
from clone_mcp.prediction.predictors.local.window import Windows

NAME = "local-2"

KEEP = 40
"""Candidates that are looked at closely."""
_NOTHING_CLOSE = 0.05
_DONE = re.compile(rf"^({lexicon.pattern('replies', 'content')})\b.{{0,40}}$", re.IGNORECASE)


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
        candidates = closest(message, window, history.phrases, weights.generic, here.blend(), KEEP)
        scored = in_own_words(score(candidates, here, weights), candidates, window)
        chosen = scored.of(shortlist(scored, question.k))
        # The first is the one to rely on: the others never exceed it.
        scores = probabilities(np.minimum(chosen.confidences, chosen.confidences[0])).tolist()
        guesses = tuple(
            Guess(candidate.text, chance, _reason(candidate))
            for candidate, chance in zip(chosen.candidates, scores, strict=True)
        )
        return Proposal(
            guesses,
            abstained=_why_not(history, guesses[0]),
            stop_recommended=bool(_DONE.match(guesses[0].response)),
        )


def score(candidates: Candidates, here: Situation, weights: Weights) -> Scored:
    """Both scores of each candidate."""
    table = Table(candidates, here)
    ceilings = table.ceilings()
    confidences = np.minimum(weights.confidences(table.rows), np.log(ceilings / (1 - ceilings)))
    return Scored(candidates.all, confidences, weights.orders(table.rows), table.places)


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
