"""Which sayings say about the same as which others, and as texts that are none of them, while sayings come and go.

Comparing everything with everything takes long, and from one question to the next hardly a saying changes. So each
saying has a slot, and only what is new is compared. Nothing depends on what is kept: it could be made anew each time.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from clone_mcp.language.wording import BITS, SPELLING_ALIKE, WORDS_ALIKE, bag, trigrams
from clone_mcp.prediction.predictors.local.overlap import Counts, Flags, Overlap
from clone_mcp.prediction.predictors.local.reply_reading import said

Places = npt.NDArray[np.intp]
Bits = npt.NDArray[np.uint64]

WORD = 64
_FIRST = 64
_MOST_TEXTS = 1000
_LONGER = 4
"""A reply that is longer than another by more than this never says about the same."""
_SHARED = 0.3
"""Of the different words of the shorter one: with fewer in common, two hardly ever say about the same."""


def bits(sketch: int, size: int = BITS) -> bytes:
    """A bit set as the tables here hold it."""
    return (sketch & ((1 << size) - 1)).to_bytes(size // 8, "little")


class _Sketches:
    """Sketches of texts in rows, and how many words they have."""

    def __init__(self, rows: int) -> None:
        self.bits = np.zeros((rows, BITS // WORD), np.uint64)
        self.words = np.zeros(rows, np.int64)

    def put(self, row: int, text: str) -> None:
        reading = said(text)
        self.bits[row] = np.frombuffer(bits(reading.sketch), np.uint64)
        self.words[row] = reading.length

    def shared(self, row: Bits) -> Counts:
        """How many different words each has in common with another."""
        return np.bitwise_count(self.bits & row).sum(axis=1, dtype=np.int64)

    def grow(self) -> None:
        self.bits = np.concatenate([self.bits, np.zeros_like(self.bits)])
        self.words = np.concatenate([self.words, np.zeros_like(self.words)])


class _Wordings:
    """What decides whether two texts say about the same, as `likeness.same` does, for many at once."""

    def __init__(self, rows: int) -> None:
        self._words, self._trigrams = Overlap(), Overlap()
        self._numbers = np.full((rows, 4), np.nan)
        """Words, different words, characters, and the length of the text as a vector of trigrams."""

    def put(self, row: int, text: str) -> None:
        (words, count), (grams, norm) = bag(text), trigrams(text)
        self._words.put(row, words)
        self._trigrams.put(row, grams)
        self._numbers[row] = count, said(text).sketch.bit_count(), len(text), norm

    def drop(self, row: int) -> None:
        self._words.drop(row)
        self._trigrams.drop(row)
        self._numbers[row] = np.nan

    def same(self, row: int, shared: Counts) -> Flags:
        """Which rows say about the same as one, itself included, of which so many different words are shared."""
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
        self._free = list(range(_FIRST))
        self._sketches, self._wordings = _Sketches(_FIRST), _Wordings(_FIRST)
        self._kin = np.zeros((_FIRST, _FIRST), np.bool_)
        self._others: dict[str, int] = {}
        self._other_sketches = _Sketches(_FIRST)
        self._near = np.zeros((_FIRST, _FIRST), np.bool_)

    def add(self, text: str) -> int:
        """A slot for one more saying, which is compared with all there are."""
        if not self._free:
            self._more_slots()
        slot = self._free.pop()
        self._sketches.put(slot, text)
        self._wordings.put(slot, text)
        shared = self._sketches.shared(self._sketches.bits[slot])
        self._kin[slot] = self._kin[:, slot] = self._wordings.same(slot, shared)
        self._near[:, slot] = _are_near(self._other_sketches, self._sketches, slot)
        return slot

    def drop(self, slot: int) -> None:
        """That saying is gone."""
        self._free.append(slot)
        self._sketches.put(slot, "")
        self._wordings.drop(slot)
        self._kin[slot], self._kin[:, slot], self._near[:, slot] = False, False, False

    def kin(self, slots: Places) -> Flags:
        """For each of these sayings, which of them say about the same. Each says the same as itself."""
        return self._kin.take(slots, axis=0).take(slots, axis=1)

    def near(self, texts: Sequence[str], slots: Places) -> Flags:
        """The same for texts that nobody said: a rough, quick guess."""
        if len(self._others) > _MOST_TEXTS:
            self._others.clear()
        rows = np.array([self._row(text) for text in texts], np.intp)
        return self._near.take(rows, axis=0).take(slots, axis=1)

    def _row(self, text: str) -> int:
        row = self._others.get(text)
        if row is None:
            row = self._others[text] = len(self._others)
            if row == len(self._near):
                self._other_sketches.grow()
                self._near = np.concatenate([self._near, np.zeros_like(self._near)])
            self._other_sketches.put(row, text)
            self._near[row] = _are_near(self._sketches, self._other_sketches, row)
        return row

    def _more_slots(self) -> None:
        count = len(self._kin)
        self._free += range(count, 2 * count)
        self._sketches.grow()
        self._wordings.grow()
        self._kin = np.pad(self._kin, ((0, count), (0, count)))
        self._near = np.pad(self._near, ((0, 0), (0, count)))


def _are_near(those: _Sketches, these: _Sketches, row: int) -> Flags:
    """Which of those texts share most words with the one in a row of these."""
    return 4 * those.shared(these.bits[row]) >= those.words + these.words[row]
