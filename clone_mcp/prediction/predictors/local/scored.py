"""Candidates with all that they scored: what ranking, joining and choosing them hand on."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from clone_mcp.prediction.predictors.local.candidates import Candidate
from clone_mcp.prediction.predictors.local.sayings import Flags
from clone_mcp.prediction.predictors.local.window import Floats

_BRIEF = 60
"""Characters. Only a reply this short stands first: it is the one that may be sent without asking."""
_BELOW, _TIE = 0.1, 1e-9
"""So much lower, in log odds, is what the person has changed their mind about than what they say now."""


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """Candidates with their two log odds."""

    candidates: list[Candidate]
    confidences: Floats
    uncapped: Floats
    """The same without ceilings: what lies at one ceiling is told apart by it."""
    orders: Floats
    now: Floats
    """The share of the answers to questions like this one, as far as they still hold."""
    places: Flags
    """For each candidate, which of the newest answers mean the same."""

    def of(self, chosen: list[int]) -> Scored:
        """Only these, in this order."""
        return Scored(
            [self.candidates[each] for each in chosen],
            self.confidences[chosen],
            self.uncapped[chosen],
            self.orders[chosen],
            self.now[chosen],
            self.places[chosen],
        )

    def brief(self) -> Flags:
        return np.array([len(candidate.text) <= _BRIEF for candidate in self.candidates])

    def likeliest_first(self) -> list[int]:
        """Places of the candidates by how likely they are."""
        return np.lexsort((-self.uncapped, -self.confidences)).tolist()

    def of_one_mind(self) -> Scored:
        """With what the person no longer answers to such questions below what they do."""
        now = self.now
        leading = np.flatnonzero(now >= now.max(initial=0.0) - _TIE)
        if not len(leading) or not now.max():
            return self
        best = int(leading[self.confidences[leading].argmax()])
        rivals = (now > 0) & (now < now[best] - _TIE)
        capped, uncapped = self.confidences, self.uncapped
        return replace(
            self,
            confidences=np.where(rivals, np.minimum(capped, capped[best] - _BELOW), capped),
            uncapped=np.where(rivals, np.minimum(uncapped, uncapped[best] - _BELOW), uncapped),
        )


def probabilities(log_odds: Floats) -> Floats:
    return 1 / (1 + np.exp(-log_odds.clip(-30.0, 30.0)))


def log_odds(chances: Floats) -> Floats:
    return np.log(chances / (1 - chances))
