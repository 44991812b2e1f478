"""Languages whose words spaces or beginnings don't cut out: Chinese, Japanese, Korean, Thai, Hindi, Arabic, Hebrew."""

import re
from collections.abc import Iterator

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.spelling import clean, fold

_SCRIPT = re.compile("[\u0590-\u06ff\u0900-\u09ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


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
        if clause and not _is_report(clause) and not _NEGATION.search(_CHOICE.sub("", clause)):
            yield from ((consequence, place) for consequence in _acts(clause))


def _is_report(clause: str) -> bool:
    return _REPORT.search(clause) is not None and _ASKING.search(clause) is None


def _acts(clause: str) -> Iterator[Consequence]:
    writing = _WRITTEN.search(clause) is not None and _LIVE.search(clause) is None
    if not writing:
        for consequence, pattern in _ACTS.items():
            if pattern.search(clause) and not (consequence is Consequence.DESTRUCTIVE and _is_edit(clause)):
                yield consequence
    if _SECRET.search(clause) and (_ACTS[Consequence.CREDENTIAL].search(clause) or _HANDLED.search(clause)):
        yield Consequence.CREDENTIAL


def _is_edit(clause: str) -> bool:
    return _IN_CODE.search(clause) is not None and _STORED.search(clause) is None
