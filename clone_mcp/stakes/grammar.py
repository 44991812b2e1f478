"""Small words that decide what a sentence does: ask, plan, deny, report, or merely mention."""

from collections.abc import Sequence
from itertools import groupby

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import fold
from clone_mcp.stakes.tables import folded

# A sentence with one of these (or a question mark) asks for leave or announces; only there can a "yes" authorise.
ASKS = folded("grammar", "asks")
PLANS = folded("grammar", "plans")
# A question made of nothing but these points back at what stands before it.
EMPTY = folded("grammar", "empty ask")
BE_ASKED = folded("grammar", "asked to be")
REPORTED = folded("grammar", "reported")
DETERMINERS = folded("grammar", "determiner")
LIGHT = folded("grammar", "light verb")
SUBJECTS = folded("grammar", "subject")
RUNS = folded("grammar", "runs")
COORDINATORS = folded("grammar", "coordinator")
PREPOSITIONS = folded("grammar", "preposition")
# Verbs of writing code, tests and words: what they take is a description of behaviour, not the behaviour.
WRITING = folded("grammar", "writes")
ENGLISH_WRITING = frozenset(
    fold(" ".join(row.word for row in lexicon.rows("grammar", "writes") if row.language == "en")).split()
)
# What follows these is talked about, whatever its grammar.
TALKING = folded("grammar", "talks about")
NEGATORS = folded("negations", "act negator")
INVERTED = folded("grammar", "inverted subject")
HARMLESS_NEGATED = folded("negations", "harmless when negated")
REFRAINED = folded("negations", "refrained")
# What an agent asks leave for all day: all that may follow "Shall I" without raising a doubt.
ORDINARY = folded("ordinary", "ordinary verb")
# Words one slip away from a dangerous one that people really use; of these, the verbs.
ORDINARY_WORDS = folded("ordinary", "ordinary near a slip")
ORDINARY_VERBS = folded("ordinary", "ordinary verb near a slip")
# Forms of foreign verbs that English texts use for something else; they need foreign company to count.
FALSE_FRIENDS = folded("grammar", "false friend")
STOPWORDS = {
    language: frozenset(fold(" ".join(row.word for row in found)).split())
    for language, found in groupby(lexicon.rows("grammar", "stopword"), key=lambda row: row.language)
}
# Words of English sentences that other languages don't use.
ENGLISH = folded("grammar", "only English")
FACTS = folded("grammar", "asks for facts")
_NEEDED = {(row.word, article) for row in lexicon.rows("grammar", "need of a thing") for article in row.needs.split()}
_WISHES = folded("grammar", "wish verb")


def asks_for_facts(tokens: Sequence[str]) -> bool:
    """ "Did the push succeed?", "Do you have a subscription?": leave is not what is asked for."""
    if tokens[:1] == ("when",) and not {"should", "shall"}.isdisjoint(tokens):
        return False
    return not FACTS.isdisjoint(tokens[:1]) or (
        tuple(tokens[:1]) == ("do",)
        and tokens[1:2] in (("you",), ("we",), ("they",))
        and (_WISHES.isdisjoint(tokens[2:5]) or tuple(tokens[2:4]) in _NEEDED)
    )
