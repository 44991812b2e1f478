"""Train what tells going on from stopping: `python -m scripts.train_stops STOPS --weights OUT.json [--folds FOLDER]`.

STOPS holds where agents ended their turns, one a line (docs/howto/evaluate.md). With --folds, weights are also written
for each person that never saw that person's stops, for honest scores:
`clone-mcp evaluate stops STOPS --predictions OUT --weights 'FOLDER/{user}.json'`.

Needs numpy alone. The numbers are the product's own, from what was known when each agent ended its turn.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from clone_mcp.evaluation.stops import EarlierStops, Stop, question_at, read_stops
from clone_mcp.language.message import read
from clone_mcp.prediction.continuation import person_before
from clone_mcp.prediction.continuation_signs import NAMES, signs

RIDGE = 30.0
"""Chosen among 3, 10, 30 and 60 by people left out, where it hardly matters."""
LIKE_PEOPLE = 0.5
"""How much people with many stops count: 0 fully, 1 no more than others."""


@dataclass(frozen=True)
class Example:
    """One person's stops: a row of numbers for each, and whether they went on."""

    rows: np.ndarray
    went_on: np.ndarray


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("stops", type=Path)
    parser.add_argument("--weights", type=Path, required=True, help="where the weights go")
    parser.add_argument("--folds", type=Path, help="a folder for weights that leave one person out each")
    arguments = parser.parse_args()
    data = seen(read_stops(arguments.stops))
    write(arguments.weights, train(data))
    if arguments.folds:
        leave_out(data, arguments.folds)


def leave_out(data: Mapping[str, Example], folder: Path) -> None:
    """Weights for each person, learned from the others."""
    folder.mkdir(parents=True, exist_ok=True)
    for left_out in sorted(data):
        others = {person: example for person, example in data.items() if person != left_out}
        write(folder / f"{left_out}.json", train(others))


def seen(people: Mapping[str, Sequence[Stop]]) -> dict[str, Example]:
    """Everybody's stops, each by what was known before it."""
    return {person: example(stops) for person, stops in sorted(people.items())}


def example(stops: Sequence[Stop]) -> Example:
    """A person's stops."""
    past, rows = EarlierStops(), list[list[float]]()
    for stop in stops:
        past.move_to(stop.at)
        question = question_at(stop)
        rows.append(signs(read(question.heard), person_before(question, past.replies.history(), past.endings())))
        past.add(stop)
    return Example(np.array(rows), np.array([stop.went_on for stop in stops], float))


def train(data: Mapping[str, Example]) -> dict[str, Any]:
    """A ridged logistic regression on standardised numbers, told in the raw ones."""
    rows = np.concatenate([each.rows for each in data.values()])
    went_on = np.concatenate([each.went_on for each in data.values()])
    weight = np.concatenate([np.full(len(each.rows), len(each.rows) ** -LIKE_PEOPLE) for each in data.values()])
    weight /= weight.mean()
    mean = np.average(rows, axis=0, weights=weight)
    spread = np.sqrt(np.average((rows - mean) ** 2, axis=0, weights=weight))
    spread[spread < 1e-6] = 1e9
    found = regression((rows - mean) / spread, went_on, weight)
    slopes = found[:-1] / spread
    bias = float(found[-1] - slopes @ mean)
    return {"bias": round(bias, 4), "weights": {n: round(float(w), 4) for n, w in zip(NAMES, slopes, strict=True)}}


def regression(rows: np.ndarray, went_on: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Slopes, and the intercept last, which no ridge holds. By Newton's method."""
    design = np.hstack([rows, np.ones((len(rows), 1))])
    ridge = np.append(np.full(rows.shape[1], RIDGE), 1e-6)
    found = np.zeros(design.shape[1])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-design @ found))
        slope = design.T @ (weight * (chance - went_on)) + ridge * found
        curve = (design * (weight * chance * (1 - chance))[:, None]).T @ design + np.diag(ridge)
        step = np.linalg.solve(curve, slope)
        found -= step
        if np.abs(step).max() < 1e-9:
            break
    return found


def write(path: Path, weights: Mapping[str, Any]) -> None:
    """As JSON that a person can read: a line for each number."""
    path.write_text(json.dumps(weights, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
