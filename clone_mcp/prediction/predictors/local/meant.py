"""Which of a person's sayings mean the same as a candidate.

Two replies that mean the same count as one; two that only resemble each other compete, the more so if one is the
opposite of the other. A comparison takes long, so a candidate is held only against sayings that could mean the same: of
226,087 pairs of real replies 302 did, and no other pair than those looked at here but "continue" and "continue?".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from clone_mcp.language.choices import Choice
from clone_mcp.language.meaning.compare import compare
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.wording import BITS, drawn
from clone_mcp.prediction.predictors.local.sayings import WORD, Bits, Flags, bits

_SHARED = 0.35
"""Twice what both are about, over what each is about: with less in common, two hardly ever mean the same."""


@dataclass(frozen=True, slots=True)
class _About:
    """What decides whether a text is worth comparing."""

    content: bytes
    bare: bool


class Meant:
    """Sayings by what they are about."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Texts may be empty, where the wording is not kept: those mean the same as nothing else."""
        self._texts = texts
        self._content, self._bare = _columns(texts)
        self._kept = np.array([bool(text) for text in texts], np.bool_)

    def same(self, texts: Sequence[str], resembling: Flags) -> Flags:
        """For each of these texts, which sayings mean the same. `resembling`: which resemble it."""
        content, bare = _columns(texts)
        shared = np.bitwise_count(content[:, None] & self._content).sum(axis=2, dtype=np.int64)
        sizes = np.bitwise_count(content).sum(axis=1, dtype=np.int64)[:, None] + np.bitwise_count(self._content).sum(
            axis=1, dtype=np.int64
        )
        worth_comparing = (
            resembling | ((2 * shared >= _SHARED * sizes) & (shared > 0)) | (bare[:, None] & self._bare)
        ) & self._kept
        found = np.zeros(worth_comparing.shape, np.bool_)
        rows, places = np.nonzero(worth_comparing)
        pairs = map(same_reply, map(texts.__getitem__, rows.tolist()), map(self._texts.__getitem__, places.tolist()))
        found[rows, places] = list(pairs)
        return found


def _columns(texts: Sequence[str]) -> tuple[Bits, Flags]:
    read_ = [_about(text) for text in texts]
    content = np.frombuffer(b"".join([each.content for each in read_]), np.uint64).reshape(-1, BITS // WORD)
    return content, np.array([each.bare for each in read_], np.bool_)


@lru_cache(maxsize=8192)
def _about(text: str) -> _About:
    reading = read(text)
    return _About(bits(drawn(sorted(reading.content))), reading.bare)


@lru_cache(maxsize=65536)
def same_reply(a: str, b: str) -> bool:
    """Whether two replies mean the same, whatever was asked."""
    return a == b or (_comparable(a, b) and compare(a, b).sameness == "same")


def same_answer(a: str, b: str, question: str) -> bool:
    """Whether two replies to this question mean the same."""
    return same_reply(a, b) or (_comparable(a, b) and compare(a, b, question).sameness == "same")


def _comparable(a: str, b: str) -> bool:
    """Whether it takes a comparison to tell: two that are about nothing in common do not mean the same."""
    mine, theirs = read(a), read(b)
    return mine.bare or theirs.bare or mine.folded == theirs.folded or not mine.content.isdisjoint(theirs.content)


@lru_cache(maxsize=8192)
def taken(text: str, options: tuple[Choice, ...]) -> int | None:
    """The place of the one option that a reply takes, and no more than that."""
    same = [place for place, (_, option) in enumerate(options) if compare(text, option, "", options).sameness == "same"]
    return same[0] if len(same) == 1 else None
