"""Measure what counts as the same: `python -m scripts.measure_meaning PAIRS [--predictions OUT] [--shipped]`.

PAIRS holds labelled pairs, one a line (scripts/meaning_pairs.py). They are judged in five folds by weights that never
saw a pair with one of their texts, thresholds included; with `--shipped`, by the weights that ship, which is honest
only for pairs those never saw. Prints precision and recall with intervals of 95 % over pairs about the same message.
Predictions: {"id", "label"}, one a line. Needs the dependency group `train`.
"""

from __future__ import annotations

import argparse
import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from clone_mcp.language.meaning.weights import shipped
from scripts.meaning_pairs import Pair, folds_of, judged, read_pairs, write_predictions
from scripts.train_meaning import trained

FOLDS, DRAWS = 5, 1000

Judged = Sequence[tuple[Pair, str]]
Measure = Callable[[Judged], float | None]


def share(found: Judged, *, of: tuple[str, str], by_label: bool) -> float | None:
    """Of pairs with that label (or called that), the share that is called so (or has that label)."""
    label, said = of
    chosen = [
        (pair.label, verdict) for pair, verdict in found if (pair.label == label if by_label else verdict == said)
    ]
    return sum(each == of for each in chosen) / len(chosen) if chosen else None


MEASURES: dict[str, Measure] = {
    "precision of same": lambda found: share(found, of=("same", "same"), by_label=False),
    "recall of same": lambda found: share(found, of=("same", "same"), by_label=True),
    "precision of part": lambda found: share(found, of=("part", "part"), by_label=False),
    "recall of part": lambda found: share(found, of=("part", "part"), by_label=True),
    "different called same": lambda found: share(found, of=("different", "same"), by_label=True),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("--predictions", type=Path, help="where predictions go")
    parser.add_argument("--shipped", action="store_true", help="use the weights that ship")
    arguments = parser.parse_args()
    pairs = read_pairs(arguments.pairs)
    said = [judged(pair, shipped()).sameness for pair in pairs] if arguments.shipped else in_folds(pairs)
    report("all", list(zip(pairs, said, strict=True)), intervals=True)
    if arguments.predictions:
        write_predictions(arguments.predictions, pairs, said)


def in_folds(pairs: Sequence[Pair]) -> list[str]:
    groups = folds_of(pairs, FOLDS)
    said = [""] * len(pairs)
    for fold in range(FOLDS):
        weights = trained([pair for pair, group in zip(pairs, groups, strict=True) if group != fold])
        for place in (place for place, group in enumerate(groups) if group == fold):
            said[place] = judged(pairs[place], weights).sameness
        here = [(pair, each) for pair, each, group in zip(pairs, said, groups, strict=True) if group == fold]
        report(f"fold {fold + 1}", here)
    return said


def report(name: str, found: Judged, *, intervals: bool = False) -> None:
    print(f"{name}: {len(found)} pairs")
    for measure_name, measure in MEASURES.items():
        value = measure(found)
        around = interval(found, measure) if intervals else ""
        print(f"  {measure_name:22s} {'-' if value is None else f'{value:.3f}'} {around}")


def interval(found: Judged, measure: Measure) -> str:
    """Groups of pairs about the same message are drawn, with replacement."""
    together: dict[str, list[tuple[Pair, str]]] = defaultdict(list)
    for pair, verdict in found:
        together[pair.agent.strip() or pair.id].append((pair, verdict))
    chance, names = random.Random(1), sorted(together)  # noqa: S311 (a simulation)
    drawn = sorted(
        value
        for _ in range(DRAWS)
        for value in [measure([each for name in chance.choices(names, k=len(names)) for each in together[name]])]
        if value is not None
    )
    return f"[{drawn[len(drawn) // 40]:.3f}, {drawn[-1 - len(drawn) // 40]:.3f}]" if drawn else ""


if __name__ == "__main__":
    main()
