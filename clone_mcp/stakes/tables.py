"""Word tables of the lexicon, folded as the texts are that they are compared with.

Only what several readers share. A table that a single file needs is read in that file.
"""

from itertools import groupby

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import fold


def folded(table: str, kind: str, form: str = "") -> frozenset[str]:
    """The words of a kind (and form)."""
    return frozenset(fold(lexicon.text(table, kind, form)).split())


# A question made of nothing but these points back at what stands before it.
ASKS_NOTHING = folded("grammar", "empty ask")
RUNS = folded("grammar", "runs")
# Verbs of writing code, tests and words.
WRITING = folded("grammar", "writes")
ENGLISH_WRITING = frozenset(
    fold(" ".join(row.word for row in lexicon.rows("grammar", "writes") if row.language == "en")).split()
)
NEGATORS = folded("negations", "act negator")
STOPWORDS = {
    language: frozenset(fold(" ".join(row.word for row in found)).split())
    for language, found in groupby(lexicon.rows("grammar", "stopword"), key=lambda row: row.language)
}
