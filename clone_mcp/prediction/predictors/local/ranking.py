"""From scored candidates to a short list that covers much of what the person might say."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from clone_mcp.prediction.predictors.local.candidates import OWN, Candidate
from clone_mcp.prediction.predictors.local.situation import SLOW
from clone_mcp.prediction.predictors.local.window import Window
from clone_mcp.recording.reading.likeness import same

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
    """A candidate with its two log odds."""

    candidate: Candidate
    confidence: float
    order: float

    @property
    def brief(self) -> bool:
        return len(self.candidate.text) <= _BRIEF


def probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))


def log_odds(chance: float) -> float:
    return math.log(chance / (1 - chance))


def in_own_words(scored: Sequence[Scored], window: Window) -> list[Scored]:
    """Without what this person has words of their own for: those inherit the scores."""
    own = {one.candidate.key: one for one in scored if one.candidate.source == OWN}
    others: list[Scored] = []
    for one in scored:
        if one.candidate.source == OWN:
            continue
        said = Counter(window.reads[place].answer.key for place in one.candidate.places)
        theirs = next((own[key] for key, _ in said.most_common() if key in own and own[key].brief), None)
        if theirs is not None:
            own[theirs.candidate.key] = Scored(
                theirs.candidate, max(theirs.confidence, one.confidence), max(theirs.order, one.order)
            )
        else:
            others.append(one)
    return [*own.values(), *others]


def shortlist(scored: Sequence[Scored], k: int) -> list[Scored]:
    """The most confident brief reply, then greedily what adds most to the chance that one of them fits."""
    brief = [one for one in scored if one.brief]
    chosen = [max(brief or scored, key=lambda one: one.confidence)]
    values = [(_value(one), place) for place, one in enumerate(scored) if one is not chosen[0]]
    left = [(value, scored[place]) for value, place in heapq.nlargest(_LOOK, values, key=lambda pair: pair[0])]
    cover = _Cover(one for _, one in left)
    cover.add(chosen[0])
    while left and len(chosen) < k:
        best = max(left, key=lambda pair: pair[0] * (1 - _OVERLAP * cover.share(pair[1])))
        left.remove(best)
        chosen.append(best[1])
        cover.add(best[1])
    return chosen


def _value(one: Scored) -> float:
    return probability(one.order + _ORDER_SHIFT) * (_PREFER_BRIEF if one.brief else 1.0)


class _Cover:
    """Which earlier answers the chosen replies say the like of already."""

    def __init__(self, others: Iterable[Scored]) -> None:
        self._open = list(SLOW)
        self._whole = {id(one): sum(map(SLOW.__getitem__, one.candidate.places)) for one in others}
        self._brief: list[str] = []

    def add(self, one: Scored) -> None:
        """One more is chosen."""
        for place in one.candidate.places:
            self._open[place] = 0.0
        if one.brief:
            self._brief.append(one.candidate.text)

    def share(self, one: Scored) -> float:
        """How much of what this one would match is matched already."""
        places = one.candidate.places
        if places:
            return 1 - sum(map(self._open.__getitem__, places)) / self._whole[id(one)]
        said_already = one.brief and any(same(one.candidate.text, other) for other in self._brief)
        return _SAID_ALREADY if said_already else 0.0
