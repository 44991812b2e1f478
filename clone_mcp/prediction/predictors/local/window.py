"""The newest answers of a person, read once each, in columns, and grouped by what was said."""

from __future__ import annotations

import struct
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from operator import is_

import numpy as np
import numpy.typing as npt

from clone_mcp.models.prediction import Answer
from clone_mcp.prediction.predictors.local.alike import WORD, Alike, Flags, Places, bits
from clone_mcp.prediction.predictors.local.said import said
from clone_mcp.recording.reading.asked import Asked, unpacked
from clone_mcp.recording.reading.intent import INTENTS
from clone_mcp.recording.reading.likeness import BITS
from clone_mcp.recording.reading.message import KINDS

Floats = npt.NDArray[np.float64]

CUES = 128
"""Bits."""
_COLUMNS = np.dtype(
    [
        ("topic", np.uint64, BITS // WORD), ("ask", np.uint64, BITS // WORD), ("cues", np.uint64, CUES // WORD),
        ("topic_norm", np.float64), ("ask_norm", np.float64), ("length", np.int64),
        ("kind", np.int8), ("intent", np.int8), ("band", np.int8), ("has_cues", np.bool_),
    ]
)  # fmt: skip
_ROW = struct.Struct(f"={BITS // 8}s{BITS // 8}s{CUES // 8}sddqbbb?")
_KEPT = 64
_SEARCHED = 8


@dataclass(frozen=True, slots=True)
class Read:
    """The readings of an answer."""

    asked: Asked
    row: bytes
    """Its numbers, as they stand in the columns."""


@dataclass(frozen=True, slots=True)
class Saying:
    """What the person said under one key."""

    text: str
    slot: int


class Window:
    """The newest answers, newest first. A saying's number is its place by when it was said last."""

    def __init__(self) -> None:
        self._alike = Alike()
        self._known: dict[str, Saying] = {}
        self._hold((), [])

    def move_to(self, answers: Sequence[Answer]) -> None:
        """Make it these answers' window."""
        known, reads = self.answers, self.reads
        new = len(answers) if not known else next((n for n, one in enumerate(answers) if one is known[0]), 0)
        stay = len(answers) - new
        if stay <= len(known) and all(map(is_, islice(answers, new, None), known)):
            if new or stay < len(known):
                self._hold(answers, [*map(_read, answers[:new]), *reads[:stay]])
            return
        by_id = {id(answer): read for answer, read in zip(known, reads, strict=True)}
        self._hold(answers, [by_id.get(id(answer)) or _read(answer) for answer in answers])

    def _hold(self, answers: Sequence[Answer], reads: list[Read]) -> None:
        self.answers, self.reads = answers, reads
        self.columns = np.frombuffer(b"".join([read.row for read in reads]), _COLUMNS)
        number, session = dict[str, int](), dict[str, int]()
        self.of = _array([number.setdefault(answer.key, len(number)) for answer in answers])
        """Which saying each answer is."""
        self.before = _array([-1 if it.previous is None else number.get(it.previous, -1) for it in answers])
        """And which was the reply before it, if that is still among them."""
        self.session = _array([session.setdefault(answer.session_id, len(session)) for answer in answers])
        self.sessions = session
        places = np.arange(len(answers))
        self.first, self.last = np.zeros(len(number), np.intp), np.zeros(len(number), np.intp)
        self.first[self.of[::-1]], self.last[self.of] = places[::-1], places
        """The newest and the oldest place of each saying."""
        self._count(len(number), max(1, len(session)))
        self._keep_words(list(number), [answers[place].text for place in self.first.tolist()])

    def _count(self, sayings: int, sessions: int) -> None:
        self.times = np.bincount(self.of, minlength=sayings)
        """How often each saying was said."""
        self.in_sessions = np.bincount(np.unique(self.of * sessions + self.session) // sessions, minlength=sayings)
        """In how many sessions."""

    def _keep_words(self, keys: list[str], texts: list[str]) -> None:
        worded = [number for number, text in enumerate(texts) if text]
        self.worded = _array(worded)
        """The sayings whose wording is kept: others are too long to be offered again."""
        self.worded_keys, self.worded_texts = [keys[each] for each in worded], [texts[each] for each in worded]
        self._slots = self._slotted(keys, texts)
        self.kin: Flags = self._alike.kin(self._slots)
        """Which sayings say about the same as which, themselves included."""

    def _slotted(self, keys: list[str], texts: list[str]) -> Places:
        before = self._known
        sayings = {
            key: saying
            for key, text in zip(keys, texts, strict=True)
            if (saying := before.get(key)) and saying.text == text
        }
        for gone in before.keys() - sayings.keys():
            self._alike.drop(before[gone].slot)
        if len(sayings) < len(keys):
            for key, text in zip(keys, texts, strict=True):
                if key not in sayings:
                    sayings[key] = Saying(text, self._alike.add(text))
        self._known = sayings
        return _array([sayings[key].slot for key in keys])

    def masses(self, blend: Floats) -> Floats:
        """What the answers of each saying weigh together."""
        return np.bincount(self.of, weights=blend, minlength=len(self.times)).astype(float, copy=False)

    def near(self, texts: Sequence[str]) -> Flags:
        """For texts that are none of the sayings: which of those say about the same."""
        return self._alike.near(texts, self._slots)


class Windows:
    """The windows last used, of a bounded number of people."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, Window] = OrderedDict()

    def of(self, answers: Sequence[Answer]) -> Window:
        """The window over these answers."""
        # Found again by one of the newest answers. Should another person's answers bear the same ids, they are told
        # apart answer by answer, and the window is as good as new.
        known = next((answer.id for answer in answers[:_SEARCHED] if answer.id in self._kept), None)
        window = Window() if known is None else self._kept.pop(known)
        window.move_to(answers)
        if answers:
            self._kept[answers[0].id] = window
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return window


def _array(numbers: list[int]) -> Places:
    return np.array(numbers, np.intp)


def _read(answer: Answer) -> Read:
    asked, this = unpacked(answer.question), said(answer.text)
    row = _ROW.pack(
        bits(asked.topic),
        bits(asked.ask),
        bits(asked.cues, CUES),
        norm(asked.topic),
        norm(asked.ask),
        this.length,
        KINDS.index(asked.kind) if asked.kind in KINDS else -1,
        INTENTS.index(this.intent),
        this.band,
        bool(asked.cues),
    )
    return Read(asked, row)


def norm(sketch: int) -> float:
    """What its bits are divided by, so that a likeness is at most 1."""
    return sketch.bit_count() ** -0.5 if sketch else 0.0
