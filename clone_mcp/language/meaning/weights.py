"""The learned numbers: two logistic regressions, one after the other.

The numbers are in weights.json. They are learned by scripts/train_meaning.py, never while Clone runs.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from operator import mul
from typing import Any, Literal

from clone_mcp.errors import Invalid
from clone_mcp.language.meaning.traits import NAMES

Sameness = Literal["same", "part", "different"]


@dataclass(frozen=True, slots=True)
class Regression:
    """A logistic regression over NAMES."""

    bias: float
    linear: tuple[float, ...]

    def chance(self, row: Sequence[float]) -> float:
        """How probable it is for a row of traits."""
        return 1 / (1 + math.exp(-self.bias - sum(map(mul, self.linear, row))))


@dataclass(frozen=True, slots=True)
class Weights:
    same: Regression
    """Whether a pair in which nothing clashes is the same."""
    part: Regression
    """Whether a pair that is not the same is part."""
    least_same: float
    least_part: float
    """How probable each must be to be said."""

    def result(self, row: Sequence[float], *, may_be_same: bool = True) -> Sameness:
        """The result for a row of traits."""
        if may_be_same and self.same.chance(row) >= self.least_same:
            return "same"
        return "part" if self.part.chance(row) >= self.least_part else "different"


def parsed(raw: Mapping[str, Any]) -> Weights:
    """Weights as they are written. Raises Invalid when they were trained on other traits."""
    same, part = (_regression(raw[name]) for name in ("same", "part"))
    return Weights(same, part, float(raw["least_same"]), float(raw["least_part"]))


def _regression(raw: Mapping[str, Any]) -> Regression:
    if list(raw["weights"]) != list(NAMES):
        raise Invalid("These weights were trained on other traits than this version has.")
    return Regression(float(raw["bias"]), tuple(map(float, raw["weights"].values())))


@cache
def shipped() -> Weights:
    """The weights that come with the program."""
    return parsed(
        json.loads((resources.files("clone_mcp.language.meaning") / "weights.json").read_text(encoding="utf-8"))
    )
