"""What replies are like, and which of a person's sayings resemble each other, while sayings come and go.

That is for finding candidates and for the scorer to look at. Which of them mean the same is said in meant.py.

Comparing everything with everything takes long, and from one question to the next hardly a saying changes. So each
saying has a slot, and only what is new is compared. Nothing depends on what is kept: it could be made anew each time.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from clone_mcp.language.replies import intent_of
from clone_mcp.language.wording import BITS, SPELLING_ALIKE, WORDS_ALIKE, bag, drawn, tokens, trigrams

Counts: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Sums: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]
Bits: TypeAlias = npt.NDArray[np.uint64]

WORD = 64
"""Bits of a number in which a part of a sketch is kept."""
_BANDS = (2, 6, 15, 60)
"""Words at which a longer band begins. The weights that ship were learned with these."""
BANDS = len(_BANDS) + 1
FIRST = 64
"""Slots to begin with; they double as they are needed."""
_MOST_TEXTS = 1000
"""Texts of which it is kept what they are near to, before that begins anew."""
_LONGER = 4
"""A reply that is longer than another by more than this never resembles it."""
_SHARED = 0.3
"""Of the different words of the shorter one: with fewer in common, two hardly ever resemble each other."""
_DRAWER = (1 << 15) - 1
"""Low bits of a hash by which a part is found without searching, unless two of a text have them in common."""


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """The reading of one reply."""

    words: tuple[str, ...]
    length: int
    """In words."""
    sketch: int
    intent: str
    band: int
    """Which of a few bands its length falls in."""
    shape: tuple[float, float, float]
    """Length, lines, mentions."""
    different: frozenset[str]
    """Its words, each once."""

    def among(self, words: frozenset[str]) -> float:
        """The share of its words that are among these."""
        if len(self.different) == self.length:
            return len(self.different & words) / (self.length or 1)
        return sum(map(words.__contains__, self.words)) / self.length


@lru_cache(maxsize=4096)
def reply_reading(text: str) -> ReplyReading:
    """Read a reply."""
    words, intent = tuple(tokens(text)), intent_of(text)
    return ReplyReading(
        words=words,
        length=len(words),
        sketch=drawn(words),
        intent=intent,
        band=bisect_left(_BANDS, len(words)),
        shape=(math.log1p(len(words)), float(text.count("\n") > 1), float("@" in text)),
        different=frozenset(words),
    )


class Overlap:
    """Counted parts of texts, which stand in numbered rows. A part is known by the 64 bits of its hash."""

    def __init__(self) -> None:
        # One entry for each part of each text: what it is, how often it is there, and in which row.
        self._parts: Counts
        self._counts: Counts
        self._rows: Counts
        self._parts, self._counts, self._rows = np.empty((3, 0), np.int64)

    def put(self, row: int, parts: Mapping[str, int]) -> None:
        """Remember a text by its parts."""
        self._parts = np.concatenate([self._parts, np.fromiter(map(hash, parts), np.int64, len(parts))])
        self._counts = np.concatenate([self._counts, np.fromiter(parts.values(), np.int64, len(parts))])
        self._rows = np.concatenate([self._rows, np.full(len(parts), row)])

    def drop(self, row: int) -> None:
        kept = self._rows != row
        self._parts, self._counts, self._rows = self._parts[kept], self._counts[kept], self._rows[kept]

    def products(self, row: int, among: Flags) -> Sums:
        """The scalar product of a row's counts with those of each of some others; 0 for the rest."""
        return self._summed(row, among, np.multiply)

    def shared(self, row: int, among: Flags) -> Sums:
        """How many parts a row has in common with each of some others, counted with repetition; 0 for the rest."""
        return self._summed(row, among, np.minimum)

    def _summed(self, row: int, among: Flags, together: np.ufunc) -> Sums:
        """For each of the others the sum over its parts of what this row's count and its own make together."""
        mine, chosen = self._rows == row, among[self._rows]
        these, counts = self._parts[mine], self._counts[mine]
        parts, theirs, rows = self._parts[chosen], self._counts[chosen], self._rows[chosen]
        if not len(these):
            return np.zeros(len(among))
        place = _places(these, parts)
        ours = np.where(these[place] == parts, counts[place], 0)
        return np.bincount(rows, weights=together(ours, theirs), minlength=len(among)).astype(float, copy=False)


def _places(these: Counts, parts: Counts) -> npt.NDArray[np.intp]:
    """Where each part stands among these, if it does; else anywhere."""
    drawers = np.zeros(_DRAWER + 1, np.intp)
    drawers[these & _DRAWER] = np.arange(len(these))
    if np.array_equal(drawers[these & _DRAWER], np.arange(len(these))):  # each has a drawer of its own
        return drawers[parts & _DRAWER]
    order = these.argsort()
    return order[np.searchsorted(these, parts, sorter=order).clip(max=len(these) - 1)]


