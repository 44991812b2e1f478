"""Which of a person's sayings mean the same as a candidate.

Two replies that mean the same count as one; two that only resemble each other compete, the more so if one is the
opposite of the other. A comparison takes long, so a candidate is held only against sayings that could mean the same: of
226,087 pairs of real replies 302 did, and no other pair than those looked at here but "continue" and "continue?".

Each saying has a slot, and what it means the same as is found out once, when it comes. Nothing depends on what is kept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning.compare import compare
from clone_mcp.language.meaning.compare import same_reply as same_typed
from clone_mcp.language.meaning.picks import ALL
from clone_mcp.language.meaning.reading import Reading, read
from clone_mcp.language.wording import BITS, drawn
from clone_mcp.prediction.predictors.local.sayings import FIRST, WORD, Bits, Counts, Flags, Places, bits

_SHARED = 0.35
"""Twice what both are about, over what each is about: with less in common, two hardly ever mean the same."""
_GOES_AHEAD = frozenset(("yes", "on"))


@dataclass(frozen=True, slots=True)
class _About:
    """What decides whether a text is worth comparing. Numbers stand for what must be equal in two texts."""

    content: bytes
    folded: int
    says: int
    """Without its question, nobody takes two texts for the same that differ in these."""
    does: int
    """What it does, if it says nothing by itself; else 0."""

    def may_mean(self, other: _About) -> bool:
        """Whether it takes a comparison to tell."""
        if self.folded == other.folded:
            return True
        return self.does == other.does if self.does and other.does else self.says == other.says


class Meant:
    """Which sayings mean the same, by their slots."""

    def __init__(self) -> None:
        self._texts: list[str] = [""] * FIRST
        self._content = np.zeros((FIRST, BITS // WORD), np.uint64)
        self._sizes = np.zeros(FIRST, np.int64)
        self._marks = np.zeros((3, FIRST), np.int64)
        """Of each saying `folded`, `says` and `does`."""
        self._same = np.zeros((FIRST, FIRST), np.bool_)

    def put(self, slot: int, text: str, resembling: Flags) -> None:
        """One more saying. An empty one, of which the wording is not kept, means the same as nothing else."""
        while slot >= len(self._texts):
            self._grow()
        self._texts[slot] = text
        if text:
            self._read(slot, text)
            self._same[slot] = self._same[:, slot] = self._rows([text], resembling[None])[0]

    def drop(self, slot: int) -> None:
        self._texts[slot] = ""
        self._content[slot], self._sizes[slot], self._marks[:, slot] = 0, 0, 0
        self._same[slot], self._same[:, slot] = False, False

    def same(self, slots: Places, among: Places) -> Flags:
        """For each of these sayings, which of those mean the same."""
        return self._same.take(slots, axis=0).take(among, axis=1)

    def same_texts(self, texts: Sequence[str], resembling: Flags, among: Places) -> Flags:
        """The same for texts that nobody said. `resembling`: for each of them, which slots hold what resembles it."""
        return self._rows(texts, resembling).take(among, axis=1)

    def _read(self, slot: int, text: str) -> None:
        about = _about(text)
        self._content[slot] = content = np.frombuffer(about.content, np.uint64)
        self._sizes[slot] = np.bitwise_count(content).sum(dtype=np.int64)
        self._marks[:, slot] = about.folded, about.says, about.does

    def _rows(self, texts: Sequence[str], resembling: Flags) -> Flags:
        """For each text and slot, whether they mean the same. `resembling`: whether they resemble each other."""
        abouts = [_about(text) for text in texts]
        marks: Counts = np.array([(about.folded, about.says, about.does) for about in abouts], np.int64)
        bare: Flags = (marks[:, 2, None] != 0) & (self._marks[2] != 0)
        rows, slots = np.nonzero(self._equal(marks, 0) | np.where(bare, self._equal(marks, 2), self._equal(marks, 1)))
        content: Bits = np.frombuffer(b"".join([about.content for about in abouts]), np.uint64)
        content = content.reshape(-1, BITS // WORD)
        worth = np.flatnonzero(bare[rows, slots] | resembling[rows, slots] | self._sharing(content, rows, slots))
        rows, slots = rows.take(worth), slots.take(worth)
        found = np.zeros((len(texts), len(self._texts)), np.bool_)
        mine, theirs = map(texts.__getitem__, rows.tolist()), map(self._texts.__getitem__, slots.tolist())
        found[rows, slots] = list(map(same_reply, mine, theirs))
        return found

    def _equal(self, marks: Counts, which: int) -> Flags:
        return marks[:, which, None] == self._marks[which]

    def _sharing(self, content: Bits, rows: Places, slots: Places) -> Flags:
        shared: Counts = np.bitwise_count(content[rows] & self._content[slots]).sum(axis=1, dtype=np.int64)
        sizes = self._sizes[slots] + np.bitwise_count(content).sum(axis=1, dtype=np.int64)[rows]
        return (2 * shared >= _SHARED * sizes) & (shared > 0)

    def _grow(self) -> None:
        count = len(self._texts)
        self._texts += [""] * count
        self._content = np.concatenate([self._content, np.zeros_like(self._content)])
        self._sizes = np.concatenate([self._sizes, np.zeros_like(self._sizes)])
        self._marks = np.concatenate([self._marks, np.zeros_like(self._marks)], axis=1)
        self._same = np.pad(self._same, ((0, count), (0, count)))


@lru_cache(maxsize=8192)
def _about(text: str) -> _About:
    reading = read(text)
    return _About(bits(drawn(sorted(reading.content))), hash(reading.folded), _says(text, reading), _does(reading))


def _says(text: str, reading: Reading) -> int:
    """What keeps two replies apart by itself: compare.py takes none for the same that differ in one of these."""
    if reading.vague or not reading.whole:
        return hash((text, "like no other"))
    return hash((reading.numbers, reading.signs, reading.weighty, reading.denies, bool(reading.asks)))


def _does(reading: Reading) -> int:
    if not reading.bare:
        return 0
    kind = "goes ahead" if reading.kind in _GOES_AHEAD else reading.kind
    return hash((kind, reading.picks, bool(reading.picks) and reading.adds)) or 1


@lru_cache(maxsize=65536)
def same_reply(a: str, b: str) -> bool:
    """Whether two replies mean the same, whatever was asked."""
    return a == b or (_about(a).may_mean(_about(b)) and _comparable(a, b) and same_typed(a, b))


def same_answer(a: str, b: str, question: str) -> bool:
    """Whether two replies to this question mean the same."""
    return same_reply(a, b) or (_comparable(a, b) and compare(a, b, question).sameness == "same")


def _comparable(a: str, b: str) -> bool:
    """Whether it takes a comparison to tell: two that are about nothing in common do not mean the same."""
    mine, theirs = read(a), read(b)
    return mine.bare or theirs.bare or mine.folded == theirs.folded or not mine.content.isdisjoint(theirs.content)


@lru_cache(maxsize=8192)
def points(text: str) -> bool:
    """Whether a reply only says where in a list its option stands: "2", "B", "the second"."""
    picks = read(text).picks
    return bool(picks) and ALL not in picks


@lru_cache(maxsize=8192)
def taken(text: str, options: tuple[Choice, ...]) -> int | None:
    """The place of the one option that a reply takes, and no more than that."""
    same = [place for place, (_, option) in enumerate(options) if compare(text, option, "", options).sameness == "same"]
    return same[0] if len(same) == 1 else None
