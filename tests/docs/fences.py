"""The documents, and the examples in them that are run.

`<!-- test: MARK -->` before a fenced block says what is done with it:

console         each `$ command` is run and must print what follows it; `…` stands for anything
console fails   the same, and the last command must fail
background      the command runs until the document is through
file NAME       the block is written to a file
python          the block is run
client          the server of a client's configuration is started and asked for its tools
parse           the block is read as what it is
sql, postgres   run by a superuser, and as a console, on the tests' Postgres
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
RUNNABLE = {"console", "json", "toml", "python", "sql"}

_FENCE = re.compile(
    r"(?:^<!-- test: (?P<mark>[^>]*?) -->\n)?^(?P<indent> *)```(?P<language>\w+)\n(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True)
class Example:
    """A fenced block."""

    mark: str
    language: str
    text: str


def examples(path: Path) -> list[Example]:
    """The fenced blocks of a document, in order."""
    found = _FENCE.finditer(path.read_text(encoding="utf-8"))
    return [Example(block["mark"] or "", block["language"], block["text"]) for block in found]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
