"""Figures: what was measured, against which floor, and whether that is good enough."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured."""

    rounds: int
    """Repetitions of everything, taken in turns with the floor's. A figure is the median of its rounds."""
    calls: int
    """Calls of a tool in one round."""
    large: int
    """Events of the large database that the one of a thousand is compared with."""
    tenants: tuple[int, int]
    """How many tenants share a database, and how many events each of them has."""


FULL = Effort(rounds=9, calls=300, large=100_000, tenants=(100, 1_000))
QUICK = Effort(rounds=5, calls=100, large=10_000, tenants=(20, 500))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `goal` is an upper bound on the ratio, or on the value when there is none."""

    bench: str
    what: str
    unit: str
    value: float
    floor: float | None = None
    ratio: float | None = None
    goal: float | None = None

    @property
    def judged(self) -> float:
        return self.value if self.ratio is None else self.ratio

    @property
    def verdict(self) -> str:
        """Whether the goal was met; empty when there is none."""
        if self.goal is None:
            return ""
        return "pass" if self.judged <= self.goal else "MISS"


def against(
    bench: str,
    what: str,
    unit: str,
    values: Sequence[float],
    floor: Sequence[float],
    *,
    goal: float | None = None,
) -> Figure:
    """Rounds against the floor's rounds. The ratio is the median of the rounds' own ratios, because what else the
    machine did weighed on both halves of a round alike."""
    ratio = median(a / b for a, b in zip(values, floor, strict=True))
    return Figure(bench, what, unit, median(values), median(floor), ratio, goal)


def alone(
    bench: str,
    what: str,
    unit: str,
    values: Sequence[float],
    *,
    goal: float | None = None,
) -> Figure:
    """Rounds that nothing is compared with."""
    return Figure(bench, what, unit, median(values), goal=goal)


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def table(figures: Sequence[Figure]) -> str:
    """Readable on a terminal, and Markdown as it is."""
    head = ("", "what", "unit", "Clone", "floor", "ratio", "goal", "")
    lines = [head, *(_cells(figure) for figure in figures)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    texts = [_line(line, widths) for line in lines]
    rule = "|".join(["", *("-" * (width + 1) + (":" if 3 <= i <= 6 else "-") for i, width in enumerate(widths)), ""])
    return "\n".join([texts[0], rule, *texts[1:]])


def as_json(figure: Figure) -> dict[str, Any]:
    return {**asdict(figure), "verdict": figure.verdict or None}


def _cells(figure: Figure) -> tuple[str, ...]:
    sign = "×" if figure.ratio is not None else ""
    return (
        figure.bench,
        figure.what,
        figure.unit,
        shown(figure.value),
        shown(figure.floor),
        shown(figure.ratio, "×"),
        shown(figure.goal, sign),
        figure.verdict,
    )


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    padded = [
        cell.rjust(width) if 3 <= column <= 6 else cell.ljust(width)
        for column, (cell, width) in enumerate(zip(cells, widths, strict=True))
    ]
    return "| " + " | ".join(padded) + " |"


def shown(value: float | None, sign: str = "") -> str:
    """A number as it stands in a table."""
    if value is None:
        return ""
    if sign:
        return f"{value:.2f}{sign}"
    return f"{value:,.0f}" if value >= 100 or value == int(value) else f"{value:.3g}"
