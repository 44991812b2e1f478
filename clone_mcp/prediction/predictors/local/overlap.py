"""What many texts have in common with one, all at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]
Sums: TypeAlias = npt.NDArray[np.float64]

_DRAWER = (1 << 15) - 1
_NOTHING = np.empty(0, np.int64)


class Overlap:
    """Counted parts of texts, which stand in numbered rows. A part is known by the 64 bits of its hash."""

    def __init__(self) -> None:
        # One entry for each part of each text: what it is, how often it is there, and in which row.
        self._parts: Counts = _NOTHING
        self._counts: Counts = _NOTHING
        self._rows: Counts = _NOTHING

    def put(self, row: int, parts: Mapping[str, int]) -> None:
        """Remember a text by its parts."""
        self._parts = np.concatenate([self._parts, np.fromiter(map(hash, parts), np.int64, len(parts))])
        self._counts = np.concatenate([self._counts, np.fromiter(parts.values(), np.int64, len(parts))])
        self._rows = np.concatenate([self._rows, np.full(len(parts), row)])

    def drop(self, row: int) -> None:
        """Forget a text."""
        kept = self._rows != row
        self._parts, self._counts, self._rows = self._parts[kept], self._counts[kept], self._rows[kept]

    def products(self, row: int, among: Flags) -> Sums:
        """The scalar product of a row's counts with those of each of some others; 0 for the rest."""
        ours, theirs, rows = self._side_by_side(row, among)
        return np.bincount(rows, weights=ours * theirs, minlength=len(among)).astype(float, copy=False)

    def shared(self, row: int, among: Flags) -> Sums:
        """How many parts a row has in common with each of some others, counted with repetition; 0 for the rest."""
        ours, theirs, rows = self._side_by_side(row, among)
        return np.bincount(rows, weights=np.minimum(ours, theirs), minlength=len(among)).astype(float, copy=False)

    def _side_by_side(self, row: int, among: Flags) -> tuple[Counts, Counts, Counts]:
        """For every part of the others how often this row has it, how often they do, and who they are."""
        mine, chosen = self._rows == row, among[self._rows]
        these, counts = self._parts[mine], self._counts[mine]
        parts, theirs, rows = self._parts[chosen], self._counts[chosen], self._rows[chosen]
        if not len(these):
            return np.zeros_like(theirs), theirs, rows
        place = _places(these, parts)
        return np.where(these[place] == parts, counts[place], 0), theirs, rows


def _places(these: Counts, parts: Counts) -> npt.NDArray[np.intp]:
    """Where each part stands among these, if it does; else anywhere."""
    drawers = np.zeros(_DRAWER + 1, np.intp)
    drawers[these & _DRAWER] = np.arange(len(these))
    if np.array_equal(drawers[these & _DRAWER], np.arange(len(these))):  # each has a drawer of its own
        return drawers[parts & _DRAWER]
    order = these.argsort()
    return order[np.searchsorted(these, parts, sorter=order).clip(max=len(these) - 1)]
