"""What a reply is like, whoever gives it and whatever it answers."""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import lru_cache

from clone_mcp.language.replies import intent_of
from clone_mcp.language.wording import drawn, tokens

_BANDS = (2, 6, 15, 60)
BANDS = len(_BANDS) + 1


@dataclass(frozen=True, slots=True)
class ReplyReading:
    """The reading of one reply."""

    words: tuple[str, ...]
    length: int
    """In words."""
    sketch: int
    intent: str
    band: int
    """Which of a few bands its length falls in."""
    shape: tuple[float, float, float]
    """Length, lines, mentions."""
    different: frozenset[str]
    """Its words, each once."""

    def among(self, words: frozenset[str]) -> float:
        """The share of its words that are among these."""
        if len(self.different) == self.length:
            return len(self.different & words) / (self.length or 1)
        return sum(map(words.__contains__, self.words)) / self.length


@lru_cache(maxsize=4096)
def said(text: str) -> ReplyReading:
    """Read a reply."""
    words, intent = tuple(tokens(text)), intent_of(text)
    return ReplyReading(
        words=words,
        length=len(words),
        sketch=drawn(words),
        intent=intent,
        band=bisect_left(_BANDS, len(words)),
        shape=(math.log1p(len(words)), float(text.count("\n") > 1), float("@" in text)),
        different=frozenset(words),
    )
