"""Whether two facts say the same, or the opposite: by their keys first, then by what their words mean.

Keys know signs and sides ("never", "over"), so they decide which way a wish goes. The meaning of the words, taken
without signs, decides whether two wishes are about the same thing. Where either is in doubt, two facts stay two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import parsed, stem
from clone_mcp.language.meaning.compare import compare
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.meaning.vocabulary import sense
from clone_mcp.language.wording import fold
from clone_mcp.memory.merge import contrary, same_claim, weighs
from clone_mcp.models.memory import Claim, Fact

HABIT, USE = "habit", "use"
"""The domains of keys whose words are names, and mean nothing else."""

_FRAME = re.compile(lexicon.pattern("wishes", "frame"), re.IGNORECASE)
_QUOTE = re.compile("“([^”]+)”")


def same_fact(claim: Claim, facts: Iterable[Fact]) -> Fact | None:
    """The fact that says what the claim says, if there is one."""
    known = {fact.key: fact for fact in facts}
    if key := same_claim(claim.key, known):
        return known[key]
    return next((fact for fact in known.values() if same_meaning(claim.key, claim.text, fact.key, fact.text)), None)


def same_meaning(key: str, text: str, other: str, other_text: str) -> bool:
    """Whether two facts that have different keys say the same all the same."""
    a, b = parsed(key), parsed(other)
    if a.domain != b.domain or a.domain == USE or a.against != b.against:
        return False
    if a.domain == HABIT:
        return any(_same_reply(mine, theirs) for mine in quoted(text) for theirs in quoted(other_text))
    return a.dividers == b.dividers and "over" not in a.dividers and _about_the_same(text, other_text)


def opposed(key: str, text: str, other: str, other_text: str) -> bool:
    """Whether two facts can't both hold."""
    if contrary(key, other):
        return True
    a, b = parsed(key), parsed(other)
    if a.domain != b.domain or a.domain in (HABIT, USE) or a.dividers or b.dividers:
        return False
    if a.against != b.against:
        return _about_the_same(text, other_text)
    return not a.against and _rivals(wish_in(text), wish_in(other_text))


def quoted(text: str) -> list[str]:
    """The replies that a habit's text quotes."""
    return _QUOTE.findall(text)


def wish_in(text: str) -> str:
    """What a fact's text wishes for, without whose wish it is and without its sign."""
    said = _QUOTE.search(text)
    return _FRAME.sub("", said[1] if said else text).rstrip(" .")


def _about_the_same(text: str, other_text: str) -> bool:
    one, two = wish_in(text), wish_in(other_text)
    mine, theirs = read(one).content, read(two).content
    # Where each has a word that the other lacks, they are two things: one tool and another.
    nested = bool(mine and theirs) and (mine <= theirs or theirs <= mine)
    return nested and not _one_says_more(one, two) and compare(one, two).sameness == "same"


def _one_says_more(one: str, two: str) -> bool:
    """Whether a word that weighs stands on one side only, and none that means the same on the other."""
    apart = _meant(one) ^ _meant(two)
    return any(map(weighs, apart))


def _meant(text: str) -> frozenset[str]:
    return frozenset(stem(sense(word)) for word in fold(text).split())


def _rivals(one: str, two: str) -> bool:
    """Short commits and long commits: alike but for one word of a row of which one excludes the others."""
    a, b = read(one), read(two)
    apart = a.content ^ b.content
    return len(apart) == 2 and bool(a.content & b.content) and apart <= a.rivals | b.rivals and _excluded(one, two)


def _excluded(one: str, two: str) -> bool:
    verdict = compare(one, two)
    return verdict.sameness == "different" and verdict.reason == "rival"


def _same_reply(one: str, two: str) -> bool:
    return compare(one, two).sameness == "same"
