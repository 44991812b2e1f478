"""One question against one person's past: how much each earlier answer counts now, and what all candidates share."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.prediction.predictors.local.choosing import preferences
from clone_mcp.prediction.predictors.local.window import Read, Window
from clone_mcp.recording.reading.message import FLAGS, KINDS, Message

KERNELS = ("even", "slow", "fast", "topic", "ask", "kind", "session", "previous", "cues", "sharp")
"""Ways to weigh earlier answers: by age, by likeness of what was asked, by place in the session."""
VOTES = ("slow", "fast", "topic", "kind", "session", "cues", "sharp")
_SHRINK = {"sharp": 0.3, "cues": 1.0, "topic": 0.5, "ask": 0.5}
_BLEND = (
    ("slow", 0.1), ("fast", 0.5), ("cues", 0.5), ("ask", 2.0), ("topic", 2.0), ("session", 0.05), ("previous", 0.3),
)  # fmt: skip
_SHORT, _RECENT, _OF_KIND, _OF_SESSION = 6, 60, 30, 20
_UNKNOWN_LENGTH = 3.0
_LONGEST = 1000


def _powers(base: float, count: int) -> tuple[float, ...]:
    return tuple(base**exponent for exponent in range(count))


_EVEN, SLOW, _FAST = _powers(1.0, _LONGEST), _powers(0.985, _LONGEST), _powers(0.9, _LONGEST)
_FADE, _LONG_FADE = _powers(0.99, _LONGEST), _powers(0.995, _LONGEST)
_CUES, _SHARP = (*_powers(0.88, 128), 0.0), (*_powers(0.75, 128), 0.0)
_NO_CUES = 128
"""Stands for the distance to a question of which no cues are known."""

MESSAGE_NAMES = (*(f"says_{flag}" for flag in FLAGS), "offers", "choice_count", "tail_length")
PERSON_NAMES = (
    "total", "turn", "short_share", "repeat_share", "typical_length", "last_length", "kind_length", "session_repeat",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Situation:
    """What all candidates of a question share."""

    message: Message
    window: Window
    total: int
    session_id: str | None
    previous: str | None
    """Key of the reply before, in this session."""
    kernels: dict[str, Sequence[float]]
    """Per kernel the weight of each of the newest answers."""
    spans: dict[str, float]
    """Per kernel what the weights of candidates are held against."""
    kind: list[float]
    """The question's kind as flags."""
    preferences: list[float]
    """The chance of each listed choice, given that one is taken."""
    intents: dict[str, list[int]]
    bands: dict[int, list[int]]
    """Places of the answers of each intent and each length."""

    def vote(self, kernel: str, places: Sequence[int]) -> float:
        """The share of earlier answers, by one kernel, that stand at these places."""
        return sum(map(self.kernels[kernel].__getitem__, places)) / self.spans[kernel]

    def blend(self) -> list[float]:
        """The kernels in one, for a first look at many candidates."""
        columns = [[weight * value for value in self.kernels[kernel]] for kernel, weight in _BLEND]
        return [sum(column) for column in zip(*columns, strict=True)]


def situation(message: Message, window: Window, *, total: int, session_id: str | None) -> Situation:
    """Hold a question against the past."""
    reads = window.reads
    previous = next((read.answer.key for read in reads if read.answer.session_id == session_id), None)
    kernels = _kernels(message, reads, session_id, previous)
    intents: dict[str, list[int]] = {}
    bands: dict[int, list[int]] = {}
    for place, read in enumerate(reads):
        intents.setdefault(read.said.intent, []).append(place)
        bands.setdefault(read.said.band, []).append(place)
    return Situation(
        message=message,
        window=window,
        total=total,
        session_id=session_id,
        previous=previous,
        kernels=kernels,
        spans={kernel: sum(kernels[kernel]) + _SHRINK.get(kernel, 2.0) for kernel in KERNELS},
        kind=[float(message.kind == kind) for kind in KINDS],
        preferences=preferences(message.choices, message, window),
        intents=intents,
        bands=bands,
    )


def _kernels(
    message: Message, reads: Sequence[Read], session_id: str | None, previous: str | None
) -> dict[str, Sequence[float]]:
    count = len(reads)
    cues, kind = message.cues, message.kind
    apart = [(read.asked.cues ^ cues).bit_count() if read.asked.cues else _NO_CUES for read in reads]
    fades = list(zip(apart, _LONG_FADE, strict=False))
    return {
        "even": _EVEN[:count],
        "slow": SLOW[:count],
        "fast": _FAST[:count],
        "topic": [likeness**4 for likeness in topics(message, reads)],
        "ask": [likeness**3 for likeness in asks(message, reads)],
        "kind": [fade if read.asked.kind == kind else 0.0 for read, fade in zip(reads, _FADE, strict=False)],
        "session": [1.0 if read.answer.session_id == session_id else 0.0 for read in reads],
        "previous": [1.0 if previous is not None and read.answer.previous == previous else 0.0 for read in reads],
        "cues": [fade * _CUES[distance] for distance, fade in fades],
        "sharp": [fade * _SHARP[distance] for distance, fade in fades],
    }


def topics(message: Message, reads: Sequence[Read]) -> list[float]:
    """Likeness of the earlier questions' words."""
    bits = message.topic
    norm = bits.bit_count() ** -0.5 if bits else 0.0
    return [(read.asked.topic & bits).bit_count() * read.topic_norm * norm for read in reads]


def asks(message: Message, reads: Sequence[Read]) -> list[float]:
    """Likeness of their last words."""
    bits = message.ask
    norm = bits.bit_count() ** -0.5 if bits else 0.0
    return [(read.asked.ask & bits).bit_count() * read.ask_norm * norm for read in reads]


def of_message(message: Message) -> list[float]:
    """MESSAGE_NAMES."""
    flags = [float(flag in message.flags) for flag in FLAGS]
    return [*flags, float(len(message.offers)), float(len(message.choices)), math.log1p(len(message.text))]


def of_person(here: Situation) -> list[float]:
    """PERSON_NAMES."""
    reads = here.window.reads
    lengths = [read.said.length for read in reads]
    mine = [place for place, read in enumerate(reads) if read.answer.session_id == here.session_id]
    of_kind = [length for length, read in zip(lengths, reads, strict=True) if read.asked.kind == here.message.kind]
    recent, of_kind = lengths[:_RECENT], of_kind[:_OF_KIND]
    oldest = {read.answer.key: here.window.sayings[read.answer.key].oldest for read in reads[:_RECENT]}
    repeats = [float(oldest[read.answer.key] > place) for place, read in enumerate(reads[:_RECENT])]
    return [
        math.log1p(here.total),
        math.log1p(len(mine)),
        sum(length <= _SHORT for length in recent) / max(1, len(recent)),
        sum(repeats) / max(1, len(repeats)),
        math.log1p(sorted(recent)[len(recent) // 2]) if recent else _UNKNOWN_LENGTH,
        math.log1p(lengths[mine[0]]) if mine else 0.0,
        sum(map(math.log1p, of_kind)) / len(of_kind) if of_kind else _UNKNOWN_LENGTH,
        _share([repeats[place] for place in mine[:_OF_SESSION] if place < len(repeats)]),
    ]


def _share(flags: Sequence[float]) -> float:
    return sum(flags) / max(1, len(flags))
