"""A text cut into names, numbers, words and the marks between clauses.

It gives no word a meaning: reading.py and manner.py do that with what is cut here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

from clone_mcp.language.meaning.vocabulary import CJK, RIVALS, SENSE, UNSPACED, phrases_joined

LOOKED_AT = 2000
"""Characters that are read. A longer text is the same as another only when all of it is equal."""
BREAK = "."
"""Stands for every mark that ends a clause."""

_NOT_ASCII_APOSTROPHE = re.compile("[’‘ʼ`´]")
_NOT = re.compile(r"(?<=\w)n't\b")
_NE = re.compile(r"\bn'(?=\w)")
_ELISION = re.compile(r"\b(?:[cdjlmst]|qu)'(?=\w)")
_ENDING = (
    "md|mdc|mdx|py|pyi|ts|tsx|js|jsx|mjs|cjs|go|rs|java|kt|rb|php|cs|c|h|cc|cpp|hpp|html|css|scss|json|jsonl|yaml|yml|toml"
    "|xml|txt|csv|tsv|sql|sh|env|lock|log|ini|cfg|ipynb|db|sqlite|png|jpg|jpeg|gif|svg|pdf|vue|swift|dart|lua|tf|zip|gz"
)
_NAME = re.compile(
    r"https?://\S+"
    r"|@[\w./-]*\w"
    r"|(?<![\w/])/[a-z][\w-]*(?::[\w-]+)*(?![\w/])"
    r"|(?<![\w-])--?[a-z][\w-]+"
    r"|(?<![\w./])\.[a-z][\w.-]*\w"
    r"|(?<![\w/.~])(?:~|\.{1,2})?/(?:[\w.-]+/)*[\w.-]*\w"
    r"|(?<![\w/])(?:[\w.-]+/){2,}[\w.-]*\w"
    rf"|(?<![\w/])(?:[\w.-]+/)*[\w-][\w.-]*\.(?:{_ENDING})\b"
    r"|\b[a-z0-9]*_[a-z0-9_]*[a-z0-9]\b"
    r"|\b[a-z]{2,6}-\d+\b"
    r"|\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b",
    re.IGNORECASE | re.ASCII,
)
_MAY_NAME = re.compile(r"[/@_\d]|[.-]\w")
"""Stands in every name: most texts have none, and looking for this is quicker."""
_CAMEL = re.compile(r"\b(?:[a-z]+[A-Z]\w*|[A-Z]+[a-z]+[A-Z]\w*)\b")


_UNIT = r"(?:\ ?(?:[kmgt]b|ms|px|rem|em|[kmgsh])\b(?!'))?"
_NUMBER, _MARKS = rf"\d+(?:[.:]\d+|,\d{{3}}(?!\d))*{_UNIT}", ".,;:!?。、\n"
_PIECE = re.compile(rf"{_NUMBER}|(?=[\u2000-\U0010ffff])(?:{UNSPACED})|[{CJK}]|[^\W\d_{CJK}]{{1,40}}|[{_MARKS}]")
_ASCII_PIECE = re.compile(rf"{_NUMBER}|[a-z]{{1,40}}|[{_MARKS}]")
_SIGN = re.compile(
    r"[<>!=]=+|[<>=%]|&&|\|\||(?<=\w)(?:#|\+\+|\\(?=\w))|(?<![\w)])-(?=\d)"
    r"|(?<![\w!])!(?=\w)|[$€£¥₽₹₩](?=\ ?\d)|(?<=\d)[€$£¥₽₹₩]|(?<=\d\ )[€$£¥₽₹₩]|[~^](?=\d)"
    r"|(?<!\S)[+*/-]$|(?<=\b\w\ )[+*/-](?=\ \w\b)|(?<=\d)/(?=\d)"
)


@dataclass(frozen=True, slots=True)
class Cut:
    """What stands in a text, in its order."""

    words: tuple[str, ...]
    """In lower case; `.` where a clause ends."""
    names: tuple[str, ...]
    """Paths, files, commands, options, identifiers: written the one way or the other, not put into other words."""
    numbers: tuple[str, ...]
    """With their unit where that is a letter or two: "5k", "5gb"."""
    signs: frozenset[str]
    """What changes the sense of a number or a name: "<" and ">", "$" and "€", "C" and "C#"."""
    asks: bool
    """Ends with a question mark."""
    whole: bool
    """All of it was read."""


def cut(text: str) -> Cut:
    """Cut a text. What is beyond LOOKED_AT is left aside."""
    looked_at = _NOT_ASCII_APOSTROPHE.sub("'", text[:LOOKED_AT].strip())
    if not looked_at.isascii():
        looked_at = normalize("NFKC", looked_at)[:LOOKED_AT]
    named, plain = _camels(looked_at), looked_at
    if _MAY_NAME.search(looked_at):
        named += _NAME.findall(looked_at)
        plain = _NAME.sub(" ", looked_at)
    lower = plain.casefold()
    lower = _ELISION.sub("", _NE.sub("ne ", _NOT.sub(" not", lower))).replace("'", " ")
    words, numbers = list[str](), list[str]()
    for piece in phrases_joined((_ASCII_PIECE if lower.isascii() else _PIECE).findall(lower)):
        if piece[0].isdigit():
            piece = piece.replace(" ", "")  # "5 GB" is "5GB".
            numbers.append(piece)
        words.append(BREAK if piece in _MARKS else piece)
    return Cut(
        words=tuple(words),
        names=tuple(dict.fromkeys(map(_name, named))),
        numbers=tuple(numbers),
        signs=frozenset(_SIGN.findall(plain)),
        asks=looked_at.rstrip("!. \n").endswith(("?", "؟")),
        whole=len(text) <= LOOKED_AT,
    )


def _name(written: str) -> str:
    """A name without what only says that it is one: "@src/app.py", "./src/app.py"."""
    return written.casefold().removeprefix("@").removeprefix("./").rstrip("./")


def _camels(text: str) -> list[str]:
    """Identifiers of several words. A product that is written so is a word like others."""
    return [name for name in _CAMEL.findall(text) if name.casefold() not in RIVALS and name.casefold() not in SENSE]
