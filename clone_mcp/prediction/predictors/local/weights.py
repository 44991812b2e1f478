"""The learned numbers, and how they are applied."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import mul
from typing import Any

from clone_mcp.errors import Invalid
from clone_mcp.prediction.predictors.local.features import NAMES, OWN_NAMES
from clone_mcp.prediction.predictors.local.trees import Fork, Node, Trees

_OWN = len(OWN_NAMES)
_FOLDER = "clone_mcp.prediction.predictors.local"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression for the confidence and boosted trees for the order."""

    generic: tuple[str, ...]
    """Phrases that at least three people use."""
    bias: float
    own: tuple[float, ...]
    shared: tuple[float, ...]
    trees: Trees

    def confidences(self, rows: Sequence[Sequence[float]], shared: Sequence[float]) -> list[float]:
        """For each row the log odds that the reply is what the person would type."""
        base = self.bias + sum(map(mul, self.shared, shared))
        return [base + sum(map(mul, self.own, row)) for row in rows]

    def orders(self, rows: Sequence[Sequence[float]], shared: Sequence[float]) -> list[float]:
        """For each row a score by the trees, which learned the order only."""
        return self.trees.scores(rows, shared)


def parsed(text: str) -> Weights:
    """Weights as they are written. Raises Invalid when they were trained on other features."""
    raw = json.loads(text)
    linear: dict[str, float] = raw["confidence"]["weights"]
    if list(linear) != list(NAMES):
        raise Invalid("These weights were trained on other features than this version has.")
    if not raw["generic"]:
        raise Invalid("Weights need a generic phrase: there must be something to guess on the first day.")
    return Weights(
        generic=tuple(raw["generic"]),
        bias=float(raw["confidence"]["bias"]),
        own=tuple(float(linear[name]) for name in OWN_NAMES),
        shared=tuple(float(linear[name]) for name in NAMES[_OWN:]),
        trees=Trees([_node(tree) for tree in raw["order"]["trees"]], _OWN),
    )


@cache
def shipped() -> Weights:
    """The weights that come with Clone."""
    return parsed(resources.files(_FOLDER).joinpath("weights.json").read_text(encoding="utf-8"))


def _node(raw: Any) -> Node:
    if isinstance(raw, int | float):
        return float(raw)
    feature, threshold, low, high = raw
    return Fork(int(feature), float(threshold), _node(low), _node(high))
