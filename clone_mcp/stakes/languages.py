"""Languages read without a grammar: by stems of what matters, or by parts of what is written without spaces.

A stem counts where a word begins with it; `_` stands for a space, and at the end for the end of the word. Where
several begin at one place the longest wins ("skriva över" is not "skriva"). What such a sentence asks is judged by its
words alone, and ordinary work spares it. Chinese, Japanese, Korean, Thai, Hindi, Arabic and Hebrew have words that
neither spaces nor beginnings cut out: those are read in clauses. Languages whose verbs we can inflect are in
`vocabulary`.
"""

import re
from collections.abc import Iterator, Sequence

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.spelling import clean, fold
from clone_mcp.stakes.tables import NEGATORS, folded
from clone_mcp.stakes.vocabulary import is_known

_NOT = folded("negations", "stem negator")
_SHORTEST, _TRUSTED, _LONGEST = 3, 5, 18
_WORD_END = re.compile(r"[^\w'\s-]")
_WORD_START = re.compile(r"[^\W\d_][\w'-]*")
Stem = tuple[str, Consequence | None]
_SCRIPT = re.compile("[\u0590-\u06ff\u0900-\u09ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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


def _any_of(kind: str, form: str = "") -> re.Pattern[str]:
    """The longest part first, so that a match is as long as it can be."""
    written = lexicon.text("unspaced", kind, form)
    parts = sorted({fold(clean(word.replace("_", " "))) for word in written.split()}, key=len, reverse=True)
    return re.compile("|".join(re.escape(part) for part in parts))


def _pattern(kind: str, table: str = "unspaced") -> re.Pattern[str]:
    return re.compile(lexicon.pattern(table, kind))


_ACTS = {consequence: _any_of("act", consequence) for consequence in Consequence}
_SECRET, _HANDLED = _any_of("secret"), _any_of("handles secret")
_IN_CODE, _STORED = _any_of("code"), _any_of("stored")
_WRITTEN = re.compile("(?<![上])(?:" + _any_of("writes").pattern + ")")
# A clause that says it is done, unless it still asks.
_REPORT, _ASKING = _pattern("report"), _pattern("asks")
_CHOICE, _NEGATION = _pattern("alternative question"), _pattern("part negator", "negations")
_CLAUSE, _LIVE = _pattern("clause end"), _pattern("live")


def is_unspaced(folded: str) -> bool:
    return _SCRIPT.search(folded) is not None


def unspaced_acts(folded: str) -> Iterator[tuple[Consequence, int]]:
    """What a sentence in one of these scripts directs, asks or plans, with the place where it says so."""
    start = 0
    for clause in _CLAUSE.split(folded):
        place = max(folded.find(clause, start), 0)
        start = place + len(clause)
        report = _REPORT.search(clause) is not None and _ASKING.search(clause) is None
        if clause and not report and not _NEGATION.search(_CHOICE.sub("", clause)):
            yield from ((consequence, place) for consequence in _acts(clause))


def _acts(clause: str) -> Iterator[Consequence]:
    writing = _WRITTEN.search(clause) is not None and _LIVE.search(clause) is None
    if not writing:
        edit = _IN_CODE.search(clause) is not None and _STORED.search(clause) is None
        for consequence, pattern in _ACTS.items():
            if pattern.search(clause) and not (consequence is Consequence.DESTRUCTIVE and edit):
                yield consequence
    if _SECRET.search(clause) and (_ACTS[Consequence.CREDENTIAL].search(clause) or _HANDLED.search(clause)):
        yield Consequence.CREDENTIAL
