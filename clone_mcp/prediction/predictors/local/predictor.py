"""The predictor that needs no key and no network: it ranks what this person typed before, what many people type, and
what the message offers, with weights learned from other people's conversations.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from datetime import datetime

import numpy as np

from clone_mcp.language import lexicon
from clone_mcp.language.choices import spelled
from clone_mcp.language.message import read
from clone_mcp.models.prediction import Guess, History, Proposal, Question
from clone_mcp.prediction.predictors.local.candidates import GENERIC, OWN, Candidates, closest
from clone_mcp.prediction.predictors.local.features import Table
from clone_mcp.prediction.predictors.local.meant import same_reply
from clone_mcp.prediction.predictors.local.options import choose
from clone_mcp.prediction.predictors.local.pooling import pooled
from clone_mcp.prediction.predictors.local.sayings import Places
from clone_mcp.prediction.predictors.local.scored import Scored, log_odds, probabilities
from clone_mcp.prediction.predictors.local.situation import CHANGED, SLOW, Situation, situation
from clone_mcp.prediction.predictors.local.weights import Weights, shipped
from clone_mcp.prediction.predictors.local.window import Floats, Window, Windows

NAME = "local-3"

KEEP = 40
"""Candidates that are looked at closely."""
_NOTHING_CLOSE = 0.05
"""A first guess less likely than this is not to be relied on."""
_PREFER_BRIEF = 2.0
"""Times that a brief reply is worth a long one, beyond the first."""
_BESIDE = 5
"""Guesses made by another reading of a question."""
_LOOK = 20
"""Candidates from which the rest of the list is chosen, by the trees' order."""
_OVERLAP = 0.85
"""How much of a candidate's worth is lost if all that it would match is matched already."""
_ORDER_SHIFT = -3.0
"""The trees learn an order, not a chance; shifted so, the usual score is a small chance."""
_REASONS = {
    OWN: "You answered with this before, most often when an agent said something like this.",
    GENERIC: "A reply many people give; nothing of yours points to it yet.",
}
_TAKEN_UP = "It takes up what the agent offers here."
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
        found = self._ranked(question, history)
        if question.beside is None:
            return found
        other = self._ranked(replace(question, said=question.beside, k=max(question.k, _BESIDE)), history).guesses
        scores = {guess.response: guess.score for guess in other}
        most = [scores.get(guess.response, min(scores.values())) for guess in found.guesses]
        capped = (replace(guess, most=min(own, most[0])) for guess, own in zip(found.guesses, most, strict=True))
        return replace(found, guesses=tuple(capped))

    def _ranked(self, question: Question, history: History) -> Proposal:
        weights = self._given or shipped()
        message, window = read(spelled(question.heard, question.options)), self._windows.of(history.answers)
        if question.options:
            return choose(question, message, window)
        here = situation(message, window, total=history.total, session_id=question.session_id)
        candidates = closest(message, window, history.phrases, weights.generic, here.blend(), KEEP)
        scored = in_own_words(score(candidates, here, weights), candidates, window)
        if here.agreed >= CHANGED:
            scored = scored.of_one_mind()
        chosen = shortlist(pooled(scored, here), question.k)
        scores = probabilities(chosen.confidences).tolist()
        guesses = tuple(
            Guess(candidate.text, chance, _REASONS.get(candidate.source, _TAKEN_UP))
            for candidate, chance in zip(chosen.candidates, scores, strict=True)
        )
        return Proposal(
            guesses, abstained=_why_not(history, guesses[0]), stop_recommended=bool(_DONE.match(guesses[0].response))
        )


def score(candidates: Candidates, here: Situation, weights: Weights) -> Scored:
    """All scores of each candidate."""
    table = Table(candidates, here)
    uncapped, ceilings = weights.confidences(table.rows), table.ceilings()
    confidences = np.minimum(uncapped, log_odds(ceilings))
    return Scored(candidates.all, confidences, uncapped, weights.trees.scores(table.rows), table.now, table.places)


def _why_not(history: History, best: Guess) -> str | None:
    if history.total == 0:
        return "No history yet: Clone has not seen this person answer anything."
    if best.score < _NOTHING_CLOSE:
        return "Nothing this person typed before is close to this."
    return None


def in_own_words(scored: Scored, candidates: Candidates, window: Window) -> Scored:
    """Without what this person has words of their own for: those inherit the scores.

    "Commit" may mean the same as "commit now" and as "commit later", which are opposites: neither inherits from it.
    """
    own = [place for place, each in enumerate(scored.candidates) if each.source == OWN]
    others = [place for place, each in enumerate(scored.candidates) if each.source != OWN]
    brief = scored.brief()
    heirs = {scored.candidates[place].saying: place for place in own if brief[place]}
    kept: list[int] = []
    said_in_other_words = set(np.nonzero(candidates.same)[0].tolist())
    for place in others:
        if place not in said_in_other_words:
            kept.append(place)
            continue
        said = np.flatnonzero(candidates.same[place])
        commonest = said[np.argsort(-window.times[said], kind="stable")].tolist()
        heir = next((heirs[saying] for saying in commonest if saying in heirs), None)
        if heir is None:
            kept.append(place)
            continue
        if candidates.same[heir, said].all():
            for scores in (scored.confidences, scored.uncapped, scored.orders):
                scores[heir] = max(scores[heir], scores[place])
    return scored.of(own + kept)


def shortlist(scored: Scored, k: int) -> Scored:
    """The likeliest brief reply, and what adds most to the chance that one of them fits, the likeliest first.

    No two mean the same, whatever was asked.
    """
    brief = scored.brief()
    order = scored.likeliest_first()
    first = next((place for place in order if brief[place]), order[0])
    values = probabilities(scored.orders + _ORDER_SHIFT) * np.where(brief, _PREFER_BRIEF, 1.0)
    values[first] = -1.0
    left = np.argsort(-values, kind="stable")[:_LOOK]
    left = left[left != first]
    cover = _Cover(scored, left)
    chosen, worth = [first], values[left]
    while len(chosen) < k:
        worth[cover.add(chosen[-1])] = -math.inf
        if not len(worth) or worth.max() == -math.inf:
            break
        best = int((worth * (1 - _OVERLAP * cover.shares())).argmax())
        worth[best] = -math.inf
        chosen.append(int(left[best]))
    found = scored.of(chosen)
    # The first is the one to rely on: the others never exceed it.
    found.confidences[1:] = np.minimum(found.confidences[1:], found.confidences[0])
    return found.of([0, *(place for place in found.likeliest_first() if place)])


class _Cover:
    """Which earlier answers the chosen replies say already."""

    def __init__(self, scored: Scored, left: Places) -> None:
        self._texts = [each.text for each in scored.candidates]
        self._places = scored.places
        self._left: list[int] = left.tolist()
        self._open = scored.places[left] * SLOW[: scored.places.shape[1]]
        self._whole = self._open.sum(axis=1)

    def add(self, chosen: int) -> list[int]:
        """Choose one. Which of those left mean the same."""
        self._open[:, self._places[chosen]] = 0.0
        text = self._texts[chosen]
        return [place for place, this in enumerate(self._left) if same_reply(self._texts[this], text)]

    def shares(self) -> Floats:
        """How much of what each of those left would match is matched already."""
        whole = np.where(self._whole > 0, self._whole, 1.0)
        return np.where(self._whole > 0, 1 - self._open.sum(axis=1) / whole, 0.0)