def bits(sketch: int, size: int = BITS) -> bytes:
    """A bit set as the tables here hold it."""
    return (sketch & ((1 << size) - 1)).to_bytes(size // 8, "little")


class _Sketches:
    """Sketches of texts in rows, and how many words they have."""

    def __init__(self, rows: int) -> None:
        self.bits = np.zeros((rows, BITS // WORD), np.uint64)
        self.words = np.zeros(rows, np.int64)

    def put(self, row: int, text: str) -> None:
        reading = reply_reading(text)
        self.bits[row] = np.frombuffer(bits(reading.sketch), np.uint64)
        self.words[row] = reading.length

    def shared(self, row: Bits) -> Counts:
        """How many different words each has in common with another."""
        return np.bitwise_count(self.bits & row).sum(axis=1, dtype=np.int64)

    def grow(self) -> None:
        self.bits = np.concatenate([self.bits, np.zeros_like(self.bits)])
        self.words = np.concatenate([self.words, np.zeros_like(self.words)])


class _Wordings:
    """What decides whether two texts resemble each other, as `wording.resembles` does, for many at once."""

    def __init__(self, rows: int) -> None:
        self._words, self._trigrams = Overlap(), Overlap()
        self._numbers = np.full((rows, 4), np.nan)
        """Words, different words, characters, and the length of the text as a vector of trigrams."""

    def put(self, row: int, text: str) -> None:
        (words, count), (grams, norm) = bag(text), trigrams(text)
        self._words.put(row, words)
        self._trigrams.put(row, grams)
        self._numbers[row] = count, reply_reading(text).sketch.bit_count(), len(text), norm

    def drop(self, row: int) -> None:
        self._words.drop(row)
        self._trigrams.drop(row)
        self._numbers[row] = np.nan

    def resembling(self, row: int, shared: Counts) -> Flags:
        """Which rows resemble one, itself included, of which so many different words are shared."""
        words, different, characters, norms = self._numbers.T
        count, _, length, norm = self._numbers[row]
        among = (
            (shared >= _SHARED * np.minimum(different, different[row]))
            & (characters <= _LONGER * length)
            & (length <= _LONGER * characters)
        )
        in_words = 2 * self._words.shared(row, among) >= WORDS_ALIKE * np.maximum(words + count, 1)
        lengths, products = norms * norm, self._trigrams.products(row, among & ~in_words)
        in_spelling = (products >= SPELLING_ALIKE * lengths) & (lengths > 0)
        both_blank = (norms == 0) & (norm == 0)
        return among & (in_words | in_spelling | both_blank)

    def grow(self) -> None:
        self._numbers = np.concatenate([self._numbers, np.full_like(self._numbers, np.nan)])


class Alike:
    """The likeness of one person's sayings."""

    def __init__(self) -> None:
        self._free = list(range(FIRST))
        self._sketches, self._wordings = _Sketches(FIRST), _Wordings(FIRST)
        self._resembling = np.zeros((FIRST, FIRST), np.bool_)
        self._others: dict[str, int] = {}
        self._other_sketches = _Sketches(FIRST)
        self._others_resembling = np.zeros((FIRST, FIRST), np.bool_)

    def add(self, text: str) -> int:
        """A slot for one more saying, which is compared with all there are."""
        if not self._free:
            self._more_slots()
        slot = self._free.pop()
        self._sketches.put(slot, text)
        self._wordings.put(slot, text)
        shared = self._sketches.shared(self._sketches.bits[slot])
        self._resembling[slot] = self._resembling[:, slot] = self._wordings.resembling(slot, shared)
        self._others_resembling[:, slot] = _sharing_most(self._other_sketches, self._sketches, slot)
        return slot

    def drop(self, slot: int) -> None:
        self._free.append(slot)
        self._sketches.put(slot, "")
        self._wordings.drop(slot)
        self._resembling[slot], self._resembling[:, slot], self._others_resembling[:, slot] = False, False, False

    def resembling(self, slots: Places) -> Flags:
        """For each of these sayings, which of them resemble it, itself included."""
        return self._resembling.take(slots, axis=0).take(slots, axis=1)

    def resembling_texts(self, texts: Sequence[str], slots: Places) -> Flags:
        """The same for texts that nobody said: a rough, quick guess."""
        return self.rows_of_texts(texts).take(slots, axis=1)

    def row(self, slot: int) -> Flags:
        """For each slot, whether what is in it resembles a saying."""
        return self._resembling[slot]

    def rows_of_texts(self, texts: Sequence[str]) -> Flags:
        """The same for texts that nobody said."""
        if len(self._others) > _MOST_TEXTS:
            self._others.clear()
        rows = np.array([self._row(text) for text in texts], np.intp)
        return self._others_resembling.take(rows, axis=0)

    def _row(self, text: str) -> int:
        row = self._others.get(text)
        if row is None:
            row = self._others[text] = len(self._others)
            if row == len(self._others_resembling):
                self._other_sketches.grow()
                self._others_resembling = np.concatenate(
                    [self._others_resembling, np.zeros_like(self._others_resembling)]
                )
            self._other_sketches.put(row, text)
            self._others_resembling[row] = _sharing_most(self._sketches, self._other_sketches, row)
        return row

    def _more_slots(self) -> None:
        count = len(self._resembling)
        self._free += range(count, 2 * count)
        self._sketches.grow()
        self._wordings.grow()
        self._resembling = np.pad(self._resembling, ((0, count), (0, count)))
        self._others_resembling = np.pad(self._others_resembling, ((0, 0), (0, count)))


def _sharing_most(those: _Sketches, these: _Sketches, row: int) -> Flags:
    """Which of those texts share most words with the one in a row of these."""
    return 4 * those.shared(these.bits[row]) >= those.words + these.words[row]
