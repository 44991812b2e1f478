"""From a word to the verb it is a form of, and the class of acts that verb belongs to.

What a class weighs with which object is a row of language/lexicon/rulings.tsv, read in `rulings`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from clone_mcp.language import lexicon
from clone_mcp.stakes.spelling import lookalike

_DOUBLED = frozenset("bdgklmnprtvz")
_VOWELS = frozenset("aeiou")
_SHORTEST_SLIP, _LETTERS = 5, "abcdefghijklmnopqrstuvwxyz"
_LEET = str.maketrans("013457@$", "oieastas")
_GENTLEST = ("look", "test", "choose", "build", "edit")
"""Classes whose verbs a slip of the pen is read as, if it can't be another verb."""


_GRAVEST = (
    "look",
    "choose",
    "go",
    "test",
    "build",
    "edit",
    "git",
    "light",
    "run",
    "move",
    "stop",
    "weaken",
    "grant",
    "tell",
    "publish",
    "install",
    "pay",
    "remove",
)


class Form(Enum):
    """What a verb's form tells."""

    BASE = auto()
    GERUND = auto()
    DOES = auto()
    PAST = auto()


@dataclass(frozen=True, slots=True)
class Verb:
    """One reading of a word."""

    lemma: str
    form: Form


_CLASSES: dict[str, str] = {verb: row.form for row in lexicon.rows("deeds", "deed") for verb in row.word.split()}
_WITH: dict[str, list[tuple[frozenset[str], str]]] = {}
for _row in lexicon.rows("deeds", "deed with"):
    for _deed in _row.word.split():
        _WITH.setdefault(_deed, []).append((frozenset(_row.needs.split()), _row.form))
_IRREGULAR = {word: row.form for row in lexicon.rows("deeds", "inflection") for word in row.word.split()}


def class_of(lemma: str, kinds: Iterable[str] = (), *words: Iterable[str]) -> str:
    """The class of acts a verb stands for, with what it is done to: the gravest that its words call for.

    Words count before kinds, and earlier words before later ones: heads before what stands beside them.
    """
    rows = _WITH.get(lemma)
    for around in (*words, kinds) if rows else ():
        said = set(around)
        found = [other for needs, other in rows or () if not needs.isdisjoint(said)]
        if found:
            return max(found, key=_GRAVEST.index)
    return _CLASSES[lemma]


def _inflected(verb: str) -> Iterator[tuple[str, Form]]:
    head, _, particle = verb.partition("_")
    tail = f"_{particle}" if particle else ""
    for word, form in _forms(head):
        yield word + tail, form


def _forms(verb: str) -> Iterator[tuple[str, Form]]:
    yield verb, Form.BASE
    soft = verb.endswith("y") and verb[-2:-1] not in _VOWELS
    yield (
        (verb[:-1] + "ies" if soft else verb + ("es" if verb.endswith(("s", "x", "z", "ch", "sh", "o")) else "s")),
        Form.DOES,
    )
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith(("ee", "ye", "oe")) else verb
    yield (verb[:-2] + "ying" if verb.endswith("ie") else stem + "ing"), Form.GERUND
    yield (verb[:-1] + "ied" if soft else stem + "ed" if not verb.endswith("e") else verb + "d"), Form.PAST
    if verb[-1] in _DOUBLED and verb[-2:-1] in _VOWELS and verb[-3:-2] not in _VOWELS:
        yield verb + verb[-1] + "ing", Form.GERUND
        yield verb + verb[-1] + "ed", Form.PAST


def _table() -> dict[str, Verb]:
    found: dict[str, Verb] = {}
    for verb in _CLASSES:
        for word, form in _inflected(verb):
            if form is Form.BASE or word not in found:
                found[word] = Verb(verb, form)
    phrasal: dict[str, list[str]] = {}
    for verb in _CLASSES:
        if "_" in verb:
            head, _, particle = verb.partition("_")
            phrasal.setdefault(head, []).append(particle)
    for word, base in _IRREGULAR.items():
        form = Form.GERUND if word.endswith("ing") else Form.PAST
        if base in _CLASSES and word not in found:
            found[word] = Verb(base, form)
        for particle in phrasal.get(base, ()):
            found.setdefault(f"{word}_{particle}", Verb(f"{base}_{particle}", form))
    return found


_VERBS = _table()


def verb_at(tokens: tuple[str, ...], at: int) -> tuple[Verb, int] | None:
    """The verb that begins there, and how many tokens it takes: "set up" is one, "set it up" the verb without."""
    return _verb(tokens[at], *tokens[at + 1 : at + 3])


@lru_cache(maxsize=65536)
def _verb(word: str, *after: str) -> tuple[Verb, int] | None:
    for taken in range(len(after), 0, -1):
        if found := _VERBS.get("_".join((word, *after[:taken]))):
            return found, taken + 1
    spellings = (word, word.replace("-", ""), word.replace("-", "_")) if "-" in word else (word,)
    return next(((found, 1) for spelling in spellings if (found := _VERBS.get(spelling))), None)


_NEVER_GRAVE = frozenset(("look", "choose", "go", "test", "build", "edit", "git", "light", "run"))
GRAVE_STARTS = frozenset(
    word.partition("_")[0]
    for word, verb in _VERBS.items()
    if _CLASSES[verb.lemma] not in _NEVER_GRAVE
    or (verb.form is Form.PAST and any(name not in _NEVER_GRAVE for _, name in _WITH.get(verb.lemma, ())))
)
"""First words of verbs whose acts may be grave."""


def apart(verb: Verb, tokens: Iterable[str]) -> Verb:
    """ "Set it up" as "set up": the verb with a particle that stands behind its object."""
    for token in tokens:
        if (found := _VERBS.get(f"{verb.lemma}_{token}")) is not None:
            return Verb(found.lemma, verb.form)
    return verb


@lru_cache(maxsize=4096)
def slip(word: str) -> Verb | None:
    """The verb a word is one slip away from; a grave one if it may be that as well."""
    plain = lookalike(word).translate(_LEET)
    if plain != word and (found := _VERBS.get(plain)):
        return found
    if len(word) < _SHORTEST_SLIP or not (word.isascii() and word.isalpha()):
        return None
    near = {found for each in _one_slip(word) if (found := _VERBS.get(each))}
    grave = [each for each in near if _CLASSES[each.lemma] not in _GENTLEST]
    return max(grave or near, key=lambda each: (_GRAVEST.index(_CLASSES[each.lemma]), each.lemma)) if near else None


def _one_slip(word: str) -> Iterator[str]:
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in _LETTERS:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
