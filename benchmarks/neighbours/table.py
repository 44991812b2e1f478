"""The neighbours beside each other, and where Clone is not the first."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from benchmarks.figures import Figure, shown
from benchmarks.neighbours.ours import OURS


def side_by_side(figures: Sequence[Figure]) -> str:
    """One column for each. Less is better in every row."""
    measured = [figure for figure in figures if not math.isnan(figure.value)]
    names = list(dict.fromkeys(figure.bench for figure in measured))
    rows: dict[tuple[str, str], dict[str, float]] = {}
    for figure in measured:
        rows.setdefault((figure.what, figure.unit), {})[figure.bench] = figure.value
    lines = [("", "unit", *names), ("---", "---", *["--:"] * len(names))]
    lines += [(*what, *(shown(values.get(name)) for name in names)) for what, values in rows.items()]
    told = [f"- {figure.bench}: {figure.what}" for figure in figures if math.isnan(figure.value)]
    told += [f"- Clone is not ahead: {behind}" for behind in _behind(rows)]
    return "\n".join([*(f"| {' | '.join(line)} |" for line in lines), "", *told])


def _behind(rows: Mapping[tuple[str, str], Mapping[str, float]]) -> list[str]:
    """Every row in which somebody needs less."""
    found: list[str] = []
    for (what, _), values in rows.items():
        if better := [name for name, value in values.items() if value < values.get(OURS.name, value)]:
            found.append(f"{what} ({', '.join(better)})")
    return found
