"""Languages known only by the stems of what matters: dangerous acts, sensitive things, ordinary work.

A stem counts where a word begins with it; `_` stands for a space, and at the end for the end of the word. Where
several begin at one place the longest wins ("skriva över" is not "skriva"). No grammar is needed: what such a
sentence asks is judged by its words alone, and ordinary work spares it.
"""

import re
from collections.abc import Iterator, Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.grammar import NEGATORS
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.tables import folded
from clone_mcp.stakes.vocabulary import is_known

_NOT = folded("negations", "stem negator")
_SHORTEST, _TRUSTED, _LONGEST = 3, 5, 18
_WORD_START = re.compile(r"[^\W\d_][\w'-]*")
Stem = tuple[str, Consequence | None]


def _table() -> dict[str, Stem]:
    table: dict[str, Stem] = {}
    for kind in ("act", "thing", "ordinary", "code"):
        for row in lexicon.rows("stems", kind):
            consequence = Consequence(row.form) if row.form else None
            table.update((fold(stem.replace("_", " ")), (kind, consequence)) for stem in row.word.split())
    return table


_TABLE = _table()
_STARTS = frozenset(stem[:_SHORTEST] for stem in _TABLE)


def stem_acts(folded: str, tokens: Sequence[str], *, short: bool) -> Iterator[tuple[Consequence, int]]:
    """What the sentence would do, with the place where it says so; nothing where it is about ordinary work.

    `short` stems are only trusted where the text had accents: "gửi" is no "GUI".
    """
    found = list(_stems(folded, short=short))
    ordinary = any(name == "ordinary" for (name, _), _ in found)
    in_code = any(name == "code" for (name, _), _ in found)
    if not (_NOT | NEGATORS).isdisjoint(tokens) and not folded.rstrip("?! ").endswith("khong"):
        return
    for (name, consequence), place in found:
        if (
            consequence is not None
            and not ordinary
            and (name == "act" or not in_code)
            and not (consequence is Consequence.DESTRUCTIVE and in_code)
        ):
            yield consequence, place


def _stems(folded: str, *, short: bool) -> Iterator[tuple[Stem, int]]:
    padded = _WORD_END.sub(" ", folded) + " "
    for word in _WORD_START.finditer(padded):
        start = word.start()
        if padded[start : start + _SHORTEST] not in _STARTS or is_known(word[0]):
            continue
        for length in range(min(_LONGEST, len(padded) - start), _SHORTEST - 1 if short else _TRUSTED - 1, -1):
            found = _TABLE.get(padded[start : start + length])
            if found is not None:
                yield found, start
                break


_WORD_END = re.compile(r"[^\w'\s-]")
