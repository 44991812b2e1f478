"""A text cut into sentences, with what each is for: to ask, to announce, to inform.

What a sentence would have done is not read here, but in `reading`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import close_up, fold
from clone_mcp.stakes.tables import ASKS, EMPTY, FACTS, PLANS, RUNS, folded, kinds_in

_LINE_START = re.compile(
    r"\s*(?:[>#|]+\s*|[-+•▪◦●]+\s+|\(?\d{1,2}[.):]\s*|\(?[a-h][.)]\s+)+(?:\[[ x]?\]\s*)?(?=\S)", re.IGNORECASE
)
_SENTENCE_END = re.compile(
    r"(?<=[^\s\d(]\.)[\"')\]]*\s+|(?<=[^\s(][!?])[\"')\]]*\s+|(?<=\s[?!])\s+|(?<=[。!?…])(?=[^\x00-\x7f])"
)
_TOKEN = re.compile(
    r"\$(?=\d)|[\w$']+(?:[.\-:/@][\w]+)*|\.env\b|\.\w+rc\b|&&|->|=>|--(?=\s)|(?<= )[-+](?= )|[;:,|&()]|[$€£¥₹]"
)
_LONGEST_SENTENCE = 1200
_SHORT_ASK = 9
_POINTERS = folded("grammar", "pointer")
_PAIRS = {
    (first, second)
    for row in lexicon.rows("objects", "pair")
    for first in row.word.split()
    for second in row.needs.split()
}
_SECONDS = frozenset(second for _, second in _PAIRS)
_NEEDED = {(row.word, article) for row in lexicon.rows("grammar", "need of a thing") for article in row.needs.split()}
_WISHES = folded("grammar", "wish verb")


@dataclass(frozen=True, slots=True)
class Sentence:
    text: str
    """As a person reads it; excerpts are taken from here."""
    folded: str
    tokens: tuple[str, ...]
    words: frozenset[str]
    item: bool = False
    header: bool = False
    """Ends in a colon: what follows hangs on it."""
    asks: bool = field(default=False)
    plans: bool = field(default=False)

    @property
    def names(self) -> frozenset[str]:
        """The kinds of things the sentence names."""
        return kinds_in(self.words)

    @property
    def is_empty_ask(self) -> bool:
        """ "Shall I go ahead?" asks for whatever was said before."""
        if not self.asks:
            return False
        if self.words & _POINTERS and ((self.words & RUNS and len(self.tokens) <= _SHORT_ASK) or len(self.tokens) <= 3):
            return True
        return all(word in EMPTY or not word[0].isalnum() for word in self.words)


@lru_cache(maxsize=16)
def sentences(cleaned: str) -> tuple[Sentence, ...]:
    return tuple(_sentence(text, item) for text, item in _cut(close_up(cleaned)))


def _sentence(text: str, item: bool) -> Sentence:
    text = " ".join(text.split()) if "  " in text else text
    folded = fold(text)
    tokens = _joined(_TOKEN.findall(folded))
    words = frozenset(tokens)
    asks = "?" in folded or not ASKS.isdisjoint(words)
    return Sentence(
        text,
        folded,
        tokens,
        words,
        item,
        header=text.endswith(":"),
        asks=asks,
        plans=not PLANS.isdisjoint(words),
    )


def _joined(tokens: list[str]) -> tuple[str, ...]:
    """Two words that are one thing: "api key", "pull request", "force push"."""
    if _SECONDS.isdisjoint(tokens):
        return tuple(tokens)
    joined: list[str] = []
    for token in tokens:
        if joined and (joined[-1], token) in _PAIRS:
            joined[-1] += "-" + token
        else:
            joined.append(token)
    return tuple(joined)


def _cut(text: str) -> Iterator[tuple[str, bool]]:
    """Pieces between sentence ends; a line that merely wraps stays with the one before it."""
    for block, item in _blocks(text):
        for piece in _SENTENCE_END.split(block):
            for start in range(0, len(piece), _LONGEST_SENTENCE):
                part = piece[max(start - 60, 0) : start + _LONGEST_SENTENCE].strip()
                if part:
                    yield part, item


def _blocks(text: str) -> Iterator[tuple[str, bool]]:
    """Lines, joined where a sentence runs on: list items, headings and blank lines start a new one."""
    held: list[str] = []
    item = False
    for line in text.splitlines():
        stripped = line.strip()
        marker = _LINE_START.match(line)
        ends = not stripped or marker is not None or (held and held[-1].endswith((".", "!", "?", ":", ";", "。")))
        if ends and held:
            yield " ".join(held), item
            held, item = [], False
        if stripped:
            if not held:
                item = marker is not None
            held.append(line[marker.end() :].strip() if marker else stripped)
    if held:
        yield " ".join(held), item


def asks_for_facts(tokens: Sequence[str]) -> bool:
    """ "Did the push succeed?", "Do you have a subscription?": leave is not what is asked for."""
    if tokens[:1] == ("when",) and not {"should", "shall"}.isdisjoint(tokens):
        return False
    return not FACTS.isdisjoint(tokens[:1]) or (
        tuple(tokens[:1]) == ("do",)
        and tokens[1:2] in (("you",), ("we",), ("they",))
        and (_WISHES.isdisjoint(tokens[2:5]) or tuple(tokens[2:4]) in _NEEDED)
    )
