"""How replies and questions are compared: what counts as the same phrase, and which questions are alike."""

from __future__ import annotations

import re
from zlib import crc32

from clone_mcp.language import lexicon

PASTED = 2000
"""A prompt longer than this is a paste: it says nothing of how the person replies."""
PHRASE = 200
"""A longer reply is never offered again, only counted."""

SKETCH_BITS = 512
_TAIL = 1200
_WORDS = 60
_WORD = re.compile(r"[^\W_]+")
_APART = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
"""The same for ASCII, as a table: three times as fast, and every row of a bundle is read so."""
_NOT_WORDS = re.compile(r"[\W_]+")
# Chinese, Japanese and Korean write without spaces: each character is a word.
_CJK = re.compile(r"([\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")

_COMMON = lexicon.words("replies", "common")


def fold(text: str) -> str:
    """The phrase behind a spelling: case, punctuation and white space aside."""
    return _NOT_WORDS.sub(" ", text.casefold()).strip() or text.strip()


def words(text: str) -> list[str]:
    """The words of a text that say what it is about."""
    folded = text.casefold()
    found = folded.translate(_APART).split() if folded.isascii() else _WORD.findall(_CJK.sub(r" \1 ", folded))
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
