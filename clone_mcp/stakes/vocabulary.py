"""From a word to the acts it may stand for, spelled right or with one slip."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache
from itertools import chain

from clone_mcp.stakes import english, languages, phrasal
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.grammar import ORDINARY_VERBS, ORDINARY_WORDS
from clone_mcp.stakes.inflection import inflect
from clone_mcp.stakes.nouns import kinds
from clone_mcp.stakes.spelling import fold, lookalike
from clone_mcp.stakes.tables import entries


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


_CODE = frozenset(("CODE",))


def _english() -> Iterator[tuple[str, Use]]:
    for consequence, table in chain(english.VERBS.items(), phrasal.VERBS.items()):
        for verbs, needed, spared in entries(table):
            needs, spares = frozenset(needed.split()), frozenset(spared.split())
            for form, word in (pair for verb in verbs.split() for pair in _forms(verb)):
                yield word, Use(consequence, "en", form, needs, spares)
    yield "gone", Use(Consequence.DESTRUCTIVE, "en", Form.PAST)
    for consequence, nouns in english.NOUNS.items():
        use = Use(consequence, "en", Form.NOUN, spares=_CODE)
        yield from ((noun + plural, use) for noun in nouns.split() for plural in ("", "s"))


def _forms(verb: str) -> Iterator[tuple[Form, str]]:
    does, ing, past = inflect(verb)
    yield Form.DIRECT, verb
    yield Form.GERUND, ing
    yield Form.DOES, does
    yield from ((Form.PAST, word) for word in past)


def _foreign(table: str) -> Iterator[tuple[str, Use]]:
    for head, needed, _ in entries(table):
        kind, language, verbs = head.replace(":", "").split(" ", 2)
        needs = frozenset((needed,)) if needed == "CRED" else frozenset(fold(needed).replace("data", "DATA").split())
        for form, word in (pair for verb in verbs.split() for pair in _conjugate(language, verb)):
            yield fold(word), Use(Consequence(kind), language, form, needs, _CODE)


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


_WORDS = _collect(chain(_english(), _foreign(languages.VERBS)))
_TURKISH = _collect(_foreign(languages.TURKISH_STEMS))
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
    if "/" in token:
        parts = token.split("/")
        return _WORDS.get(parts[0], ()) if len(parts) == 2 else ()
    plain = token.translate(_LEET)
    return _WORDS.get(plain, ()) if plain != token and any(c.isalpha() for c in token) and plain.isalpha() else ()


def is_known(verb: str) -> bool:
    """Whether the tables already judge this English verb."""
    return any(use.language == "en" for use in _WORDS.get(verb, ()))


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
def misspelt(token: str, *, even_ordinary: bool = False) -> tuple[Use, ...]:
    """The readings of words one slip away: a letter dropped, doubled or changed, or two swapped."""
    only = "en" if _is_active(token) else ""  # right in another language, so at most a slip in English
    found = (use for word in sorted(one_slip_away(token, even_ordinary=even_ordinary)) for use in _WORDS[word])
    return tuple(use for use in found if use.form not in (Form.DOES, Form.PAST) and only in ("", use.language))


def one_slip_away(token: str, *, even_ordinary: bool = False) -> set[str]:
    """The dangerous words that a token which is none itself may be a slip for."""
    if "'" in token[:3]:
        token = token.partition("'")[2]
    if len(token) < _SHORTEST_TYPO - 1 or not token.isalpha() or kinds(token) or _is_active(token, "en"):
        return set()
    if token in (ORDINARY_VERBS if even_ordinary else ORDINARY_WORDS):
        return set()
    slips = _slips()
    near = set(slips.get(token, ()))
    if len(token) > _SHORTEST_TYPO:
        near.update(token[:i] + token[i + 1 :] for i in range(1, len(token)) if token[i] == token[i - 1])
        near &= _WORDS.keys()
    for short in _deletes(token):
        near.update(word for word in slips.get(short, ()) if _one_slip(token, word))
    return near


def _is_active(token: str, language: str = "") -> bool:
    readings = _WORDS.get(token, ())
    if language:
        return any(use.language == language for use in readings)
    return any(use.form not in (Form.DOES, Form.PAST) for use in readings)


def _one_slip(token: str, word: str) -> bool:
    """Equal length, and either one letter differs or two neighbours are swapped."""
    if len(token) != len(word):
        return False
    places = [i for i in range(len(word)) if token[i] != word[i]]
    if len(places) == 1:
        return len(word) > _SHORTEST_TYPO and places[0] > 0
    return (
        len(places) == 2
        and places[1] == places[0] + 1
        and token[places[0]] == word[places[1]]
        and token[places[1]] == word[places[0]]
    )
