"""What the scorer looks at: numbers of a candidate, and numbers that all candidates of a question share."""

from __future__ import annotations

import math

import numpy as np

from clone_mcp.language.choices import picked
from clone_mcp.language.message import FLAGS, KINDS, Message
from clone_mcp.language.replies import INTENTS
from clone_mcp.prediction.predictors.local.candidates import SOURCES, Candidate, Candidates
from clone_mcp.prediction.predictors.local.sayings import Flags, ReplyReading, reply_reading
from clone_mcp.prediction.predictors.local.situation import ASK, KERNELS, NOW, TOPIC, VOTES, Situation
from clone_mcp.prediction.predictors.local.window import Floats

SELF = ("slow", "topic", "ask", "kind", "previous", "cues", "sharp")
RESEMBLING = ("slow", "topic", "kind", "session", "cues", "sharp")
TOPS = ("slow", "topic", "kind", "previous", "cues", "sharp")
_SPREAD = 50.0
"""Masses and shares are small numbers; log1p(50 x) spreads them."""
_BRIEF_BANDS = (0, 1)
_SELF, _TOPS = [KERNELS.index(kernel) for kernel in SELF], [KERNELS.index(kernel) for kernel in TOPS]
_SHARES = [place for place, kernel in enumerate(KERNELS) if kernel not in ("session", "previous")]
"""What was said before this, and in this session, proves too little to be sure by."""
_RESEMBLING = [KERNELS.index(kernel) for kernel in RESEMBLING]
_NEVER = 9.0
"""Stands for the age of what was never said."""
_SHORT, _RECENT, _OF_KIND, _OF_SESSION = 6, 60, 30, 20
"""Words of a short reply; and how many of the newest answers count, in all, to such messages, and in this session."""
_UNKNOWN_LENGTH = 3.0
"""Logarithm of the words of a reply, where none is known."""

NAMES = (
    *(f"mass_{k}" for k in KERNELS), *(f"share_{k}" for k in KERNELS), *(f"self_{k}" for k in SELF),
    *(f"resembling_{k}" for k in RESEMBLING),
    "topic_best", "ask_best", "count", "sessions", "frequency", "age", "in_session", "is_last", "uses",
    *(f"intent_{k}" for k in VOTES), *(f"size_{k}" for k in VOTES),
    "length", "lines", "mention", *(f"is_{intent}" for intent in INTENTS[:-1]),
    "tail_words", "listed", "preference", *(f"from_{source}" for source in SOURCES),
    *(f"approve_{kind}" for kind in KINDS), *(f"commit_{kind}" for kind in KINDS),
    # From here on all candidates of a question have them in common.
    *(f"kind_{kind}" for kind in KINDS),
    *(f"says_{flag}" for flag in FLAGS), "offers", "choice_count", "tail_length",
    "total", "turn", "short_share", "repeat_share", "typical_length", "last_length", "kind_length", "session_repeat",
    *(f"top_{k}" for k in TOPS), *(f"brief_{k}" for k in VOTES),
)  # fmt: skip

_BEYOND = 0.05
_FIRST_DAY = 0.2
"""How far a ceiling lies above the share, and the least that it is lowered to where hardly anything was said."""
_SOURCE, _INTENT = np.eye(len(SOURCES)), np.eye(len(INTENTS))[:, :-1]
_SOURCES, _INTENTS = ({name: place for place, name in enumerate(names)} for names in (SOURCES, INTENTS))


class Table:
    """The numbers of some candidates of one question."""

    def __init__(self, candidates: Candidates, here: Situation) -> None:
        habits = _Habits(candidates, here)
        self.places = habits.places
        """For each candidate, which of the newest answers mean the same."""
        self.shares = largest(habits.shares)
        """The largest share of earlier answers, however they are weighed, that meant the same."""
        self.now = habits.shares[:, NOW]
        """The share of the answers to questions like this one, as far as they still hold."""
        tops = np.log1p(_SPREAD * habits.shares[:, _TOPS].max(axis=0, initial=0.0))
        briefs = here.bands[:, _BRIEF_BANDS].sum(axis=1)
        shared = np.array([*here.kind, *_of_message(here.message), *_of_person(here), *tops, *briefs])
        own = [habits.numbers(), _wordings(candidates, here)]
        everybodys = np.broadcast_to(shared, (len(candidates.all), len(shared)))
        self.rows = np.concatenate([*own, everybodys], axis=1)
        """NAMES of each."""

    def ceilings(self) -> Floats:
        """The most that is believable of each."""
        return believable(self.shares, self.places)


def shares_of(places: Flags, here: Situation) -> Floats:
    """The share of earlier answers that are among these, by each kernel."""
    return (places @ here.kernels.T) / here.spans


def largest(shares: Floats) -> Floats:
    """The largest of those that prove enough."""
    return shares[:, _SHARES].max(axis=1, initial=0.0)


def believable(shares: Floats, places: Flags) -> Floats:
    """The most that is believable of what has this largest share of earlier answers, those `places`: a little more.

    Fewer than a dozen answers that meant the same prove little, even if there were no others. The regression saw
    few people with strong habits and nobody's first day, and would overstate what it has not seen.
    """
    alike = places.sum(axis=1)
    return np.minimum(0.99, shares + _BEYOND) * np.maximum(_FIRST_DAY, (alike + 0.5) / (alike + 3.0))


