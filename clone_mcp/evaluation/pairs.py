"""Pairs of things that one person might type: do they mean the same? Measures `meaning.compare` itself.

The pairs come from a file, never from somebody's history.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from clone_mcp.evaluation.files import distinct, rows
from clone_mcp.evaluation.people import Answering, Scored
from clone_mcp.language.meaning.compare import compare

LABELS = ("same", "part", "different")
EVERYBODY = ""
"""Pairs name no person: they are all one group."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two replies to what an agent said, and what careful readers call them."""

    id: str
    agent: str
    a: str
    b: str
    label: str


@dataclass(frozen=True, slots=True)
class PairResult:
    """What readers and Clone call a pair."""

    label: str
    said: str


def read_pairs(path: Path) -> dict[str, Sequence[Pair]]:
    """The pairs. Raises Invalid for a file or line of another kind."""
    found = [
        Pair(row.text("id"), row.text_or_nothing("agent"), row.text("a"), row.text("b"), row.word("label", LABELS))
        for row in distinct(rows(path))
    ]
    return {EVERYBODY: found} if found else {}


async def answer_pairs(_answering: Answering, _group: str, pairs: Sequence[Pair]) -> AsyncIterator[Scored[PairResult]]:
    """Every pair."""
    for pair in pairs:
        said = compare(pair.a, pair.b, pair.agent).sameness
        yield Scored({"id": pair.id, "label": said}, PairResult(pair.label, said))
