"""How a text speaks: whether it asks, tells, agrees or refuses, and the act it begins with.

What the text is about is read in reading.py. The words that tell are rows of lexicon/meaning.tsv.
"""

from __future__ import annotations

from collections.abc import Iterator

from clone_mcp.language.meaning.cut import BREAK
from clone_mcp.language.meaning.vocabulary import (
    ADDS,
    ASKS,
    ASSENT,
    DENIAL,
    EMPTY,
    ENDS,
    REFUSAL,
    REQUEST,
    STOP,
    TELLS,
    VERBS,
    sense,
)

_BEFORE_A_QUESTION = ADDS | ASSENT | frozenset(("so", "but", "and", "hmm", "then", "nice"))
_BEFORE_A_VERB = EMPTY | ADDS | ASSENT | ENDS.keys() | REQUEST | frozenset(("you", "go", "have", "let"))
_MAKES = {"add": "create", "keep": "leave"}


def asks(words: tuple[str, ...], *, question: bool) -> str:
    """What is asked for. An order in the form of a question asks nothing."""
    clauses = [clause for clause in sentences(words) if clause]
    if not clauses:
        return ""
    clause = clauses[-1 if question else 0]
    opening = next((word for word in clause[:4] if word not in _BEFORE_A_QUESTION), "")
    if opening in REQUEST:
        return ""
    if opening in ASKS and len(clause) > 1 and (question or ASKS[opening] != "whether" or _inverted(clause, opening)):
        return ASKS[opening]
    if not question:
        return ""
    return next((ASKS[word] for word in clause if word in ASKS and ASKS[word] != "whether"), "whether")


def _inverted(clause: list[str], opening: str) -> bool:
    """ "Did you": a question also without its mark."""
    after = clause.index(opening) + 1
    asked = (
        ("you", "we", "they", "i", "there") if opening == "do" else ("you", "we", "they", "i", "there", "it", "this")
    )
    return after < len(clause) - 1 and clause[after] in asked


def sentences(words: tuple[str, ...]) -> Iterator[list[str]]:
    sentence: list[str] = []
    for word in words:
        if word == BREAK:
            yield sentence
            sentence = []
        else:
            sentence.append(word)
    yield sentence


def start(said: list[str]) -> str:
    for word in said[:3]:
        if word in REFUSAL or word in STOP:
            return "no"
        if word in ASSENT:
            return "yes"
        if word in DENIAL:
            return "no"
    return ""


def verb(said: list[str]) -> str:
    """What it says to do, where it begins with that."""
    for word in said:
        known = sense(word)
        if known in VERBS:
            return _MAKES.get(known, known)
        if word not in _BEFORE_A_VERB:
            return ""
    return ""


def tells(said: list[str]) -> bool:
    return next((word for word in said if word not in ASSENT and word not in REFUSAL), "") in TELLS
