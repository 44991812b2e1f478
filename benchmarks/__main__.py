"""The command: which measurements, how thoroughly, and where the figures go."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import (
    acting,
    backtest,
    bundle,
    calls,
    commits,
    growth,
    hosted,
    http,
    imports,
    neighbours,
    prediction,
    stakes,
    start,
    writers,
)
from benchmarks.figures import FULL, QUICK, Effort, Figure, as_json, table

BENCHES: dict[str, Callable[[Effort, Path], Iterator[Figure]]] = {
    "start": start.run,
    "calls": calls.run,
    "growth": growth.run,
    "bundle": bundle.run,
    "prediction": prediction.run,
    "acting": acting.run,
    "stakes": stakes.run,
    "writers": writers.run,
    "http": http.run,
    "commits": commits.run,
    "backtest": backtest.run,
    "neighbours": neighbours.run,
    "imports": imports.run,
    "hosted": hosted.run,
}

TABLES: dict[str, Callable[[Sequence[Figure]], str]] = {"figures": table, "neighbours": neighbours.side_by_side}
"""How figures are shown, by the place that a page has for them. Neighbours stand in columns of their own."""


def main(arguments: Sequence[str]) -> int:
    """Measure and show. Fails only when asked to, because a busy machine is no fault of the code."""
    given = _parser().parse_args(arguments)
    effort = QUICK if given.quick else FULL
    if given.million:
        effort = replace(effort, large=1_000_000)
    if given.tenants:
        effort = replace(effort, tenants=given.tenants)
    tables: dict[str, list[Figure]] = {}
    for name in given.only or BENCHES:
        print(f"measuring {name} …", file=sys.stderr)
        with tempfile.TemporaryDirectory(prefix="clone-bench-") as folder:
            tables.setdefault(name if name in TABLES else "figures", []).extend(BENCHES[name](effort, Path(folder)))
    figures = [figure for each in tables.values() for figure in each]
    shown = {place: TABLES[place](each) for place, each in tables.items()}
    print("\n\n".join(shown.values()))
    if given.json:
        Path(given.json).write_text(json.dumps([as_json(figure) for figure in figures], indent=1) + "\n")
    if given.write:
        for place, text in shown.items():
            _write(Path(given.write), place, _command(given), text)
    missed = [figure for figure in figures if figure.verdict == "MISS"]
    judged = [figure for figure in figures if figure.verdict]
    print(f"\n{len(judged) - len(missed)} of {len(judged)} goals met.")
    return 1 if missed and given.strict else 0


def _command(given: argparse.Namespace) -> str:
    """What to type for these figures. Where they went to is nobody else's business."""
    flags = [f"--{name}" for name in ("quick", "million") if getattr(given, name)]
    return " ".join(["python -m benchmarks", *flags, *(f"--only {name}" for name in given.only or [])])


def _write(page: Path, place: str, command: str, shown: str) -> None:
    """Put a table between its two marks on the page, with the command and the machine that made it."""
    begin, end = f"<!-- {place} -->", f"<!-- /{place} -->"
    before, _, rest = page.read_text(encoding="utf-8").partition(begin)
    after = rest.partition(end)[2]
    when, python = datetime.now(UTC), platform.python_version()
    made = f"`{command}`, {when:%Y-%m-%d}, Python {python}, {os.cpu_count()} processors."
    page.write_text(f"{before}{begin}\n{made}\n\n{shown}\n{end}{after}", encoding="utf-8")


def _times(text: str) -> tuple[int, int]:
    tenants, _, events = text.partition("x")
    return int(tenants), int(events)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Measure Clone against the bare SDK.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds and smaller databases: about a minute")
    parser.add_argument("--only", action="append", choices=BENCHES, help="one measurement; may be repeated")
    parser.add_argument("--million", action="store_true", help="let the large database hold a million events")
    parser.add_argument(
        "--tenants", type=_times, metavar="NxM", help="tenants and events of each, such as 1000x10000: hours, 20 GB"
    )
    parser.add_argument("--json", metavar="FILE", help="write the figures there as well")
    parser.add_argument("--write", metavar="PAGE", help="put the table into a page that has a place for it")
    parser.add_argument("--strict", action="store_true", help="fail when a goal is missed")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
