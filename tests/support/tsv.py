"""Tables of examples that lie beside their tests: one row a line, cells between tabs."""

from __future__ import annotations

from pathlib import Path


def rows_of(file: Path) -> list[list[str]]:
    r"""The cells of every row. `\n` stands for a line end within a cell, `\|` for a bar."""
    lines = file.read_text(encoding="utf-8").splitlines()
    return [[cell.replace("\\n", "\n").replace("\\|", "|") for cell in line.split("\t")] for line in lines]


def column(file: Path, kind: str) -> list[str]:
    """The last cells of the rows that begin with this kind."""
    found = [cells[-1] for cells in rows_of(file) if cells[0] == kind]
    assert found, f"{file.name} has no row of the kind {kind!r}"
    return found
