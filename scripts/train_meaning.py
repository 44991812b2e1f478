"""Train what decides whether two replies mean the same: `python -m scripts.train_meaning PAIRS --weights OUT.json`.

PAIRS holds labelled pairs, one a line (scripts/meaning_pairs.py); the pairs of scripts/meaning_pairs.tsv are added.
Needs the dependency group `train` (scikit-learn). The rules of `language.meaning.verdict` are not learned: the first
regression learns what they leave open, the second tells part from different. Thresholds are chosen in folds.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from clone_mcp.language.meaning.traits import NAMES
from clone_mcp.language.meaning.weights import Regression, Weights, parsed
from scripts.meaning_pairs import Pair, folds_of, own_pairs, read_pairs

FOLDS = 5
STRENGTH = 0.5
"""Inverse of the ridge: the smaller, the nearer the weights to nothing."""
OWN_COUNT = 0.5
"""How much a pair written for Clone counts beside one that somebody typed."""
PRECISION, WRONG = 0.935, 0.0075
"""What `least_same` is chosen for: precision of "same", and the share of different pairs that are called the same."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--weights", type=Path, required=True, help="where the weights go")
    arguments = parser.parse_args()
    arguments.weights.write_text(written(trained(read_pairs(arguments.pairs))), encoding="utf-8")


def trained(pairs: Sequence[Pair]) -> Weights:
    """Weights fitted to all pairs, and thresholds from folds of them."""
    groups, own = folds_of(pairs, FOLDS), own_pairs()
    chances: list[tuple[float, float]] = [(0.0, 0.0)] * len(pairs)
    for fold in range(FOLDS):
        inner = fitted([pair for pair, group in zip(pairs, groups, strict=True) if group != fold], own)
        for place, group in enumerate(groups):
            if group == fold:
                row = pairs[place].row
                chances[place] = inner.same.chance(row), inner.part.chance(row)
    return replace(fitted(pairs, own), least_same=least_same(pairs, chances), least_part=least_part(pairs, chances))


def fitted(pairs: Sequence[Pair], own: Sequence[Pair]) -> Weights:
    same = regression(pairs, own, lambda pair: pair.open, "same")
    part = regression(pairs, own, lambda pair: pair.ruled is None and pair.label != "same", "part")
    return Weights(same, part, 0.5, 0.5)


def regression(pairs: Sequence[Pair], own: Sequence[Pair], learns: Callable[[Pair], bool], label: str) -> Regression:
    theirs, ours = [pair for pair in pairs if learns(pair)], [pair for pair in own if learns(pair)]
    model = LogisticRegression(C=STRENGTH, max_iter=5000).fit(
        np.array([pair.row for pair in (*theirs, *ours)]),
        np.array([pair.label == label for pair in (*theirs, *ours)]),
        sample_weight=[*rarities(theirs), *(OWN_COUNT for _ in ours)],
    )
    return Regression(float(model.intercept_[0]), tuple(map(float, model.coef_[0])))


def rarities(pairs: Sequence[Pair]) -> list[float]:
    """A text that stands in many pairs must not outweigh all others."""
    times = Counter(text.casefold() for pair in pairs for text in (pair.a, pair.b))
    return [max(times[pair.a.casefold()], times[pair.b.casefold()]) ** -0.5 for pair in pairs]


def least_same(pairs: Sequence[Pair], chances: Sequence[tuple[float, float]]) -> float:
    """The lowest level from which "same" is precise enough, or else the one where it is most precise."""
    levels = [level / 100 for level in range(50, 91)]
    return max(levels, key=lambda level: (min(precision(pairs, chances, level), PRECISION), -level))


def precision(pairs: Sequence[Pair], chances: Sequence[tuple[float, float]], least: float) -> float:
    """Of "same", 0 where too many different pairs are called so."""
    said = [
        pair.label
        for pair, (same, _) in zip(pairs, chances, strict=True)
        if (pair.ruled.sameness == "same" if pair.ruled else pair.open and same >= least)
    ]
    different = sum(pair.label == "different" for pair in pairs)
    return said.count("same") / max(1, len(said)) if said.count("different") <= WRONG * different else 0.0


def least_part(pairs: Sequence[Pair], chances: Sequence[tuple[float, float]]) -> float:
    """Where part and different are told apart best, each weighing the same."""
    known = [
        (part, pair.label == "part")
        for pair, (_, part) in zip(pairs, chances, strict=True)
        if pair.ruled is None and pair.label != "same"
    ]
    parts = sum(is_part for _, is_part in known)

    def gain(level: float) -> float:
        found = sum(is_part for chance, is_part in known if chance >= level) / parts
        return found + sum(not is_part for chance, is_part in known if chance < level) / (len(known) - parts)

    return max((level / 100 for level in range(20, 81)), key=gain)


def written(weights: Weights) -> str:
    raw: dict[str, Any] = {"least_same": weights.least_same, "least_part": weights.least_part}
    for name, learned in (("same", weights.same), ("part", weights.part)):
        numbers = {trait: round(value, 3) for trait, value in zip(NAMES, learned.linear, strict=True)}
        raw[name] = {"bias": round(learned.bias, 3), "weights": numbers}
    parsed(raw)
    return json.dumps(raw, indent=1) + "\n"


if __name__ == "__main__":
    main()
