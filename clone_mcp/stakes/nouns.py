"""What an action is done to. The kind of object decides whether "remove" is an edit or a loss.

CODE is text under version control: taking it out of a file is ordinary work that a commit can bring back.
DATA is what lives outside the text (files, rows, branches, machines): taking it away may lose it.
The words are rows of the lexicon; a star marks a stem, so inflected forms count too.
"""

import re
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import fold

CODE, DATA, CRED, PEOPLE, PROD, PLACE = "CODE", "DATA", "CRED", "PEOPLE", "PROD", "PLACE"

FILE_NAME = re.compile(
    r".\.(?:pyc?|jsx?|tsx?|json|jsonl|md|txt|csv|tsv|sql|db|sqlite3?|log|ya?ml|toml|xml|html?|css|scss|zip|tar|gz|tgz|bak|old|env"
    r"|sh|go|rs|java|kt|rb|php|c|h|cpp|ini|cfg|conf|lock|png|jpe?g|svg|pdf|docx?|xlsx?|parquet|ipynb|dump|pem|key|tf|tfstate"
    r"|bin|iso|mp4)$"
)


def _build() -> tuple[dict[str, frozenset[str]], dict[str, frozenset[str]]]:
    exact: dict[str, set[str]] = {}
    stems: dict[str, set[str]] = {}
    for row in lexicon.rows("objects", "object"):
        for word in fold(row.word).split():
            target = stems if word.endswith("*") else exact
            target.setdefault(word.rstrip("*"), set()).add(row.form)
    return {w: frozenset(k) for w, k in exact.items()}, {w: frozenset(k) for w, k in stems.items()}


_EXACT, _STEMS = _build()
_NONE: frozenset[str] = frozenset()


@lru_cache(maxsize=4096)
def kinds(token: str) -> frozenset[str]:
    """Which kinds of object a folded word names; empty when it names none we know."""
    found = _EXACT.get(token) or _EXACT.get(token.removesuffix("s")) or _EXACT.get(token.removesuffix("es"))
    if found:
        return found
    if token.endswith("'s"):
        return kinds(token[:-2])
    if "/" in token and CRED in kinds(token.rpartition("/")[2]):
        return _EXACT["id_rsa"]
    if token.endswith("ies") and token[:-3] + "y" in _EXACT:
        return _EXACT[token[:-3] + "y"]
    if FILE_NAME.search(token):
        return frozenset((CRED, DATA)) if token.endswith((".env", ".pem", ".key")) else frozenset((DATA,))
    for end in range(len(token), 2, -1):
        if token[:end] in _STEMS:
            return _STEMS[token[:end]]
    return _NONE


@lru_cache(maxsize=64)
def kinds_in(words: frozenset[str]) -> frozenset[str]:
    """All kinds the words of one sentence name; remembered briefly, since one sentence is asked many times."""
    return frozenset(kind for word in words for kind in kinds(word))
