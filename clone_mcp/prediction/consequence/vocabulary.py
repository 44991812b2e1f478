"""From a word to the acts it may stand for, spelled right or with one slip."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache

from clone_mcp.prediction.consequence import english, languages
from clone_mcp.prediction.consequence.findings import Consequence
from clone_mcp.prediction.consequence.grammar import ORDINARY_WORDS
from clone_mcp.prediction.consequence.nouns import kinds
from clone_mcp.prediction.consequence.spelling import fold, lookalike


class Form(Enum):
    DIRECT = auto()
    """What one says to have it done: imperative, infinitive, first person, subjunctive."""
    GERUND = auto()
    DOES = auto()
    """What something else does: "the script drops the table"."""
    PAST = auto()
    NOUN = auto()


@dataclass(frozen=True, slots=True)
class Use:
    """One reading of a word."""

    consequence: Consequence
    language: str
    form: Form
    needs: frozenset[str] = frozenset()
    spares: frozenset[str] = frozenset()


_SHORTEST_TYPO = 5
_CLITICS = frozenset("la le les lo los las a o os as moi toi lui leur y en l il the it them me nos".split())
_ELISIONS = frozenset("l d j s n m t c qu".split())
_LEET = str.maketrans("013457@$", "oieastas")


def _english() -> Iterator[tuple[str, Use]]:
    for consequence, verbs, needs, spares in english.ROWS:
        wanted, spared = frozenset(needs.split()), frozenset(spares.split())
        for verb in verbs.split():
            does, ing, past = english.inflect(verb)
            for form, words in (
                (Form.DIRECT, (verb,)),
                (Form.GERUND, ing),
                (Form.DOES, does),
                (Form.PAST, past),
            ):
                yield from ((word, Use(consequence, "en", form, wanted, spared)) for word in words)
    for consequence, nouns in english.NOUNS.items():
        use = Use(consequence, "en", Form.NOUN, spares=frozenset(("CODE",)))
        yield from ((noun + plural, use) for noun in nouns.split() for plural in ("", "s"))


def _foreign() -> Iterator[tuple[str, Use]]:
    for consequence, language, verbs, needs in languages.ROWS:
        wanted = frozenset(fold(needs).split()) if needs != "CRED" else frozenset(("CRED",))
        for verb in verbs.split():
            for form, word in _conjugate(language, verb):
                yield fold(word), Use(consequence, language, form, wanted, frozenset(("CODE",)))


def _conjugate(language: str, verb: str) -> Iterator[tuple[Form, str]]:
    stem, hyphen, kind = verb.partition("-")
    endings = languages.ENDINGS[language].get(kind) if hyphen else None
    if endings is None:
        yield Form.DIRECT, verb.replace("-", "")
        return
    now, past = endings
    yield from ((Form.DIRECT, stem + ending) for ending in now.split())
    yield from ((Form.PAST, stem + ending) for ending in past.split())
    if language == "de":
        yield Form.DIRECT, stem
        yield Form.DIRECT, "zu" + stem + kind
        yield from ((Form.PAST, "ge" + stem + ending) for ending in (*past.split(), "en"))


def _collect(pairs: Iterator[tuple[str, Use]]) -> dict[str, tuple[Use, ...]]:
    table: dict[str, dict[Use, None]] = {}
    for word, use in pairs:
        table.setdefault(word, {})[use] = None
    return {word: tuple(uses) for word, uses in table.items()}


def _turkish() -> dict[str, tuple[Use, ...]]:
    return _collect(
        (
            fold(stem.replace("-", " ")),
            Use(
                consequence,
                "tr",
                Form.DIRECT,
                frozenset(fold(needs).split()) if needs != "CRED" else frozenset(("CRED",)),
                frozenset(("CODE",)),
            ),
        )
        for consequence, stems, needs in languages.STEMS
        for stem in stems.split()
    )


def _everything() -> Iterator[tuple[str, Use]]:
    yield from _english()
    yield from _foreign()


_WORDS = _collect(_everything())
_TURKISH = _turkish()
_TURKISH_PAST = tuple(fold(ending) for ending in languages.TURKISH_PAST)


@lru_cache(maxsize=16384)
def uses(token: str) -> tuple[Use, ...]:
    """The readings of a folded word; empty for the many words that mean nothing here."""
    found = _WORDS.get(token)
    if found is not None:
        return found
    if len(token) >= 5 and (stem := _turkish_stem(token)):
        return stem
    if not token.isalpha():
        return _inside(token)
    if not token.isascii():
        return _WORDS.get(lookalike(token), ())
    return ()


def _turkish_stem(token: str) -> tuple[Use, ...]:
    for end in range(3, min(len(token), 9) + 1):
        found = _TURKISH.get(token[:end])
        if found and not token.endswith(_TURKISH_PAST) and (end > 3 or _looks_turkish(token, end)):
            return found
    return ()


def _looks_turkish(token: str, end: int) -> bool:
    return token[end:] in {"in", "elim", "eyim", "sin", "iyor", "iyorum", "erim", "ecegim", "meli", "mek", "inmeli"}


def _inside(token: str) -> tuple[Use, ...]:
    """`supprime-la`, `l'effacer`, `d3lete`, `_delete_`: a known word with something attached."""
    bare = token.strip("_'-.")
    if bare != token:
        return uses(bare)
    head, hyphen, tail = token.partition("-")
    if hyphen and (tail in _CLITICS or head == "re"):
        return uses(head if tail in _CLITICS else tail)
    head, apostrophe, tail = token.partition("'")
    if apostrophe and head in _ELISIONS:
        return uses(tail)
    if apostrophe:
        return uses(head) if len(tail) <= 4 and head not in {"i", "let"} else ()
    plain = token.translate(_LEET)
    return _WORDS.get(plain, ()) if plain != token and any(c.isalpha() for c in token) and plain.isalpha() else ()


def _deletes(word: str) -> set[str]:
    return {word[:i] + word[i + 1 :] for i in range(len(word))}


@cache
def _slips() -> dict[str, set[str]]:
    """Every dangerous word with one letter left out, so that one slip is found without comparing to each word."""
    table: dict[str, set[str]] = {}
    for word, readings in _WORDS.items():
        if len(word) < _SHORTEST_TYPO or all(use.form in (Form.DOES, Form.PAST) for use in readings):
            continue
        for short in _deletes(word):
            table.setdefault(short, set()).add(word)
    return table


@lru_cache(maxsize=16384)
def misspelt(token: str) -> tuple[Use, ...]:
    """The readings of words one slip away: a letter dropped, doubled, added, changed, or two swapped."""
    if (
        len(token) < _SHORTEST_TYPO - 1
        or not token.isalpha()
        or token in ORDINARY_WORDS
        or token in _WORDS
        or kinds(token)
    ):
        return ()
    slips = _slips()
    near = set(slips.get(token, ()))
    for short in _deletes(token):
        if short in _WORDS and len(short) >= _SHORTEST_TYPO:
            near.add(short)
        near.update(word for word in slips.get(short, ()) if _one_slip(token, word))
    return tuple(use for word in sorted(near) for use in _WORDS[word] if use.form not in (Form.DOES, Form.PAST))


def _one_slip(token: str, word: str) -> bool:
    """Equal length, and either one letter differs or two neighbours are swapped."""
    if len(token) != len(word):
        return False
    places = [i for i in range(len(word)) if token[i] != word[i]]
    if len(places) == 1:
        return True
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and token[places[0]] == word[places[1]]
        and token[places[1]] == word[places[0]]
    )
