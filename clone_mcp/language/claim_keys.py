"""What makes two claims the same one: a key that survives rewording, and knows its own opposite.

A key reads `want + tab over space`: a domain, whether the person is for or against it, and the words that matter,
sorted inside each part. Words such as `over` and `before` divide parts, because what stands on which side matters.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.language.tool_names import TOOLS
from clone_mcp.language.wording import UNSPACED

LONGEST = 240
_READ = 1000
_WORD = re.compile(r"[^\W_]+(?:[.+#][^\W_]+)*(?:\+\+|#)?|[/!]?[^\W_]+")
_FOR, _AGAINST = "+", "-"

_ALIASES, _INFLECTED = (
    {other: row.form for row in lexicon.rows("keys", kind) for other in row.word.split()}
    for kind in ("alias", "inflected")
)
_PHRASES = tuple(
    (re.compile(lexicon.pattern("keys", "phrase", form)), form.replace("_", " "))
    for form in lexicon.forms("keys", "phrase")
)
_DIVIDERS = lexicon.words("keys", "divider")
_NEGATIONS = lexicon.words("negations", "key negator")
_AS_THEY_ARE = frozenset(TOOLS) | _DIVIDERS | _NEGATIONS


@dataclass(frozen=True, slots=True)
class Key:
    """A key taken apart. `parts` are words; `dividers` stand between them."""

    domain: str
    against: bool
    parts: tuple[frozenset[str], ...]
    dividers: tuple[str, ...] = ()

    def __str__(self) -> str:
        said = [_in_order(self.parts[0])]
        for divider, part in zip(self.dividers, self.parts[1:], strict=True):
            said += [divider, _in_order(part)]
        return f"{self.domain} {_AGAINST if self.against else _FOR} {' '.join(said)}"[:LONGEST].rstrip()


def _in_order(part: frozenset[str]) -> str:
    """Dividers first: one that stands before all else divides nothing, and is read back as a word."""
    return " ".join(sorted(part, key=lambda word: (word not in _DIVIDERS, word)))


def key_of(domain: str, text: str, *, against: bool = False) -> str:
    """The key of a claim in words. A negation inside the words turns it round."""
    return str(_composed(domain, text, against=against))


@lru_cache(maxsize=10_000)
def parsed(key: str) -> Key:
    """A key taken apart. A key that was written in another way is read as plain words."""
    domain, _, rest = key.partition(" ")
    sign, _, words = rest[:_READ].partition(" ")
    if sign not in (_FOR, _AGAINST):
        return _composed("", key, against=False)
    parts, dividers = _divided(words.split())
    return Key(domain, sign == _AGAINST, parts, dividers)


def opposite(key: str) -> str:
    """The key of what contradicts it: the other way round for a comparison, the other sign for anything else."""
    taken = parsed(key)
    if taken.dividers == ("over",):
        return str(replace(taken, parts=taken.parts[::-1]))
    return str(replace(taken, against=not taken.against))


def _composed(domain: str, text: str, *, against: bool) -> Key:
    parts, dividers = _divided(_words(text))
    # What is denied is the claim itself only in its first part: ask when not sure.
    first = [word for word in parts[0] if word in _NEGATIONS]
    kept = (parts[0].difference(first), *parts[1:])
    return _straightened(Key(domain, against ^ bool(len(first) % 2), kept, dividers))


def _straightened(taken: Key) -> Key:
    """Never A without B says: always B before A. A dislike of A over B says: B over A."""
    if taken.against and taken.dividers == ("without",):
        return replace(taken, against=False, parts=taken.parts[::-1], dividers=("before",))
    if taken.against and taken.dividers == ("over",):
        return replace(taken, against=False, parts=taken.parts[::-1])
    if taken.dividers == ("after",):
        return replace(taken, parts=taken.parts[::-1], dividers=("before",))
    return taken


def _divided(words: list[str]) -> tuple[tuple[frozenset[str], ...], tuple[str, ...]]:
    parts: list[set[str]] = [set()]
    dividers: list[str] = []
    for word in words:
        if word in _DIVIDERS and parts[-1]:
            dividers.append(word)
            parts.append(set())
        else:
            parts[-1].add(word)
    if dividers and not parts[-1]:
        dividers.pop()
        parts.pop()
    return tuple(frozenset(part) for part in parts), tuple(dividers)


def _words(text: str) -> list[str]:
    said = UNSPACED.sub(r" \1 ", text[:_READ].casefold().replace("’", "'"))
    for phrase, word in _PHRASES:
        said = phrase.sub(word, said)
    return [word for word in map(stem, _WORD.findall(said)) if word not in _SILENT]


def stem(word: str) -> str:
    """English endings that say nothing of the meaning. Short words and words with digits stay as they are."""
    word = _ALIASES.get(word) or _INFLECTED.get(word) or word
    if len(word) < 4 or not word.isascii() or not word.isalpha() or word in _AS_THEY_ARE:
        return word
    for ending, instead in (("ies", "y"), ("ting", "t"), ("ing", ""), ("ches", "ch"), ("shes", "sh"), ("sses", "ss")):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return _ending_aside(word[: -len(ending)] + instead)
    if word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-1]
    return _ending_aside(word)


def _ending_aside(word: str) -> str:
    """Merge and merging, commit and committing meet here."""
    word = _ALIASES.get(word) or word
    if len(word) > 3 and word[-1] == word[-2] and word[-1] in "bdgmnprt":
        return word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


_SILENT = frozenset(said for word in lexicon.words("keys", "silent") for said in (word, stem(word)))
