"""What many texts have in common with one, all at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int64]
Sums: TypeAlias = npt.NDArray[np.float64]


class Overlap:
    """Counted parts of texts, in numbered rows. A part is known by the 64 bits of its hash."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Counts, Counts]] = {}

    def put(self, row: int, parts: Mapping[str, int]) -> None:
        """Remember a text by its parts."""
        keys = np.fromiter(map(hash, parts), np.int64, len(parts))
        order = keys.argsort()
        self._rows[row] = keys[order], np.fromiter(parts.values(), np.int64, len(parts))[order]

    def __contains__(self, row: int) -> bool:
        return row in self._rows

    def drop(self, row: int) -> None:
        """Forget a text."""
        self._rows.pop(row, None)

    def products(self, row: int, others: Sequence[int]) -> Sums:
        """The scalar product of a row's counts with those of each of some others."""
        ours, theirs, owners = self._side_by_side(row, others)
        return _summed(owners, ours * theirs, len(others))

    def shared(self, row: int, others: Sequence[int]) -> Sums:
        """How many parts a row has in common with each of some others, counted with repetition."""
        ours, theirs, owners = self._side_by_side(row, others)
        return _summed(owners, np.minimum(ours, theirs), len(others))

    def _side_by_side(self, row: int, others: Sequence[int]) -> tuple[Counts, Counts, npt.NDArray[np.intp]]:
        """For every part of the others how often this row has it, how often they do, and whose it is."""
        those = [self._rows[other] for other in others]
        keys, theirs = (np.concatenate(each) for each in zip(*those, strict=True))
        these, counts = self._rows[row]
        if not len(these):
            these, counts = np.zeros(1, np.int64), np.zeros(1, np.int64)
        place = np.searchsorted(these, keys).clip(max=len(these) - 1)
        ours = np.where(these[place] == keys, counts[place], 0)
        return ours, theirs, np.repeat(np.arange(len(others)), [len(each) for each, _ in those])


def _summed(owners: npt.NDArray[np.intp], numbers: Counts, rows: int) -> Sums:
    return np.bincount(owners, weights=numbers, minlength=rows).astype(float, copy=False)
