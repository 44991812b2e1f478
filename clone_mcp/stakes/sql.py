"""SQL by the first word of each statement: whether it reads, or what it changes. No parser of SQL."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from clone_mcp.language import lexicon
from clone_mcp.stakes.programs import is_some

_FORMS = {word: row.form for row in lexicon.rows("programs", "statement") for word in row.word.split()}
# A comment that a server might run is none (`/*!`), nor are flags of a command.
_TEXT = re.compile(r"'[^']*'|\"[^\"]*\"|--(?=\s)[^\n]*|/\*(?!!)(?:[^*]|\*(?!/))*\*/")


_PATTERNS = {
    "start": rf"(?:\s*--[^\n]*\n)*\s*(?:{lexicon.pattern('programs', 'sql')})",
    "act": rf"\b(?:{lexicon.pattern('programs', 'sql act')})\b(?!\s*\()",
    "function": rf"\b(?:{lexicon.pattern('programs', 'sql function')})\s*\(",
}


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """When first needed: most commands are none of SQL."""
    return re.compile(_PATTERNS[name], re.IGNORECASE)


class Statement(NamedTuple):
    verb: str
    object: str
    form: str
    """Of the table; empty if it begins with no word of SQL."""
    text: str


def is_sql(text: str) -> bool:
    """Whether it begins like a statement, not like a sentence or a command with the same first word."""
    first = text.lstrip()[:2]
    return (first[:1].isalpha() or first == "--") and _pattern("start").match(text) is not None


def statements(text: str) -> list[Statement]:
    """The statements of a text. A reading one may hold another that writes, and then counts as that."""
    found: list[Statement] = []
    for each in _TEXT.sub("''", text).split(";"):
        words = each.split()
        if not words:
            continue
        form = _FORMS.get(words[0].lower(), "")
        if form == "none" and (_pattern("act").search(each) or _pattern("function").search(each)):
            form = "destructive change data"
        elif form == "none" and is_some("HIDDEN", [each]):
            form = "credential show secret"
        found.append(Statement(words[0].lower(), " ".join(words[1:]), form, each))
    return found
