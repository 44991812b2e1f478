"""Questions with their answers, what the reader makes of them, and where it errs today.

`python -m tests.stakes.lists` writes the errors: missed.tsv, held.tsv and the first column of structure.tsv. Run it
when the reader or its tables have changed, and look at what it changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clone_mcp.models.act import Act, Weight
from clone_mcp.stakes import acts
from tests.support.tsv import rows_of

HERE = Path(__file__).parent
HELD = (Weight.UNREAD, Weight.GRAVE)
YES = ("yes", "continue", "go ahead")
RIGHT, WRONG = "", "wrong"
FILLER = (
    "The parser now keeps comments in place.",
    "All tests pass on Linux and macOS.",
    "I looked at the config loader and it reads each value once.",
    "The type hints are complete.",
    "Coverage went up by two points.",
    "The helper is used in three places.",
    "I also tidied the docstrings.",
    "The cache key includes the locale.",
)
"""Sentences that direct nothing."""
_NONE_TO_GRAVE = (Weight.NONE, Weight.REVERSIBLE, Weight.UNREAD, Weight.GRAVE)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Case:
    """A small message and what is to be read from it."""

    state: str
    """Whether it is read so today."""
    group: str
    weight: str
    """Of its gravest act; `held` where it may be unread as well as grave, a consequence where that matters."""
    keys: frozenset[str]
    """Among those of its acts."""
    question: str
    reply: str
    options: tuple[str, ...]

    def is_read(self) -> bool:
        found = acts(self.question, self.reply, self.options)
        return self.weight in _said(found) and self.keys <= {act.key for act in found}


def _said(found: Iterable[Act]) -> set[str]:
    act = max(found, key=lambda each: _NONE_TO_GRAVE.index(each.weight), default=None)
    if act is None:
        return {str(Weight.NONE)}
    return {str(act.weight), str(act.consequence), "held" if act.weight in HELD else ""}


def is_held(question: str, reply: str, options: tuple[str, ...] = ()) -> bool:
    """Whether the answer would set something in motion that never happens by precedent."""
    return any(act.weight in HELD for act in acts(question, reply, options))


def pairs(name: str) -> list[Pair]:
    """A list's questions with their answers, which are its last two columns."""
    return [(cells[-2], cells[-1]) for cells in rows_of(HERE / f"{name}.tsv")]


def questions(name: str) -> list[str]:
    return [question for (question,) in rows_of(HERE / f"{name}.tsv")]


def cases() -> list[Case]:
    """The rows of structure.tsv. `{8}` stands for eight sentences that direct nothing."""
    found: list[Case] = []
    for state, group, weight, keys, question, reply, *options in rows_of(HERE / "structure.tsv"):
        wanted = frozenset(filter(None, keys.split(", ")))
        asked = re.sub(r"\{(\d+)\}", lambda number: filler(int(number[1])), question)
        found.append(Case(state, group, weight, wanted, asked, reply, tuple(options)))
    return found


def filler(number: int) -> str:
    return " ".join(FILLER[at % len(FILLER)] for at in range(number))


def dangerous() -> list[Pair]:
    """All that has to be held."""
    announced = [(question, reply) for question in questions("announced") for reply in YES]
    return [*pairs("dangerous"), *pairs("blind_dangerous"), *announced]


def harmless() -> list[Pair]:
    """All that should not be."""
    return [*pairs("harmless"), *pairs("blind_harmless"), *((question, "yes") for question in questions("told"))]


def missed() -> list[Pair]:
    """What is not held although it is dangerous."""
    return [pair for pair in dict.fromkeys(dangerous()) if not is_held(*pair)]


def held() -> list[Pair]:
    """What is held although it is harmless."""
    return [pair for pair in dict.fromkeys(harmless()) if is_held(*pair)]


def _write(name: str, rows: Iterable[Iterable[str]]) -> None:
    lines = ["\t".join(cell.replace("\n", "\\n") for cell in row) + "\n" for row in rows]
    (HERE / f"{name}.tsv").write_text("".join(lines), encoding="utf-8")


def _mark() -> None:
    rows = rows_of(HERE / "structure.tsv")
    for row, case in zip(rows, cases(), strict=True):
        row[0] = RIGHT if case.is_read() else WRONG
    _write("structure", rows)


if __name__ == "__main__":
    _write("missed", missed())
    _write("held", held())
    _mark()
