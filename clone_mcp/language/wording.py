"""How texts are compared by their wording: what is the same phrase, which words they share, and sketches of them.

That finds again what was said. Whether two replies mean the same is decided in `meaning/`, never by resemblance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable
from functools import lru_cache
from zlib import crc32

from clone_mcp.language import lexicon

PASTED = 2000
"""A prompt longer than this is a paste: it says nothing of how the person replies."""
PHRASE = 200
"""A longer reply is never offered again, only counted."""

SKETCH_BITS = 512
_TAIL, _WORDS = 1200, 60
"""A sketch is made of so many of the last characters, and of so many of their last words."""
_WORD = re.compile(r"[^\W_]+")
_APART = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
"""The same for ASCII, as a table: three times as fast, and every row of a bundle is read so."""
_NOT_WORDS = re.compile(r"[\W_]+")
_CJK = r"\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af"
UNSPACED = re.compile(f"([{_CJK}])")
"""Chinese, Japanese and Korean write without spaces: each character is a word."""

_COMMON = lexicon.words("replies", "common")


def fold(text: str) -> str:
    """The phrase behind a spelling: case, punctuation and white space aside."""
    return _NOT_WORDS.sub(" ", text.casefold()).strip() or text.strip()


def words(text: str) -> list[str]:
    """The words of a text that say what it is about."""
    folded = text.casefold()
    found = folded.translate(_APART).split() if folded.isascii() else _WORD.findall(UNSPACED.sub(r" \1 ", folded))
    return [word for word in found if word not in _COMMON]


def sketch(text: str) -> int:
    """A bit set of the last words an agent said. Alike texts share bits; the text can't be read back from it."""
    bits = 0
    for word in words(text[-_TAIL:])[-_WORDS:]:
        bits |= 1 << crc32(word.encode()) % SKETCH_BITS
    return bits


def packed(bits: int) -> bytes:
    """A sketch as it is stored."""
    return bits.to_bytes(SKETCH_BITS // 8, "big")


_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_LOOKED_AT, _SPELLED = 4000, 2000
"""Characters that are looked at for words, and for spelling."""
BITS = 256
"""Of what `drawn` makes. Stored with each reply, so it must not change."""
WORDS_ALIKE, SPELLING_ALIKE = 0.5, 0.6
"""Shared words, and likeness of spelling, from which two texts resemble each other."""


def tokens(text: str) -> list[str]:
    """Its words, lower case; every Chinese, Japanese or Korean sign is a word."""
    return _TOKEN.findall(text[:_LOOKED_AT].lower())


def drawn(words: Iterable[str]) -> int:
    """A set of words as a bit set, so that likeness costs one population count."""
    bits = 0
    for word in words:
        bits |= 1 << crc32(word.encode(errors="replace")) % BITS
    return bits


def token_f1(a: str, b: str) -> float:
    """Shared words over all words, counted with repetition. Below one half, 0 will do."""
    (bag_a, n_a), (bag_b, n_b) = bag(a), bag(b)
    if not n_a or not n_b or 4 * min(n_a, n_b) < n_a + n_b:
        return 0.0
    shared = sum(min(bag_a[word], bag_b[word]) for word in bag_a.keys() & bag_b.keys())
    return 2 * shared / (n_a + n_b)


def resembles(a: str, b: str) -> bool:
    """Whether two texts are alike: but for case and marks, in their words, or in their spelling.

    "Run the tests" resembles "don't run the tests": whether two replies mean the same is for `meaning` to say.
    """
    return _folded(a) == _folded(b) or token_f1(a, b) >= WORDS_ALIKE or _trigram_cosine(a, b) >= SPELLING_ALIKE


_folded = lru_cache(maxsize=2048)(fold)


@lru_cache(maxsize=2048)
def bag(text: str) -> tuple[dict[str, int], int]:
    """Its words, counted, and how many there are."""
    words = tokens(text)
    return dict(Counter(words)), len(words)


@lru_cache(maxsize=2048)
def trigrams(text: str) -> tuple[dict[str, int], float]:
    """Its spelling in threes, counted, and the length of that vector."""
    padded = f" {_folded(text)[:_SPELLED]} "
    grams = dict(Counter(padded[i : i + 3] for i in range(len(padded) - 2)))
    return grams, math.sqrt(sum(n * n for n in grams.values()))


def _trigram_cosine(a: str, b: str) -> float:
    (grams_a, norm_a), (grams_b, norm_b) = trigrams(a), trigrams(b)
    if not norm_a or not norm_b:
        return 0.0
    shared = grams_a.keys() & grams_b.keys()
    return sum(grams_a[gram] * grams_b[gram] for gram in shared) / (norm_a * norm_b)
