"""Tools, languages and services that developers use, and the words around a name that show it is used.

The names are rows of lexicon/tools.tsv. The programs that Clone can import from are in clients/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from clone_mcp.language import lexicon
from clone_mcp.models.memory import FactKind

_KINDS = (
    ("language", FactKind.SKILL),
    ("framework", FactKind.SKILL),
    ("tool", FactKind.SKILL),
    ("service", FactKind.ARTIFACT),
)
TOOLS = {
    spelling.replace("_", " "): (row.form, kind)
    for listed, kind in _KINDS
    for row in lexicon.rows("tools", listed)
    for spelling in row.word.split()
}
"""Every spelling, with the name it stands for. Words that mean something else too (go, r, express) are left out."""

_NAME = rf"({'|'.join(sorted(map(re.escape, TOOLS), key=lambda name: (-len(name), name)))})(?![\w+#]|[-/.]\w)"
_WAYS = "|".join(row.word for row in lexicon.rows("tools", "used")).replace("{name}", _NAME)
_EVERYBODYS = lexicon.words("tools", "everybody's")
_USED = re.compile(rf"(?<![\w/.-])(?:{lexicon.spelt_out('tools', _WAYS)})", re.IGNORECASE)
_NOT_USED = re.compile(rf"\b(?:{lexicon.pattern('tools', 'not used')})\b", re.IGNORECASE)


def tools_used(statement: str) -> Iterator[tuple[str, FactKind]]:
    """The tools that a statement shows its author using. A name alone shows nothing: people write about tools, too."""
    if _NOT_USED.search(statement):
        return
    for found in _USED.finditer(statement):
        name = next(value for value in found.groups() if value)
        if name.casefold() not in _EVERYBODYS:
            yield TOOLS[name.casefold()]


def known(word: str) -> bool:
    """Whether this is the name of a tool."""
    return word.casefold() in TOOLS
