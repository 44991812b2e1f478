"""What a pair of answers has in common and what sets it apart, as numbers: the rows the classifier learned from.

It judges nothing. The weights for these numbers are in weights.py, and verdict.py decides.
"""

from __future__ import annotations

import math
from functools import lru_cache

from clone_mcp.language.meaning.answer import Answer
from clone_mcp.language.meaning.reading import Reading
from clone_mcp.language.meaning.vocabulary import ASKS, RIVALS, SENSE
from clone_mcp.spelling import distance

NAMES = (
    "shared", "contained", "none_shared", "equal_content", "subset_by_1", "subset_by_2",
    "subset_by_more", "extra_less", "extra_more", "new_less", "new_more", "acts_apart", "acts_shared",
    "weighty_apart", "weighty_shared", "verb_apart", "verb_shared", "short", "long", "length_apart", "bare_both",
    "bare_one", "bare_one_said_asked", "bare_one_said_near", "bare_one_new", "bare_one_alone",
    "refuses_one", "denies_one", "asks_one",
    "asks_both", "asks_otherwise", "adds_one", "limits_one", "names_shared", "names_one", "names_apart",
    "numbers_one", "numbers_shared", "tells_one", "ends_one", "parts_apart", "wonders_one", "extra_pointed",
)  # fmt: skip
_WONDERS = frozenset(word for word, form in ASKS.items() if form not in ("whether", "what", "when"))
_LEAST_TYPED, _PREFIX, _FEW = 5, 5, 4


def traits(x: Answer, y: Answer) -> tuple[float, ...]:
    """One number for each of NAMES, the same whichever answer comes first."""
    a, b = x.reply, y.reply
    says_a, says_b = _compared(a, b)
    only_a, only_b = _apart(says_a, says_b)
    sizes = len(says_a), len(says_b)
    return (
        *_words(sizes, len(only_a), len(only_b)),
        *_news(x, y, only_a, only_b),
        *_acts(a, b),
        *_bareness(x, y),
        *_manner(a, b),
        float(bool(only_a) != bool(only_b) and only_a <= a.pointed and only_b <= b.pointed),
    )


def apart(a: Reading, b: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """What only one of them says."""
    return _apart(a.content, b.content)


def _compared(a: Reading, b: Reading) -> tuple[frozenset[str], frozenset[str]]:
    """What is compared: in a few words, "fix the tests" and "the tests" are about the same."""
    few = max(len(a.content), len(b.content)) <= _FEW
    return (a.specific, b.specific) if few and a.specific and b.specific else (a.content, b.content)


def _apart(a: frozenset[str], b: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """What only one of them has, slips and endings aside."""
    only_a, only_b = a - b, b - a
    if not only_a or not only_b or len(only_a) > 12 or len(only_b) > 12:
        return only_a, only_b
    alike = [(mine, theirs) for mine in only_a for theirs in only_b if mine[0] == theirs[0] and _alike(mine, theirs)]
    if not alike:
        return only_a, only_b
    return only_a - {mine for mine, _ in alike}, only_b - {theirs for _, theirs in alike}


def slips_aside(words: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """Those that are none of the others misspelt, small words included: "teh" is "the"."""
    return frozenset(word for word in words if not any(_slip(word, other) for other in others))


def _slip(word: str, other: str) -> bool:
    turned = len(word) == len(other) > 2 and word != other and sorted(word) == sorted(other)
    return word[0] == other[0] and (turned or _alike(word, other))


@lru_cache(maxsize=8192)
def _alike(a: str, b: str) -> bool:
    """Whether one is the other misspelt, or with another ending."""
    if min(len(a), len(b)) < _LEAST_TYPED or not (a + b).isalpha() or a in RIVALS or b in RIVALS:
        return False
    if a[:_PREFIX] == b[:_PREFIX] and abs(len(a) - len(b)) <= 3 and min(len(a), len(b)) >= 0.7 * max(len(a), len(b)):
        return True
    return not (a in SENSE and b in SENSE) and distance(a, b) <= 1 + (min(len(a), len(b)) > 7)


def _words(sizes: tuple[int, int], only_a: int, only_b: int) -> tuple[float, ...]:
    less, more = sorted(sizes)
    shared = (less + more - only_a - only_b) / 2
    extra_less, extra_more = sorted((only_a, only_b))
    says = less > 0
    return (
        2 * shared / (less + more) if says else 0.0,
        shared / less if says else 0.0,
        float(says and shared < 1),
        float(says and not extra_more),
        *(float(says and not extra_less and min(extra_more, 3) == extra) for extra in (1, 2, 3)),
        min(extra_less, 4) / 4,
        min(extra_more, 6) / 6,
    )


def _news(x: Answer, y: Answer, only_a: frozenset[str], only_b: frozenset[str]) -> tuple[float, ...]:
    """What one says more than the other and the question had not asked about."""
    less, more = sorted((len(only_a - x.heard.asked), len(only_b - y.heard.asked)))
    return min(less, 4) / 4, min(more, 6) / 6


def _acts(a: Reading, b: Reading) -> tuple[float, ...]:
    less, more = sorted((a.size, b.size))
    return (
        min(len(a.acts ^ b.acts), 3) / 3,
        float(bool(a.acts & b.acts)),
        float(a.weighty != b.weighty),
        float(bool(a.weighty & b.weighty)),
        float(bool(a.verb and b.verb) and a.verb != b.verb),
        float(bool(a.verb) and a.verb == b.verb),
        float(more <= 4),
        min(math.log1p(less), 4) / 4,
        min(math.log((more + 1) / (less + 1)), 3) / 3,
    )


def _bareness(x: Answer, y: Answer) -> tuple[float, ...]:
    """Where one of them only agrees or picks, and the other says what."""
    if x.reply.bare == y.reply.bare:
        return (float(x.reply.bare), *(0.0,) * 5)
    other = y if x.reply.bare else x
    says = other.reply.specific
    unasked = len(says - other.heard.asked)
    return (
        0.0,
        1.0,
        1 - unasked / max(1, len(says)) if other.heard.text else 0.0,
        len(says & other.heard.near) / max(1, len(says)),
        min(unasked, 4) / 4,
        float(not other.heard.text),
    )


def _manner(a: Reading, b: Reading) -> tuple[float, ...]:
    names, numbers = a.names & b.names, a.numbers & b.numbers
    return (
        float(a.refuses != b.refuses),
        float(bool(a.denied) != bool(b.denied)),
        float(bool(a.asks) != bool(b.asks)),
        float(bool(a.asks and b.asks)),
        float(bool(a.asks and b.asks) and a.asks != b.asks),
        float(a.adds != b.adds),
        float(a.limits != b.limits),
        float(bool(names)),
        float(bool(a.names) != bool(b.names)),
        float(bool(a.names and b.names) and not names),
        float(bool(a.numbers) != bool(b.numbers)),
        float(bool(numbers)),
        float(a.tells != b.tells),
        float((a.kind == "ends") != (b.kind == "ends")),
        min(abs(a.parts - b.parts), 3) / 3,
        float(a.wordings.isdisjoint(_WONDERS) != b.wordings.isdisjoint(_WONDERS)),
    )
