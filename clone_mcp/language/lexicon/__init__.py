"""Every word table of the program, as data: the `.tsv` files beside this one. How to read a list is its reader's part.

A file holds what belongs together by meaning. After comments comes a line with the names of the columns, then the rows:

- `kind`: the list that the row belongs to; a reader asks for one by its file and kind.
- `language`: of the words; `*` where they belong to none or to several.
- `word`: words apart by spaces, or alternatives of a pattern apart by `|`. Words that share all other columns may share
  a row, which keeps one list of needs from being written thirty times; within a list the words are sorted.
- `form`: what the words stand for (a consequence, another spelling, a number); `pattern` where they are alternatives.
- `needs`, `spares`: words that must stand beside them for the row to count, and words that make it harmless.

`{kind}` in a pattern stands for the pattern of another kind of that file. A line that begins with `#` says why the rows
below it are there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
COLUMNS = ("kind", "language", "word", "form", "needs", "spares")
_REFERENCE = re.compile(r"\{([a-z][a-z ,']*)\}")


class Row(NamedTuple):
    kind: str
    language: str
    word: str
    form: str = ""
    needs: str = ""
    spares: str = ""


def rows(table: str, kind: str, form: str = "") -> tuple[Row, ...]:
    """The rows of a kind (and form, if one is named), in the order of the file. Raises KeyError for an unknown kind."""
    found = _table(table)[kind]
    return tuple(row for row in found if row.form == form) if form else found


def text(table: str, kind: str, form: str = "") -> str:
    """All words of a kind (and form), apart by spaces."""
    return " ".join(row.word for row in rows(table, kind, form))


def words(table: str, kind: str, form: str = "") -> frozenset[str]:
    """The words of a kind (and form), as they are written."""
    return frozenset(text(table, kind, form).split())


def forms(table: str, kind: str) -> tuple[str, ...]:
    """The forms of a kind, in the order of the file."""
    return tuple(dict.fromkeys(row.form for row in _table(table)[kind]))


def pattern(table: str, kind: str, form: str = "") -> str:
    """The alternatives of a kind (and form) as one pattern, with what they refer to put in its place."""
    return spelt_out(table, "|".join(row.word for row in rows(table, kind, form)))


def spelt_out(table: str, written: str) -> str:
    """A pattern with the kinds it refers to put in their places."""
    return _REFERENCE.sub(lambda found: f"(?:{pattern(table, found[1])})", written)


@cache
def _table(name: str) -> Mapping[str, tuple[Row, ...]]:
    lines = (FOLDER / f"{name}.tsv").read_text(encoding="utf-8").splitlines()
    found: dict[str, list[Row]] = {}
    for line in [line for line in lines if line and line[0] != "#"][1:]:
        row = Row(*line.split("\t"))
        found.setdefault(row.kind, []).append(row)
    return {kind: tuple(each) for kind, each in found.items()}
