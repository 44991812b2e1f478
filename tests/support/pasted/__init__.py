"""Formats that people paste, and prompts with what stays of them, as data."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).parent


def rows(name: str) -> list[list[str]]:
    """A table's rows. In its cells a line ends as "\\n", and a tab stands as "\\t"."""
    lines = (_HERE / name).read_text(encoding="utf-8").splitlines()
    return [[_unescaped(cell) for cell in line.split("\t")] for line in lines if line]


def _unescaped(cell: str) -> str:
    return cell.replace("\\\\", "\0").replace("\\n", "\n").replace("\\t", "\t").replace("\0", "\\")


FORMATS: dict[str, str] = dict(map(tuple, rows("formats.tsv")))  # pyright: ignore[reportAssignmentType]


def pasted_as(template: str, text: str) -> str:
    """The text as somebody pastes it in this format. Where each line has a mark of its own, every line gets one."""
    if "{line}" not in template:
        return template.replace("{text}", text)
    return "\n".join(template.replace("{line}", line) for line in text.splitlines() if line)


PASTES: list[list[str]] = rows("pastes.tsv")
"""The format, the prompt, and what of it stays the person's."""
TYPED: list[str] = [text for (text,) in rows("typed.tsv")]
