"""Which claims are the same in other words, and which cannot both hold. Compares keys only: no sentences, no I/O."""

from __future__ import annotations

from collections.abc import Iterable

from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import Key, parsed, stem
from clone_mcp.language.tool_names import known
from clone_mcp.spelling import distance

_WEIGHTY = frozenset(map(stem, lexicon.words("keys", "weighty")))
"""Words that change what is claimed when one side has them and the other has not."""

_CHOICES = tuple(frozenset(map(stem, row.word.split())) for row in lexicon.rows("keys", "choice"))
"""Of each group one can have only one for the same purpose."""

_SPELT_ALIKE = range(6, 41)
"""Shorter words differ by one letter and mean something else; longer ones are not words."""


def same_claim(key: str, existing: Iterable[str]) -> str | None:
    """The existing key that says the same: exactly, in another order, with a slip of spelling or a word more."""
    keys = list(existing)
    if key in keys:
        return key
    wanted = parsed(key)
    best = max(((_likeness(wanted, parsed(other)), other) for other in keys), default=(0.0, ""))
    return best[1] if best[0] > 0 else None


def contrary(key: str, other: str) -> bool:
    """Whether two keys contradict: opposite signs, a comparison the other way round, or two of one choice."""
    a, b = parsed(key), parsed(other)
    if a.domain != b.domain or a.domain in ("habit", "use"):
        return False
    if a.dividers == b.dividers == ("over",):
        swapped = Key(b.domain, b.against, b.parts[::-1], b.dividers)
        return (a.against == b.against and _likeness(a, swapped) > 0) or _signs_differ(a, b)
    if a.dividers == ("over",) or b.dividers == ("over",):
        return _one_compares(a, b) if a.dividers else _one_compares(b, a)
    return _signs_differ(a, b) or (a.against == b.against is False and a.dividers == b.dividers and _one_choice(a, b))


def weighs(word: str) -> bool:
    """Whether a word changes what is claimed when only one side has it: one that weighs, a tool, a number."""
    return word in _WEIGHTY or known(word) or any(sign.isdigit() for sign in word)


def _signs_differ(a: Key, b: Key) -> bool:
    return a.against != b.against and _likeness(a, Key(b.domain, a.against, b.parts, b.dividers)) > 0


def _one_compares(comparison: Key, plain: Key) -> bool:
    """Tabs over spaces contradicts spaces, and no tabs."""
    refused = comparison.parts[0] if plain.against else comparison.parts[1]
    return not plain.dividers and not comparison.against and _part_likeness(refused, plain.parts[0]) > 0


def _one_choice(a: Key, b: Key) -> bool:
    differing = [(x - y, y - x) for x, y in zip(a.parts, b.parts, strict=True) if x != y]
    if len(differing) != 1:
        return False
    mine, theirs = differing[0]
    if len(mine) != 1 or len(theirs) != 1:
        return False
    (one,), (two,) = mine, theirs
    return any(one in group and two in group for group in _CHOICES) or _versions(one, two, a)


def _versions(one: str, two: str, key: Key) -> bool:
    """Python 3.11 and Python 3.13, but not port 80 and nothing else."""
    return one[0].isdigit() and two[0].isdigit() and any(known(word) for part in key.parts for word in part)


def _likeness(a: Key, b: Key) -> float:
    """From 0, another claim, to 1, the same one."""
    if (a.domain, a.against, a.dividers) != (b.domain, b.against, b.dividers) or a.domain in ("habit", "use"):
        return 1.0 if a == b else 0.0
    return min((_part_likeness(x, y) for x, y in zip(a.parts, b.parts, strict=True)), default=0.0)


def _part_likeness(a: frozenset[str], b: frozenset[str]) -> float:
    """One side may say a little more, or spell a word otherwise. It may not say something else."""
    shared = a & b
    left, right = sorted(a - b), sorted(b - a)
    misspelt = [(x, y) for x in left for y in right if _spelt_alike(x, y)]
    if misspelt and len(left) == len(right) == 1:
        return 0.9
    if left and right:
        return 0.0
    extra = left or right
    if any(map(weighs, extra)):
        return 0.0
    return len(shared) / (len(shared) + len(extra)) if shared and len(extra) * 3 <= len(shared) else 0.0


def _spelt_alike(a: str, b: str) -> bool:
    if len(a) not in _SPELT_ALIKE or len(b) not in _SPELT_ALIKE or a[0] != b[0] or not (a.isalpha() and b.isalpha()):
        return False
    return not (known(a) and known(b)) and distance(a, b) == 1
