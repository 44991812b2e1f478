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

from clone_mcp.language.message import KINDS, Message
from clone_mcp.language.question_trace import QuestionTrace, unpacked
from clone_mcp.language.replies import INTENTS
from clone_mcp.language.wording import BITS
from clone_mcp.models.prediction import Answer
from clone_mcp.prediction.predictors.local.meant import Meant, points
from clone_mcp.prediction.predictors.local.sayings import WORD, Alike, Bits, Flags, Places, bits, reply_reading

Floats = npt.NDArray[np.float64]

CUES = 128
"""Bits."""
CONTRADICTED = 0.75
"""What an answer counts for each newer one in a row that contradicts it."""
_COLUMNS = np.dtype(
    [
        ("topic", np.uint64, BITS // WORD), ("ask", np.uint64, BITS // WORD), ("cues", np.uint64, CUES // WORD),
        ("topic_norm", np.float64), ("ask_norm", np.float64), ("length", np.int64),
        ("key", np.int64), ("previous", np.int64), ("session", np.int64),
        ("kind", np.int8), ("intent", np.int8), ("band", np.int8), ("has_cues", np.bool_),
    ]
)  # fmt: skip
_ROW = struct.Struct(f"={BITS // 8}s{BITS // 8}s{CUES // 8}sddqqqqbbb?")
_KEPT = 128
"""People whose windows are kept."""
_MOST_NUMBERS = 4096
"""Keys and sessions that a window numbers before it begins anew: most of them are then long gone from it."""
_TAKEN = "\0taken "
"""Begins the key of what only points at an option that is known."""
_SEARCHED = 8
"""Newest answers by which a window is found again: so many may be new, or deleted, since it was used."""


@dataclass(frozen=True, slots=True)
class AnswerReading:
    """The readings of an answer."""

    asked: QuestionTrace
    row: bytes
    """Its numbers, as they stand in the columns."""
    key: str
    text: str
    """What it is known by and said again as: "2" is the option that was taken, and has no wording of its own."""


class Window:
    """The newest answers, newest first. A saying's number is its place by when it was said last."""

    def __init__(self) -> None:
        self._alike, self._meant = Alike(), Meant()
        self._known: dict[str, tuple[str, int]] = {}
        """What was said under each key, and its slot."""
        self._number_anew()
        self._hold((), [])

    def move_to(self, answers: Sequence[Answer]) -> None:
        """Make it these answers' window."""
        known, reads = self.answers, self.reads
        new = len(answers) if not known else next((n for n, one in enumerate(answers) if one is known[0]), 0)
        stay = len(answers) - new
        follows = stay <= len(known) and all(map(is_, islice(answers, new, None), known))
        if not follows or len(self._keys) + len(self.sessions) > _MOST_NUMBERS:
            self._number_anew()  # nor is what is gone remembered by its key
            self._hold(answers, list(map(self._read, answers)))
        elif new or stay < len(known):
            self._hold(answers, [*map(self._read, answers[:new]), *reads[:stay]])

    def _number_anew(self) -> None:
        # Numbers count from 0, in the order in which strings are first met; -1 stands for none.
        self._keys: dict[str | None, int] = {None: -1}
        self.sessions: dict[str | None, int] = {None: -1}

    def _hold(self, answers: Sequence[Answer], reads: list[AnswerReading]) -> None:
        self.answers, self.reads = answers, reads
        self.columns = np.frombuffer(b"".join([read.row for read in reads]), _COLUMNS)
        keys: Places = self.columns["key"]
        places = np.arange(len(reads))
        newest, number = np.full((2, len(self._keys)), -1)
        newest[keys[::-1]] = places[::-1]
        self.first: Places = np.sort(newest[newest >= 0])
        """The newest place of each saying."""
        number[keys[self.first]] = np.arange(len(self.first))
        self.of: Places = number[keys]
        """Which saying each answer is."""
        self.before: Places = number[self.columns["previous"]]
        """And which was the reply before it, if that is still among them."""
        self.last = np.zeros(len(self.first), np.intp)
        self.last[self.of] = places
        """The oldest place of each saying."""
        self.times = np.bincount(self.of, minlength=len(self.first))
        pairs = np.unique(self.of * len(self.sessions) + self.columns["session"])
        self.in_sessions = np.bincount(pairs // len(self.sessions), minlength=len(self.first))
        """How often each saying was said, and in how many sessions."""
        said_last: list[AnswerReading] = [reads[place] for place in self.first.tolist()]
        self.options = {
            read.asked.taken: number for number, read in enumerate(said_last) if read.key.startswith(_TAKEN)
        }
        """The sayings that only point at an option, by its mark."""
        self._keep_words([read.key for read in said_last], [read.text for read in said_last])

    def _keep_words(self, keys: list[str], texts: list[str]) -> None:
        worded = [number for number, text in enumerate(texts) if text]
        self.worded = np.array(worded, np.intp)
        """The sayings whose wording is kept: others are too long to be offered again."""
        self.worded_keys, self.worded_texts = [keys[each] for each in worded], [texts[each] for each in worded]
        self._slots = self._slotted(keys, texts)
        self.resembling: Flags = self._alike.resembling(self._slots)
        """Which sayings resemble which, themselves included."""

    def _slotted(self, keys: list[str], texts: list[str]) -> Places:
        before = self._known
        sayings = {
            key: saying
            for key, text in zip(keys, texts, strict=True)
            if (saying := before.get(key)) and saying[0] == text
        }
        for gone in before.keys() - sayings.keys():
            self._drop(before[gone][1])
        if len(sayings) < len(keys):
            for key, text in zip(keys, texts, strict=True):
                if key not in sayings:
                    sayings[key] = text, self._add(text)
        self._known = sayings
        return np.array([sayings[key][1] for key in keys], np.intp)

    def _add(self, text: str) -> int:
        slot = self._alike.add(text)
        self._meant.put(slot, text, self._alike.row(slot))
        return slot

    def _drop(self, slot: int) -> None:
        self._alike.drop(slot)
        self._meant.drop(slot)

    def masses(self, blend: Floats) -> Floats:
        """What the answers of each saying weigh together."""
        return np.bincount(self.of, weights=blend, minlength=len(self.times)).astype(float, copy=False)

    def _read(self, answer: Answer) -> AnswerReading:
        asked, this = unpacked(answer.question), reply_reading(answer.text)
        pointing = bool(asked.taken) and points(answer.text)
        key, text = (_TAKEN + asked.taken, "") if pointing else (answer.key, answer.text)
        row = _ROW.pack(
            bits(asked.topic),
            bits(asked.ask),
            bits(asked.cues, CUES),
            norm(asked.topic),
            norm(asked.ask),
            this.length,
            _number(self._keys, key),
            _number(self._keys, answer.previous),
            _number(self.sessions, answer.session_id),
            KINDS.index(asked.kind) if asked.kind in KINDS else -1,
            INTENTS.index(this.intent),
            this.band,
            bool(asked.cues),
        )
        return AnswerReading(asked, row, key, text)

    def topics(self, message: Message) -> Floats:
        """How like the words of the earlier questions are to a message's."""
        return _likeness(message.topic, self.columns["topic"], self.columns["topic_norm"])

    def asks(self, message: Message) -> Floats:
        """The same by their last words, which are what the agent waits on."""
        return _likeness(message.ask, self.columns["ask"], self.columns["ask_norm"])

    def resembling_texts(self, texts: Sequence[str]) -> Flags:
        """For texts that are none of the sayings: which of those resemble them."""
        return self._alike.resembling_texts(texts, self._slots)

    def same_as(self, saying: int) -> Flags:
        """Which sayings mean the same as one of them, itself included."""
        same = self._meant.same(self._slots[[saying]], self._slots)[0]
        same[saying] = True
        return same

    def same(self, sayings: Places, texts: Sequence[str]) -> Flags:
        """For each of these texts, which sayings mean the same. `sayings`: which each of them is; -1 for none."""
        if not len(self._slots):
            return np.zeros((len(texts), 0), np.bool_)
        found = self._meant.same(self._slots.take(sayings), self._slots)
        unsaid = np.flatnonzero(sayings < 0)
        those = [texts[place] for place in unsaid.tolist()]
        found[unsaid] = self._meant.same_texts(those, self._alike.rows_of_texts(those), self._slots) if those else False
        return found


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


def _number(numbers: dict[str | None, int], text: str | None) -> int:
    return numbers.setdefault(text, len(numbers) - 1)


def _likeness(sketch: int, those: Bits, norms: Floats) -> Floats:
    this = np.frombuffer(bits(sketch), np.uint64)
    return np.bitwise_count(those & this).sum(axis=1, dtype=np.int64) * norms * norm(sketch)


def norm(sketch: int) -> float:
    """What its bits are divided by, so that a likeness is at most 1."""
    return sketch.bit_count() ** -0.5 if sketch else 0.0