class _Habits:
    """How candidates were used before."""

    def __init__(self, candidates: Candidates, here: Situation) -> None:
        window = here.window
        self._here = here
        self._saying = np.array([each.saying for each in candidates.all], np.intp)
        self._times = np.array([each.times for each in candidates.all], float)
        self._uses: Flags = self._saying[:, None] == window.of
        self.places: Flags = candidates.same.take(window.of, axis=1)
        self._resembling: Flags = candidates.resembling.take(window.of, axis=1)
        self._masses: Floats = self.places @ here.kernels.T
        self.shares: Floats = self._masses / here.spans

    def numbers(self) -> Floats:
        """From `mass_` to `uses`."""
        here = self._here
        said = self._saying >= 0
        first, uses, in_sessions, in_session = self._of_sayings()
        often = np.where(self._times > 0, self._times, uses)
        frequency = _SPREAD * often / (here.total + 5.0)
        age = np.where(said, first, here.total)
        often, in_sessions, frequency, age, in_session, uses = np.log1p(
            [often, in_sessions, frequency, age, in_session, uses]
        )
        age = np.where(said | (self._times > 0), age, _NEVER)
        is_last = said & (self._saying == here.previous)
        best = [self._nearest(TOPIC) ** 0.25, self._nearest(ASK) ** (1 / 3)]
        masses = [
            self._masses,
            self.shares,
            self._uses @ here.kernels[_SELF].T,
            self._resembling @ here.kernels[_RESEMBLING].T,
        ]
        use = [*best, often, in_sessions, frequency, age, in_session, is_last, uses]
        return np.concatenate([np.log1p(_SPREAD * np.concatenate(masses, axis=1)), np.array(use).T], axis=1)

    def _of_sayings(self) -> Floats:
        """First place, uses, sessions and uses in this one, of each candidate's saying; 0 for what was never said."""
        window, here = self._here.window, self._here
        mine = np.bincount(window.of[window.columns["session"] == here.session], minlength=len(window.times))
        numbers = np.zeros((4, len(window.times) + 1))
        numbers[:, :-1] = window.first, window.times, window.in_sessions, mine
        return numbers.take(self._saying, axis=1)

    def _nearest(self, kernel: int) -> Floats:
        return (self._uses * self._here.kernels[kernel]).max(axis=1, initial=0.0)


def _wordings(candidates: Candidates, here: Situation) -> Floats:
    """How candidates read, here."""
    texts = [reply_reading(each.text) for each in candidates.all]
    intents = np.array([_INTENTS[text.intent] for text in texts], np.intp)
    kinds = np.array(here.kind)
    return np.concatenate(
        [
            here.intents.T[intents],
            here.bands.T[[text.band for text in texts]],
            np.array([text.shape for text in texts]),
            _INTENT[intents],
            _in_message(candidates, texts, here),
            _SOURCE[[_SOURCES[each.source] for each in candidates.all]],
            (intents == _INTENTS["approve"])[:, None] * kinds,
            (intents == _INTENTS["commit"])[:, None] * kinds,
        ],
        axis=1,
    )


def _in_message(candidates: Candidates, texts: list[ReplyReading], here: Situation) -> Floats:
    """The share of its words that the message has, whether it is a listed label, how much its choice is preferred."""
    words, labels = here.message.words, {label for label, _ in here.message.choices}
    inside = [text.among(words) for text in texts]
    listed = [0.0 if len(one.key) != 1 else 1.0 if one.key in labels else -1.0 for one in candidates.all]
    preferred = [
        _preference(one, text, here) if here.preferences else 0.0
        for one, text in zip(candidates.all, texts, strict=True)
    ]
    return np.array([inside, listed, preferred]).T


def _preference(candidate: Candidate, text: ReplyReading, here: Situation) -> float:
    if text.intent != "option" and candidate.source != "choice":
        return 0.0
    place = picked(here.message.choices, candidate.text)
    return 0.0 if place is None else here.preferences[place]


def _of_message(message: Message) -> list[float]:
    """From `says_` to `tail_length`."""
    flags = [float(flag in message.flags) for flag in FLAGS]
    return [*flags, float(len(message.offers)), float(len(message.choices)), math.log1p(len(message.text))]


def _of_person(here: Situation) -> list[float]:
    """From `total` to `session_repeat`."""
    window = here.window
    lengths = window.columns["length"]
    mine = np.flatnonzero(window.columns["session"] == here.session)
    recent = lengths[:_RECENT]
    of_kind = lengths[window.columns["kind"] == KINDS.index(here.message.kind)][:_OF_KIND]
    oldest = (window.resembling.take(window.of[:_RECENT], axis=0) * window.last).max(axis=1, initial=0)
    repeats = oldest > np.arange(len(recent))
    of_session = mine[:_OF_SESSION]
    return [
        math.log1p(here.total),
        math.log1p(len(mine)),
        _share(recent <= _SHORT),
        _share(repeats),
        math.log1p(np.sort(recent)[len(recent) // 2]) if len(recent) else _UNKNOWN_LENGTH,
        math.log1p(lengths[mine[0]]) if len(mine) else 0.0,
        float(np.log1p(of_kind).mean()) if len(of_kind) else _UNKNOWN_LENGTH,
        _share(repeats[of_session[of_session < len(recent)]]),
    ]


def _share(flags: Flags) -> float:
    return float(np.sum(flags)) / max(1, len(flags))
