"""What the scorer looks at: numbers of a candidate, and numbers that all candidates of a question share."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from operator import itemgetter

from clone_mcp.prediction.predictors.local.candidates import OWN, SOURCES, Candidate
from clone_mcp.prediction.predictors.local.said import Said, said
from clone_mcp.prediction.predictors.local.situation import (
    KERNELS,
    MESSAGE_NAMES,
    PERSON_NAMES,
    VOTES,
    Situation,
    of_message,
    of_person,
)
from clone_mcp.prediction.predictors.local.window import Saying, Window
from clone_mcp.recording.reading.choices import picked
from clone_mcp.recording.reading.intent import INTENTS
from clone_mcp.recording.reading.message import KINDS

SELF = ("slow", "topic", "ask", "kind", "previous", "cues", "sharp")
TOPS = ("slow", "topic", "kind", "previous", "cues", "sharp")
_SPREAD = 50.0
"""Masses and shares are small numbers; log1p(50 x) spreads them."""
_BRIEF_BANDS = (0, 1)
_NO_KIND = [0.0] * len(KINDS)
_SOURCE = {source: [float(source == name) for name in SOURCES] for source in SOURCES}
_AMONG_KERNELS = [KERNELS.index(kernel) for kernel in SELF]
_NEVER, _OFFERED_WORTH, _USED_WORTH = 9.0, 5.0, 0.02

OWN_NAMES = (
    *(f"mass_{k}" for k in KERNELS), *(f"share_{k}" for k in KERNELS), *(f"self_{k}" for k in SELF),
    "topic_best", "ask_best", "count", "sessions", "frequency", "age", "in_session", "is_last", "uses",
    *(f"intent_{k}" for k in VOTES), *(f"size_{k}" for k in VOTES),
    "length", "lines", "mention", *(f"is_{intent}" for intent in INTENTS[:-1]),
    "tail_words", "listed", "preference", *(f"from_{source}" for source in SOURCES),
    *(f"approve_{kind}" for kind in KINDS), *(f"commit_{kind}" for kind in KINDS),
)  # fmt: skip
"""Numbers of one candidate."""
SHARED_NAMES = (
    *(f"kind_{kind}" for kind in KINDS), *MESSAGE_NAMES, *PERSON_NAMES,
    *(f"top_{k}" for k in TOPS), *(f"brief_{k}" for k in VOTES),
)  # fmt: skip
"""Numbers that all candidates of a question have in common."""
NAMES = (*OWN_NAMES, *SHARED_NAMES)

_SHARES = [OWN_NAMES.index(f"share_{k}") for k in KERNELS if k != "session"]
_BEYOND = 0.05
_FIRST_DAY = 0.2


def worth(candidate: Candidate, blend: Sequence[float], masses: Mapping[Saying, float]) -> float:
    """A first, cheap score that decides which candidates are looked at closely. `masses` are those of all sayings."""
    saying = candidate.saying
    if saying is None:
        mass = sum(map(blend.__getitem__, candidate.near))
    else:
        # Exact, because kin come in no order.
        mass = math.fsum([masses[saying], *map(masses.__getitem__, saying.kin)])
    return mass + (_USED_WORTH * len(candidate.uses) if candidate.source == OWN else _OFFERED_WORTH)


def masses_of(window: Window, blend: Sequence[float]) -> dict[Saying, float]:
    """What the occasions of each saying weigh together."""
    weight = blend.__getitem__
    return {saying: sum(map(weight, saying.uses)) for saying in window.sayings.values()}


def table(candidates: Sequence[Candidate], here: Situation) -> tuple[list[list[float]], list[float]]:
    """OWN_NAMES for each candidate, and SHARED_NAMES."""
    habits = _Habits(here)
    wordings = _Wordings(here)
    rows = [habits.of(candidate) for candidate in candidates]
    shares = len(KERNELS)
    tops = [max((row[shares + KERNELS.index(kernel)] for row in rows), default=0.0) for kernel in TOPS]
    briefs = [sum(here.vote(kernel, here.bands.get(band, ())) for band in _BRIEF_BANDS) for kernel in VOTES]
    shared = [*here.kind, *of_message(here.message), *of_person(here), *tops, *briefs]
    return [row + wordings.of(candidate) for row, candidate in zip(rows, candidates, strict=True)], shared


def ceiling(row: Sequence[float], alike: int) -> float:
    """The most that is believable: a little more than the largest share of earlier answers that said the like.

    Fewer than a dozen of them prove little, even if there were no others. The regression saw few people with strong
    habits and nobody's first day, and would overstate what it has not seen.
    """
    share = min(0.99, math.expm1(max(map(row.__getitem__, _SHARES))) / _SPREAD + _BEYOND)
    return share * max(_FIRST_DAY, (alike + 0.5) / (alike + 3.0))


class _Habits:
    """How a candidate was used before."""

    def __init__(self, here: Situation) -> None:
        self._here = here
        self._kernels = [here.kernels[kernel] for kernel in KERNELS]
        self._spans = [here.spans[kernel] for kernel in KERNELS]
        reads = here.window.reads
        self._sessions = [read.answer.session_id for read in reads]
        self._topics, self._asks = here.kernels["topic"], here.kernels["ask"]

    def of(self, candidate: Candidate) -> list[float]:
        uses, places, total = candidate.uses, candidate.places, self._here.total
        masses = self._masses(places)
        own = masses if uses is places else self._masses(uses)
        mine = [self._sessions[use] for use in uses]
        spread, log1p = _SPREAD, math.log1p
        return [
            *[log1p(spread * mass) for mass in masses],
            *[log1p(spread * mass / span) for mass, span in zip(masses, self._spans, strict=True)],
            *[log1p(spread * own[i]) for i in _AMONG_KERNELS],
            max(map(self._topics.__getitem__, uses), default=0.0) ** 0.25,
            max(map(self._asks.__getitem__, uses), default=0.0) ** (1 / 3),
            log1p(candidate.times or len(uses)),
            log1p(len(set(mine))),
            log1p(spread * (candidate.times or len(uses)) / (total + 5.0)),
            log1p(uses[0]) if uses else log1p(total) if candidate.times else _NEVER,
            log1p(mine.count(self._here.session_id or "")),
            float(candidate.key == self._here.previous),
            log1p(len(uses)),
        ]

    def _masses(self, places: Sequence[int]) -> list[float]:
        if len(places) == 1:
            [place] = places
            return [kernel[place] for kernel in self._kernels]
        if not places:
            return [0.0] * len(KERNELS)
        taken = itemgetter(*places)
        return [sum(taken(kernel)) for kernel in self._kernels]


class _Wordings:
    """How a candidate reads, here."""

    def __init__(self, here: Situation) -> None:
        self._here = here
        self._labels = {label for label, _ in here.message.choices}
        self._votes: dict[tuple[str, int], list[float]] = {}

    def of(self, candidate: Candidate) -> list[float]:
        this, here = said(candidate.text), self._here
        inside = sum(map(here.message.words.__contains__, this.words)) / (this.length or 1)
        label = candidate.key if len(candidate.key) == 1 else ""
        listed = 0.0 if not label else 1.0 if label in self._labels else -1.0
        return [
            *self._of_traits(this),
            *this.shape,
            inside,
            listed,
            self._preference(candidate, this),
            *_SOURCE[candidate.source],
            *(here.kind if this.intent == "approve" else _NO_KIND),
            *(here.kind if this.intent == "commit" else _NO_KIND),
        ]

    def _of_traits(self, this: Said) -> list[float]:
        """The shares of earlier answers with this intent, and of this length."""
        found = self._votes.get((this.intent, this.band))
        if found is None:
            here = self._here
            intents, bands = here.intents.get(this.intent, ()), here.bands.get(this.band, ())
            found = [here.vote(kernel, places) for places in (intents, bands) for kernel in VOTES]
            self._votes[this.intent, this.band] = found
        return found

    def _preference(self, candidate: Candidate, this: Said) -> float:
        here = self._here
        if not here.preferences or (this.intent != "option" and candidate.source != "choice"):
            return 0.0
        place = picked(here.message.choices, candidate.text)
        return 0.0 if place is None else here.preferences[place]
