"""Measure the local predictor on people it was not trained on: `make calibration TURNS=conversations.jsonl`.

For each person the weights are trained on everybody else, then that person's conversations are replayed in order of
time.
The figures go into docs/explanation/calibration.md, the unflattering ones included. Training needs the dependency group
`train`; with `--folds FOLDER`, weights that are there already (`scripts.train_local --folds`) are used instead.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from clone_mcp.calibration.reliability import bins
from clone_mcp.evaluation.conversations import Turn, listed_turns, read_people
from clone_mcp.evaluation.replay import PredictorAttempts, replay
from clone_mcp.evaluation.report import Result, calibration, scores
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.prediction.predictors.local.weights import parsed

PAGE = Path(__file__).parents[1] / "docs" / "explanation" / "calibration.md"
BEGIN, END = "<!-- figures: make calibration -->", "<!-- end of figures -->"
DRAWS = 400

People = dict[str, list[Result]]
Measure = Callable[[Sequence[Result]], float | None]

MEASURES: dict[str, Measure] = {
    "soft@1": lambda results: scores(results).soft_at_1,
    "soft@5": lambda results: scores(results).soft_at_5,
    "exact@5": lambda results: scores(results).exact_at_5,
    "short replies: soft@1": lambda results: scores(short(results)).soft_at_1 if short(results) else None,
    "short replies: soft@5": lambda results: scores(short(results)).soft_at_5 if short(results) else None,
    "AUROC": lambda results: calibration([each.forecast for each in results]).auroc,
    "Brier skill": lambda results: calibration([each.forecast for each in results]).brier_skill,
    "ECE, 15 bins": lambda results: calibration([each.forecast for each in results]).ece,
    "answered at 0.8 or more": lambda results: share_at(results, 0.8),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("turns", type=Path)
    parser.add_argument("--folds", type=Path, help="weights that leave one person out each, made before")
    arguments = parser.parse_args()
    people = read_people(arguments.turns)
    with tempfile.TemporaryDirectory() as scratch:
        folds = arguments.folds or trained(people, Path(scratch))
        found = asyncio.run(answered(people, folds))
    page = PAGE.read_text(encoding="utf-8")
    before, rest = page.split(BEGIN)
    after = rest.split(END)[1]
    PAGE.write_text(f"{before}{BEGIN}\n\n{chr(10).join(figures(found))}\n\n{END}{after}", encoding="utf-8")
    print(f"{PAGE.name}: figures of {sum(map(len, found.values())):,} questions of {len(found)} people")


def trained(people: dict[str, Sequence[Turn]], folder: Path) -> Path:
    """Weights for each person, learned from the others."""
    from scripts.train_local import leave_out, seen  # noqa: PLC0415 (needs the group `train`, which --folds does not)

    leave_out(people, seen(people), folder)
    return folder


async def answered(people: dict[str, Sequence[Turn]], folds: Path) -> People:
    """Every question, answered by weights that know nothing of who asks."""
    found: People = {}
    for person, turns in sorted(people.items()):
        predictor = LocalPredictor(parsed((folds / f"{person}.json").read_text(encoding="utf-8")))
        attempts = replay(listed_turns(turns), PredictorAttempts(predictor))
        found[person] = [attempt.result async for attempt in attempts if attempt.result is not None]
    return found


def figures(found: People) -> Iterator[str]:
    """The tables."""
    pooled = [result for results in found.values() for result in results]
    yield f"{len(pooled):,} questions of {len(found)} people; {len(short(pooled))} were answered in six words or fewer."
    yield "In brackets: where 95 % of the figures fall if the people are drawn again."
    yield ""
    yield "| | pooled | mean over people |"
    yield "|---|---|---|"
    for name, measure in MEASURES.items():
        low, high = interval(found, measure)
        yield f"| {name} | {shown(measure(pooled))} [{low}, {high}] | {shown(mean(found, measure))} |"
    yield ""
    yield "| person | questions | soft@1 | soft@5 | AUROC | Brier skill | ECE |"
    yield "|---|---|---|---|---|---|---|"
    names = ("soft@1", "soft@5", "AUROC", "Brier skill", "ECE, 15 bins")
    for number, results in enumerate(sorted(found.values(), key=len, reverse=True), 1):
        cells = " | ".join(shown(MEASURES[name](results)) for name in names)
        yield f"| {number} | {len(results):,} | {cells} |"
    yield ""
    yield "| confidence | questions | said on average | came true | 95 % |"
    yield "|---|---|---|---|---|"
    for each in bins([result.forecast for result in pooled]):
        yield (
            f"| {each.low:.3f} to {each.high:.3f} | {each.count} | {each.confidence:.3f} | {each.observed:.3f} "
            f"| {each.interval.low:.3f} to {each.interval.high:.3f} |"
        )


def interval(found: People, measure: Measure) -> tuple[str, str]:
    """By drawing people again, with all their questions."""
    chance, groups = random.Random(1), list(found.values())  # noqa: S311 (a simulation)
    drawn = [
        measure([result for results in chance.choices(groups, k=len(groups)) for result in results])
        for _ in range(DRAWS)
    ]
    known = sorted(value for value in drawn if value is not None)
    return shown(known[len(known) // 40]), shown(known[-1 - len(known) // 40])


def mean(found: People, measure: Measure) -> float | None:
    """Everybody counts the same."""
    known = [value for results in found.values() if (value := measure(results)) is not None]
    return sum(known) / len(known) if known else None


def short(results: Sequence[Result]) -> list[Result]:
    return [result for result in results if result.short]


def share_at(results: Sequence[Result], threshold: float) -> float:
    return sum(result.confidence >= threshold for result in results) / len(results)


def shown(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
