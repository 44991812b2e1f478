"""Near misses: names that are most likely another one misspelt.

Its callers decide whether a near miss is refused, or read as the word that was meant.
"""

from __future__ import annotations

from collections.abc import Iterable


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that `name` is most likely a misspelling of, if any. Short names leave less room for doubt."""
    within = 2 if len(name) >= 5 else 1 if len(name) >= 3 else 0
    near = min(((distance(name, other), other) for other in known), default=None)
    return near[1] if near and near[0] <= within else None


def distance(a: str, b: str) -> int:
    """How many letters to insert, drop or change to get from one to the other."""
    if abs(len(a) - len(b)) > 2:
        return abs(len(a) - len(b))  # already too far to matter
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        diagonal, row[0] = row[0], i
        for j, y in enumerate(b, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (x != y))
    return row[-1]
