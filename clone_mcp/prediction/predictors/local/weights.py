"""The learned numbers, and how they are applied."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import numpy as np

from clone_mcp.errors import Invalid
from clone_mcp.language.wording import fold
from clone_mcp.prediction.predictors.local.features import NAMES
from clone_mcp.prediction.predictors.local.trees import Fork, Node, Trees
from clone_mcp.prediction.predictors.local.window import Floats

_FOLDER = "clone_mcp.prediction.predictors.local"


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression for the confidence and boosted trees for the order."""

    generic: Mapping[str, str]
    """Phrases that at least three people use, by their keys."""
    bias: float
    linear: Floats
    trees: Trees

    def confidences(self, rows: Floats) -> Floats:
        """For each row of NAMES the log odds that the reply is what the person would type."""
        return (rows * self.linear).sum(axis=1) + self.bias

    def orders(self, rows: Floats) -> Floats:
        """For each row a score by the trees, which learned the order only."""
        return self.trees.scores(rows)


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
    return parsed(resources.files(_FOLDER).joinpath("weights.json").read_text(encoding="utf-8"))


def _node(raw: Any) -> Node:
    if isinstance(raw, int | float):
        return float(raw)
    feature, threshold, low, high = raw
    return Fork(int(feature), float(threshold), _node(low), _node(high))
