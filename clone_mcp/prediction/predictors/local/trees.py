"""Boosted trees, asked without walking them (QuickScorer: Lucchese et al., 2015).

Every leaf is a bit, a byte for each tree, leaves from left to right. A fork that sends a row to the right rules out the
leaves of its left side; which forks do is told by where the row's number lies among that feature's thresholds. So a
feature costs one search and one AND over all trees at once, and the leaf that a tree ends in is its lowest bit left.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Sequence
from operator import getitem
from typing import NamedTuple, TypeAlias

LEAVES = 8
"""Most leaves of a tree: a byte's bits."""


class Fork(NamedTuple):
    """Goes on at `low` where the feature is at most the threshold."""

    feature: int
    threshold: float
    low: Node
    high: Node


Node: TypeAlias = "float | Fork"


class Trees:
    """Trees over numbered features, of which those from `own` on are shared by all rows of a question."""

    def __init__(self, trees: Sequence[Node], own: int) -> None:
        """Raises ValueError for a tree with too many leaves."""
        self._own = own
        self._count = len(trees)
        self._whole = (1 << 8 * len(trees)) - 1
        self._values = [_values(list(_leaves(tree))) for tree in trees]
        ruled_out: defaultdict[int, list[tuple[float, int]]] = defaultdict(list)
        for place, tree in enumerate(trees):
            for feature, threshold, bits in _forks(tree):
                ruled_out[feature].append((threshold, bits << 8 * place))
        searched = {feature: _ladder(rungs, self._whole) for feature, rungs in ruled_out.items()}
        self._of_row = [(feature, *found) for feature, found in searched.items() if feature < own]
        self._of_question = [(feature - own, *found) for feature, found in searched.items() if feature >= own]

    def scores(self, rows: Sequence[Sequence[float]], shared: Sequence[float]) -> list[float]:
        """For each row the sum over all trees."""
        possible = self._whole
        for feature, thresholds, left in self._of_question:
            possible &= left[bisect_left(thresholds, shared[feature])]
        return [self._score(row, possible) for row in rows]

    def _score(self, row: Sequence[float], possible: int) -> float:
        for feature, thresholds, left in self._of_row:
            possible &= left[bisect_left(thresholds, row[feature])]
        return sum(map(getitem, self._values, possible.to_bytes(self._count, "little")))


def _leaves(node: Node) -> Iterator[float]:
    if isinstance(node, Fork):
        yield from _leaves(node.low)
        yield from _leaves(node.high)
    else:
        yield node


def _values(leaves: Sequence[float]) -> list[float]:
    """The leaf for each set of leaves that are still possible: the leftmost."""
    if len(leaves) > LEAVES:
        raise ValueError(f"A tree has {len(leaves)} leaves; at most {LEAVES} are possible.")
    lowest = [(bits & -bits).bit_length() - 1 for bits in range(1 << LEAVES)]
    return [leaves[place] if 0 <= place < len(leaves) else 0.0 for place in lowest]


def _forks(node: Node, first: int = 0) -> Iterator[tuple[int, float, int]]:
    """Feature, threshold, and the leaves that are ruled out beyond it. `first` is the number of the leftmost leaf."""
    if isinstance(node, Fork):
        width = len(list(_leaves(node.low)))
        yield node.feature, node.threshold, ((1 << width) - 1) << first
        yield from _forks(node.low, first)
        yield from _forks(node.high, first + width)


def _ladder(rungs: Sequence[tuple[float, int]], whole: int) -> tuple[list[float], list[int]]:
    """Thresholds, rising, and what is possible for a number that lies beyond so many of them."""
    thresholds: list[float] = []
    left = [whole]
    for threshold, bits in sorted(rungs):
        thresholds.append(threshold)
        left.append(left[-1] & ~bits)
    return thresholds, left
