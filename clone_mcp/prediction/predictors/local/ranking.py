"""From scored candidates to a short list that covers much of what the person might say."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from clone_mcp.language.wording import same
from clone_mcp.prediction.predictors.local.alike import Flags, Places
from clone_mcp.prediction.predictors.local.candidates import OWN, Candidate, Candidates
from clone_mcp.prediction.predictors.local.situation import SLOW
from clone_mcp.prediction.predictors.local.window import Floats, Window

_BRIEF = 60
"""Characters. Only a reply this short stands first: it is the one that may be sent without asking."""
_PREFER_BRIEF = 2.0
_LOOK = 20
_OVERLAP = 0.85
_SAID_ALREADY = 0.9
_ORDER_SHIFT = -3.0
"""The trees learn an order, not a chance; shifted so, the usual score is a small chance."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Candidates with their two log odds."""

    candidates: list[Candidate]
    confidences: Floats
    orders: Floats
    places: Flags
    """For each candidate, which of the newest answers say about the same."""

    def of(self, chosen: list[int]) -> Scored:
        """Only these, in this order."""
        candidates = [self.candidates[each] for each in chosen]
        return Scored(candidates, self.confidences[chosen], self.orders[chosen], self.places[chosen])

    def brief(self) -> Flags:
        return np.array([len(candidate.text) <= _BRIEF for candidate in self.candidates])


def probabilities(log_odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-log_odds.clip(-30.0, 30.0)))


def in_own_words(scored: Scored, candidates: Candidates, window: Window) -> Scored:
    """Without what this person has words of their own for: those inherit the scores."""
    own = [place for place, each in enumerate(scored.candidates) if each.source == OWN]
    others = [place for place, each in enumerate(scored.candidates) if each.source != OWN]
    brief = scored.brief()
    heirs = {scored.candidates[place].saying: place for place in own if brief[place]}
    kept: list[int] = []
    for place in others:
        said = np.flatnonzero(candidates.like[place])
        commonest = said[np.argsort(-window.times[said], kind="stable")].tolist()
        heir = next((heirs[saying] for saying in commonest if saying in heirs), None)
        if heir is None:
            kept.append(place)
            continue
        for scores in (scored.confidences, scored.orders):
            scores[heir] = max(scores[heir], scores[place])
    return scored.of(own + kept)


def shortlist(scored: Scored, k: int) -> list[int]:
    """The most confident brief reply, then greedily what adds most to the chance that one of them fits."""
    brief = scored.brief()
    first = int(np.where(brief, scored.confidences, -math.inf if brief.any() else scored.confidences).argmax())
    values = probabilities(scored.orders + _ORDER_SHIFT) * np.where(brief, _PREFER_BRIEF, 1.0)
    values[first] = -1.0
    left = np.argsort(-values, kind="stable")[:_LOOK]
    left = left[left != first]
    cover = _Cover(scored, left)
    chosen = [first]
    worth = values[left]
    while len(chosen) < min(k, len(left) + 1):
        cover.add(chosen[-1])
        best = int((worth * (1 - _OVERLAP * cover.shares())).argmax())
        worth[best] = -math.inf
        chosen.append(int(left[best]))
    return chosen


class _Cover:
    """Which earlier answers the chosen replies say the like of already."""

    def __init__(self, scored: Scored, left: Places) -> None:
        self._scored = scored
        self._brief = scored.brief()
        self._open = scored.places[left] * SLOW[: scored.places.shape[1]]
        self._whole = self._open.sum(axis=1)
        self._never = {place: int(left[place]) for place in np.flatnonzero(self._whole == 0).tolist()}
        """Those of which nothing like it was said, so that only the wording tells."""
        self._wordings = np.zeros(len(left))

    def add(self, chosen: int) -> None:
        """One more is chosen."""
        self._open[:, self._scored.places[chosen]] = 0.0
        if not self._brief[chosen]:
            return
        texts = self._scored.candidates
        for place, this in self._never.items():
            if self._brief[this] and not self._wordings[place] and same(texts[this].text, texts[chosen].text):
                self._wordings[place] = _SAID_ALREADY

    def shares(self) -> Floats:
        """How much of what each of those left would match is matched already."""
        whole = np.where(self._whole > 0, self._whole, 1.0)
        return np.where(self._whole > 0, 1 - self._open.sum(axis=1) / whole, self._wordings)
