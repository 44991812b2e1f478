"""What many texts have in common with one: never less than it is, so that most need no closer look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias
from zlib import crc32

import numpy as np
import numpy.typing as npt

Counts: TypeAlias = npt.NDArray[np.int32]
Sums: TypeAlias = npt.NDArray[np.float64]

_BUCKETS = 1 << 13


class Overlap:
    """Counted parts of texts in numbered rows, hashed. Two parts that fall together only make the answer larger."""

    def __init__(self) -> None:
        self._rows: dict[int, tuple[Counts, Counts]] = {}
        self._counts = np.zeros(_BUCKETS, np.int32)
        """Of the row that others are held against; nothing in between."""

    def put(self, row: int, parts: Mapping[str, int]) -> None:
        """Remember a text by its parts."""
        buckets = [crc32(part.encode(errors="replace")) % _BUCKETS for part in parts]
        self._rows[row] = np.array(buckets, np.int32), np.array(list(parts.values()), np.int32)

    def __contains__(self, row: int) -> bool:
        return row in self._rows

    def drop(self, row: int) -> None:
        """Forget a text."""
        self._rows.pop(row, None)

    def products(self, row: int, others: Sequence[int]) -> Sums:
        """The scalar product of a row with each of some others, at least."""
        ours, theirs, owners = self._side_by_side(row, others)
        return _summed(owners, ours * theirs, len(others))

    def shared(self, row: int, others: Sequence[int]) -> Sums:
        """How many parts a row has in common with each of some others, with repetition, at least."""
        ours, theirs, owners = self._side_by_side(row, others)
        return _summed(owners, np.minimum(ours, theirs), len(others))

    def _side_by_side(self, row: int, others: Sequence[int]) -> tuple[Counts, Counts, npt.NDArray[np.intp]]:
        """For every part of the others how often this row has it, how often they do, and whose it is."""
        these, counts = self._rows[row]
        buckets, theirs = (
            np.concatenate(parts) for parts in zip(*[self._rows[other] for other in others], strict=True)
        )
        np.add.at(self._counts, these, counts)
        ours = self._counts[buckets]
        self._counts[these] = 0
        return ours, theirs, np.repeat(np.arange(len(others)), [len(self._rows[other][0]) for other in others])


def _summed(owners: npt.NDArray[np.intp], numbers: Counts, rows: int) -> Sums:
    return np.bincount(owners, weights=numbers, minlength=rows).astype(float, copy=False)
