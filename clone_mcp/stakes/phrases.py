"""Dangers said without a dangerous verb: a price, a warning, a live system, a secret in clear."""

import re
from collections.abc import Iterator

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.tables import Patterns, patterns_by_word

_BY_WORD: Patterns = patterns_by_word("phrases", "phrase")
_WORDS = frozenset(_BY_WORD)
_METHOD = re.compile(rf"\.(?:{lexicon.pattern('phrases', 'method')})\(")
_BROAD_ACCESS = re.compile(lexicon.pattern("phrases", "broad access"))
_MONEY_TOKEN = re.compile(r"\$\d")
_SECRET_VALUE = re.compile(lexicon.pattern("phrases", "secret value"))
_WANTED = re.compile(
    rf"\b(?:{lexicon.pattern('phrases', 'secret wanted')})\b[^.?!\n]{{0,40}}\b"
    rf"(?:{lexicon.pattern('phrases', 'secret name')})\b(?!\s+(?:{lexicon.pattern('phrases', 'secret property')}))"
)
_VALUE = re.compile(r"(?<!\S)(?=\S*\d)(?=\S*[a-z])\S{5,}|(?<![\w#])\d{4,}|\b\d{3}[ -]\d{3}\b")
_LONGEST_SECRET = 200


def phrases(folded: str, words: frozenset[str]) -> Iterator[tuple[Consequence, int]]:
    for word in words & _WORDS:
        for consequence, pattern in _BY_WORD[word]:
            if found := pattern.search(folded):
                yield consequence, found.start()
    if "(" in folded and (found := _METHOD.search(folded)):
        yield Consequence.DESTRUCTIVE, found.start()
    if "access" in folded and (found := _BROAD_ACCESS.search(folded)):
        yield Consequence.CREDENTIAL, found.start()
    if "$" in folded and (found := _MONEY_TOKEN.search(folded)):
        yield Consequence.COSTLY, found.start()


def carries_secret(folded: str) -> bool:
    """A reply that itself hands a password or key over."""
    return _SECRET_VALUE.search(folded) is not None


def names_value(reply: str) -> bool:
    """Whether a folded reply holds what could be a password or code."""
    return len(reply) < _LONGEST_SECRET and _VALUE.search(reply) is not None


def wants_secret(question: str) -> bool:
    return _WANTED.search(question) is not None
