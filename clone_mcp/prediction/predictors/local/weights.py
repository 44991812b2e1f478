"""The learned numbers, and how they are applied: a regression for the confidence, boosted trees for the order.

Trees are asked without walking them (QuickScorer: Lucchese et al., 2015). Every leaf is a bit, leaves from left to
right. A fork that sends a row to the right rules out the leaves of its left side. So all forks of all trees are asked
at once, and the leaf that a tree ends in is its lowest bit left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, NamedTuple, TypeAlias

import numpy as np
import numpy.typing as npt

from clone_mcp.errors import Invalid
from clone_mcp.language.wording import fold
from clone_mcp.prediction.predictors.local.features import NAMES
from clone_mcp.prediction.predictors.local.window import Floats

LEAVES = 8
"""Most leaves of a tree: a byte's bits."""
_FORKS = LEAVES - 1
_ALL = (1 << LEAVES) - 1
"""Every leaf of a tree is still possible."""


class Fork(NamedTuple):
    """Goes on at `low` where the feature is at most the threshold."""

    feature: int
    threshold: float
    low: Node
    high: Node


Node: TypeAlias = "float | Fork"


class Trees:
    """Trees over numbered features."""

    def __init__(self, trees: Sequence[Node]) -> None:
        """Raises ValueError for a tree with too many leaves."""
        self._features = np.zeros((_FORKS, len(trees)), np.intp)
        self._thresholds = np.full((_FORKS, len(trees), 1), np.inf)
        self._left = np.full((_FORKS, len(trees), 1), _ALL, np.uint8)
        self._values = np.zeros((len(trees), _ALL + 1))
        self._first = (_ALL + 1) * np.arange(len(trees))[:, None]
        for tree, node in enumerate(trees):
            self._values[tree] = _values(list(_leaves(node)))
            for place, (feature, threshold, ruled_out) in enumerate(_forks(node)):
                self._features[place, tree] = feature
                self._thresholds[place, tree] = threshold
                self._left[place, tree] = _ALL & ~ruled_out

    def scores(self, rows: Floats) -> Floats:
        """For each row the sum over all trees."""
        beyond = np.ascontiguousarray(rows.T).take(self._features, axis=0) > self._thresholds
        left: npt.NDArray[np.uint8] = np.bitwise_and.reduce(np.where(beyond, self._left, np.uint8(_ALL)), axis=0)
        return self._values.take(self._first + left).sum(axis=0)


def _values(leaves: Sequence[float]) -> list[float]:
    """The leaf for each set of leaves that are still possible: the leftmost."""
    if len(leaves) > LEAVES:
        raise ValueError(f"A tree has {len(leaves)} leaves; at most {LEAVES} are possible.")
    lowest = [(bits & -bits).bit_length() - 1 for bits in range(_ALL + 1)]
    return [leaves[place] if 0 <= place < len(leaves) else 0.0 for place in lowest]


def _leaves(node: Node) -> Iterator[float]:
    if isinstance(node, Fork):
        yield from _leaves(node.low)
        yield from _leaves(node.high)
    else:
        yield node


def _forks(node: Node, first: int = 0) -> Iterator[tuple[int, float, int]]:
    """Feature, threshold, and the leaves that are ruled out beyond it. `first` is the number of the leftmost leaf."""
    if isinstance(node, Fork):
        width = len(list(_leaves(node.low)))
        yield node.feature, node.threshold, ((1 << width) - 1) << first
        yield from _forks(node.low, first)
        yield from _forks(node.high, first + width)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression for the confidence and boosted trees for the order."""

    generic: Mapping[str, str]
    """Phrases that at least three people use, by their keys."""
    bias: float
    linear: Floats
    trees: Trees
    """These learned the order only."""

    def confidences(self, rows: Floats) -> Floats:
        """For each row of NAMES the log odds that the reply is what the person would type."""
        return (rows * self.linear).sum(axis=1) + self.bias


def parsed(text: str) -> Weights:
    """Weights as they are written. Raises Invalid when they were trained on other features."""
    raw = json.loads(text)
    linear: dict[str, float] = raw["confidence"]["weights"]
    if list(linear) != list(NAMES):
        raise Invalid("These weights were trained on other features than this version has.")
    if not raw["generic"]:
        raise Invalid("Weights need a generic phrase: there must be something to guess on the first day.")
    return Weights(
        generic=keyed(raw["generic"]),
        bias=float(raw["confidence"]["bias"]),
        linear=np.array([float(linear[name]) for name in NAMES]),
        trees=Trees([_node(tree) for tree in raw["order"]["trees"]]),
    )


def keyed(phrases: Sequence[str]) -> dict[str, str]:
    """Phrases by their keys, the first of each."""
    found = dict[str, str]()
    for phrase in phrases:
        found.setdefault(fold(phrase), phrase)
    return found


@cache
def shipped() -> Weights:
    """The weights that come with Clone."""
    return parsed(resources.files(__package__ or "").joinpath("weights.json").read_text(encoding="utf-8"))


def _node(raw: Any) -> Node:
    if isinstance(raw, int | float):
        return float(raw)
    feature, threshold, low, high = raw
    return Fork(int(feature), float(threshold), _node(low), _node(high))
