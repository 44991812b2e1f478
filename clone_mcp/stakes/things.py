"""What kind of thing a noun phrase names: text under version control, data, something live, money, people.

The head of a phrase decides: a payment form is a form. What an act weighs on such a thing is read in `rulings`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.stakes.frames import small
from clone_mcp.stakes.text import CODED

LIVE, PATH, NAME, UNKNOWN = "LIVE", "PATH", "NAME", "?"
SENSITIVE = frozenset(("DATA", LIVE, "ACCESS", "PROTECTION", "SECRET", "MONEY", "PEOPLE", "PUBLIC", "LEGAL", "OUTSIDE"))
GRAVEST = (
    "SECRET",
    "MONEY",
    LIVE,
    "ACCESS",
    "LEGAL",
    "PROTECTION",
    "PEOPLE",
    "PUBLIC",
    "DATA",
    "OUTSIDE",
    "PACKAGE",
    "FILE",
    PATH,
)
TEXTS = frozenset(("CODE", "TEST", "DOCS", "TEXT", "CONFIG"))
"""Kinds under version control."""
_LOCAL_ANYWAY = frozenset(("CODE", "TEST", "DOCS", "TEXT", "BUILD", "CHECK", "SERVER"))
_PATH = re.compile(r"[\w)]/[\w(*]|^[~.]{0,2}/\w|\w\.[a-z]{1,5}\d?(?::\d+)?$|^\.\w+|\*\.")
_DOCS = re.compile(r"\.(?:md|mdx|rst|txt|adoc)$|^(?:readme|changelog|contributing)\b")
_SECRET = re.compile(
    r"(?:^|/)\.env(?:\.(?!example|sample|template)\w+)?$|\.(?:pem|p12|pfx|key)$|id_(?:rsa|ed25519)|\.npmrc$|\.netrc$|credentials(?:\.\w+)?$"
)
_ADDRESS, _PRICE = re.compile(r"^[\w.+-]+@[\w-]+\.\w+$"), re.compile(r"^[$€£¥]\s?\d|^\d[\d.,]*[$€£¥]$")
_SHELL_SECRET = re.compile(r"^\$\{?\w*(?:token|secret|passw|key)")
_OUTSIDE = re.compile(
    r"^(?:~|\.\./|/(?:etc|usr|var|home|root|opt|s?bin|lib|boot|dev|proc|sys|srv|mnt|media|private|library|applications|data)\b)"
)
_IDENTIFIER = re.compile(r"[a-z0-9]_[a-z0-9]|\(\)$|::|[a-z]\.[a-z]|^[@$#]\w|[<>]")


def _read(kind: str) -> dict[str, list[tuple[frozenset[str], str]]]:
    found: dict[str, list[tuple[frozenset[str], str]]] = {}
    for row in lexicon.rows("things", kind):
        for word in row.word.split():
            found.setdefault(word, []).append((frozenset(row.needs.split()), row.form))
    return found


_THINGS = {word: rows[-1][1] for word, rows in _read("thing").items()}
_WITH = _read("thing with")
_NUMBERS, _NAMING = small("number"), small("naming noun")
QUALIFIERS = {word: rows[0][1] for word, rows in _read("qualifier").items()}


def is_compound(first: str, second: str) -> bool:
    """ "Release notes", "build script": two words that are one listed thing."""
    return f"{first}_{second}" in _THINGS or f"{first}_{singular(second)}" in _THINGS


@lru_cache(maxsize=8192)
def kind_of(word: str) -> str:
    """The kind of one word, in the plural or not; empty for one that is not listed and does not look like code."""
    if found := _THINGS.get(word) or _THINGS.get(singular(word)):
        return found
    plain = word.removeprefix(CODED)
    if plain.endswith("'s"):
        return kind_of(plain[:-2])
    if _ADDRESS.search(plain):
        return "PEOPLE"
    if _PRICE.search(plain):
        return "MONEY"
    if _SECRET.search(plain) or _SHELL_SECRET.search(plain):
        return "SECRET"
    if _OUTSIDE.search(plain):
        return "OUTSIDE"
    if _DOCS.search(plain):
        return "DOCS"
    if _PATH.search(plain) and not plain.replace(".", "").isdigit():
        return PATH
    if plain != word:
        return _THINGS.get(plain) or _THINGS.get(singular(plain)) or NAME
    if _IDENTIFIER.search(plain):
        return NAME
    return kind_of(plain.rpartition("-")[2]) if "-" in plain[1:-1] else ""


@lru_cache(maxsize=8192)
def singular(word: str) -> str:
    """A noun without its plural."""
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    return word[:-1] if word.endswith("s") and not word.endswith("ss") else word


def head_kind(phrase: Sequence[str]) -> str:
    """The kind of a noun phrase: that of its head; `?` for a head that is not known."""
    if not phrase:
        return ""
    head = phrase[-1]
    for start in range(max(len(phrase) - 3, 0), len(phrase) - 1):
        compound = "_".join(word.removeprefix(CODED) for word in (*phrase[start:-1], singular(head)))
        if found := _THINGS.get(compound) or _THINGS.get("_".join(phrase[start:])):
            return _moved(found, phrase[:start])
    if len(phrase) > 1 and phrase[-2] in _NAMING and kind_of(phrase[-2]):
        return kind_of(phrase[-2])
    if all(word.strip("#").isdigit() or word in _NUMBERS for word in phrase):
        return "THING"
    kind = _with(head, phrase) or kind_of(head)
    if not kind or kind == NAME:
        return _by_modifiers(kind, phrase)
    return _moved(kind, phrase[:-1])


def _with(head: str, words: Sequence[str]) -> str:
    for needs, kind in _WITH.get(head, _WITH.get(singular(head), ())):
        if not needs.isdisjoint(words):
            return kind
    return ""


def _moved(kind: str, modifiers: Sequence[str]) -> str:
    """A production database is live, a production build is not."""
    if kind in _LOCAL_ANYWAY or kind == "THING":
        return kind
    return LIVE if any(QUALIFIERS.get(word) == LIVE for word in modifiers) and kind != "SECRET" else kind


def _by_modifiers(kind: str, phrase: Sequence[str]) -> str:
    """Of an unknown head: what it belongs to, if that is something sensitive."""
    named = {kind_of(word) for word in phrase[:-1]} & SENSITIVE
    if named:
        return min(named, key=GRAVEST.index)
    if any(QUALIFIERS.get(word) == LIVE for word in phrase):
        return LIVE
    beside = kind_of(phrase[-2]) if len(phrase) > 1 else ""
    return kind or (beside if beside in TEXTS else UNKNOWN)


def gravest(kinds: Iterable[str]) -> str:
    """The kind that decides where several things are named."""
    found = set(kinds)
    return next((kind for kind in GRAVEST if kind in found), min(found, default=""))
