"""Write the figures of the predictions into the docs: `make calibration TURNS=… PAIRS=… DECISIONS=… STOPS=…`.

The files are those of `clone-mcp evaluate`, and so are the figures, the unflattering ones included. Each kind of data
has a place between two markers in docs/explanation/; a file that is not named leaves its place as it is.

For each person of TURNS, the weights are trained on everybody else (this needs the dependency group `train`). With
`--folds FOLDER`, weights that are there already (`scripts.train_local --folds`) are used instead. With `--in-sample`,
those that ship are used, and the page says so. For each person of STOPS the weights are always trained on the others.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from clone_mcp.calibration.reliability import Forecast, bins
from clone_mcp.evaluation.conversations import read_people
from clone_mcp.evaluation.evaluate import KINDS, Kind, evaluate, read, shown
from clone_mcp.evaluation.figures import Figure, RateBin
from clone_mcp.evaluation.people import USER, Answering, with_folds
from clone_mcp.evaluation.report import Result, calibration, scores
from clone_mcp.evaluation.stops import read_stops
from scripts import train_stops

FOLDER = Path(__file__).parents[1] / "docs" / "explanation"
END = "<!-- end of figures -->"
IN_SAMPLE = (
    "These figures flatter: the weights that ship were used, and they were trained on these people. "
    "`make calibration` with folds measures what a new person can expect."
)

Results = Mapping[str, Sequence[Any]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in KINDS:
        parser.add_argument(f"--{name}", type=Path, metavar="FILE")
    parser.add_argument("--folds", type=Path, help="weights that leave one person out each, made before")
    parser.add_argument("--in-sample", action="store_true", help="use the weights that ship")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folds = arguments.folds
        if folds is None and not arguments.in_sample and arguments.turns:
            folds = trained(arguments.turns, Path(scratch) / "turns")
        for name, kind in KINDS.items():
            if file := getattr(arguments, name):
                mine = trained_stops(file, Path(scratch) / "stops") if name == "stops" else folds
                results = answered(name, file, mine, Path(scratch) / "predictions")
                replace(name, [*told(name, kind, results, flattered=mine is None)])
                print(f"{name}: {sum(map(len, results.values())):,} of {len(results)} people", flush=True)


def trained(turns: Path, folder: Path) -> Path:
    """Weights for each person, learned from the others."""
    from scripts.train_local import leave_out, seen  # noqa: PLC0415 (needs the group `train`, which --folds does not)

    people = read_people(turns)
    leave_out(people, seen(people), folder)
    return folder


def trained_stops(stops: Path, folder: Path) -> Path:
    """The same for going on or stopping."""
    train_stops.leave_out(train_stops.seen(read_stops(stops)), folder)
    return folder


def answered(name: str, file: Path, folds: Path | None, out: Path) -> Results:
    """Every question, answered by weights that know nothing of who asks, if there are folds."""
    kind = KINDS[name]
    people = read(kind, file, out)
    answering = with_folds(name, str(folds / USER))[1] if folds else Answering()
    return asyncio.run(evaluate(kind, people, answering, out, lambda _progress: None))


def replace(name: str, lines: Sequence[str], folder: Path = FOLDER) -> None:
    """Write the lines wherever a page has a place for these figures."""
    begin = f"<!-- figures of {name}: make calibration -->\n"
    for page in folder.glob("*.md"):
        before, found, rest = page.read_text(encoding="utf-8").partition(begin)
        if found:
            text = "\n".join(["", *lines, "", ""])
            page.write_text(f"{before}{begin}{text}{rest[rest.index(END) :]}", encoding="utf-8")


def told(name: str, kind: Kind, results: Results, *, flattered: bool) -> Iterator[str]:
    """The tables of one kind of data."""
    whole = sum(map(len, results.values()))
    if name == "pairs":
        yield f"{whole:,} pairs. In brackets: 95 % intervals over pairs."
    else:
        yield f"{whole:,} {kind.noun}s of {len(results)} people. In brackets: 95 % intervals over people."
    if flattered and name == "turns":
        yield IN_SAMPLE
    yield ""
    yield from table(kind.measure(results), mean=name != "pairs")
    if found := kind.bins(results):
        yield from ("", *rates_of(found))
    if name == "turns":
        yield from (
            "",
            *each_person(results),
            "",
            *bins_of([each.forecast for own in results.values() for each in own]),
        )


def table(figures: Sequence[Figure], *, mean: bool) -> Iterator[str]:
    """What `evaluate` prints, as a table."""
    yield "| | pooled | of |" + " mean over people |" * mean
    yield "|---|---|---|" + "---|" * mean
    for each in figures:
        around = f" [{shown(each.low)}, {shown(each.high)}]" if each.low is not None else ""
        yield f"| {each.name} | {shown(each.value)}{around} | {each.of:,} |" + f" {shown(each.mean)} |" * mean


def each_person(results: Mapping[str, Sequence[Result]]) -> Iterator[str]:
    """The same for each person alone, without names."""
    yield "| person | questions | the same, first guess | the same, first five | AUROC | Brier skill | ECE |"
    yield "|---|---|---|---|---|---|---|"
    for number, own in enumerate(sorted(results.values(), key=len, reverse=True), 1):
        right, sure = scores(own), calibration([each.forecast for each in own])
        measured = (right.at_1.same.share, right.at_5.same.share, sure.auroc, sure.brier_skill, sure.ece)
        yield f"| {number} | {len(own):,} | {' | '.join(map(shown, measured))} |"


def rates_of(found: Sequence[RateBin]) -> Iterator[str]:
    """What was said of groups of stops, and what came of them."""
    yield "| Clone said | they went on | 95 % | stops | people |"
    yield "|---|---|---|---|---|"
    for each in found:
        outside = "" if each.holds else " (outside)"
        around = f"{each.low:.3f} to {each.high:.3f}{outside}"
        yield f"| {each.said:.3f} | {each.came:.3f} | {around} | {each.count} | {each.people} |"


def bins_of(forecasts: Sequence[Forecast]) -> Iterator[str]:
    """What came of confidences of about the same height."""
    yield "| confidence | questions | said on average | came true | 95 % |"
    yield "|---|---|---|---|---|"
    for each in bins(forecasts):
        yield (
            f"| {each.low:.3f} to {each.high:.3f} | {each.count} | {each.confidence:.3f} | {each.observed:.3f} "
            f"| {each.interval.low:.3f} to {each.interval.high:.3f} |"
        )


if __name__ == "__main__":
    main()
