"""WordPiece: texts as the numbers that a BERT-like model was trained on.

The model that reads these numbers is in minilm.py. Clone's own words for comparing texts are in language/wording.py.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path

_LONGEST_WORD = 100
"""Characters. A longer word is unknown, as in BERT's own tokenizer."""
_ALSO_PUNCTUATION = frozenset("$+<=>^`|~")
"""What Unicode counts as symbols, and BERT's tokenizer as punctuation."""
_CJK = (
    (0x3400, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0x20000, 0x2A6DF),
    (0x2A700, 0x2CEAF),
    (0x2F800, 0x2FA1F),
)
"""Blocks of characters that stand alone, as BERT's tokenizer has them."""


class WordPiece:
    """A vocabulary, and how texts are cut up into it."""

    def __init__(self, vocabulary: Mapping[str, int], *, lower: bool) -> None:
        self._numbers = vocabulary
        self._lower = lower
        self._unknown, self._first, self._last = (vocabulary[name] for name in ("[UNK]", "[CLS]", "[SEP]"))

    @classmethod
    def load(cls, path: Path, *, lower: bool) -> WordPiece:
        """From a `vocab.txt`: one piece a line. Raises OSError, and KeyError when it lacks what every text needs."""
        pieces = path.read_text(encoding="utf-8").splitlines()
        return cls({piece: number for number, piece in enumerate(pieces)}, lower=lower)

    def numbers(self, text: str, *, most: int) -> list[int]:
        """The text between the marks that begin and end it, cut to `most` in all."""
        found: list[int] = []
        for word in self._words(text):
            found += self._pieces(word)
            if len(found) > most - 2:
                break
        return [self._first, *found[: most - 2], self._last]

    def _words(self, text: str) -> Iterator[str]:
        if self._lower:
            apart = unicodedata.normalize("NFD", text.lower())
            text = "".join(c for c in apart if unicodedata.category(c) != "Mn")
        word = ""
        for char in text:
            alone = _stands_alone(char)
            if alone or char.isspace():
                if word:
                    yield word
                word = ""
                if alone:
                    yield char
            elif not unicodedata.category(char).startswith("C"):
                word += char
        if word:
            yield word

    def _pieces(self, word: str) -> list[int]:
        """The longest pieces that make up the word, from its beginning on; one unknown if there is no such way."""
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        pieces: list[int] = []
        start = 0
        while start < len(word):
            prefix = "##" if start else ""
            ends = range(len(word), start, -1)
            end = next((end for end in ends if prefix + word[start:end] in self._numbers), None)
            if end is None:
                return [self._unknown]
            pieces.append(self._numbers[prefix + word[start:end]])
            start = end
        return pieces


def _stands_alone(char: str) -> bool:
    if char in _ALSO_PUNCTUATION or unicodedata.category(char).startswith("P"):
        return True
    return any(low <= ord(char) <= high for low, high in _CJK)
