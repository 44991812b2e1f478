"""From a word to the acts it may stand for, in all its forms, spelled right or with one slip.

Whether it stands for them where it is written is not decided here, but in `usage`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache, lru_cache

from clone_mcp.language import lexicon
from clone_mcp.stakes.findings import Consequence
from clone_mcp.stakes.spelling import fold, lookalike
from clone_mcp.stakes.tables import ORDINARY_VERBS, ORDINARY_WORDS, folded, kinds

_IRREGULAR = {row.word: row.form for row in lexicon.rows("inflections", "irregular")}
_DOUBLED = lexicon.words("inflections", "doubled")


def inflect(verb: str) -> tuple[str, str, tuple[str, ...]]:
    """(-s form, -ing form, past forms) of an English verb."""
    if verb.endswith("ie"):
        stem, ing = verb, verb[:-2] + "ying"
    elif verb.endswith("e") and not verb.endswith("ee"):
        stem, ing = verb, verb[:-1] + "ing"
    elif verb in _DOUBLED:
        stem, ing = verb + verb[-1], verb + verb[-1] + "ing"
    else:
        stem, ing = verb, verb + "ing"
    soft_y = verb.endswith("y") and verb[-2] not in "aeiou"
    sibilant = verb.endswith(("s", "x", "z", "ch", "sh", "o"))
    does = verb[:-1] + "ies" if soft_y else verb + ("es" if sibilant else "s")
    past = verb[:-1] + "ied" if soft_y else stem + ("d" if stem.endswith("e") else "ed")
    return does, ing, tuple(_IRREGULAR.get(verb, past).split())


def conjugate(language: str, verb: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(forms that direct or plan, forms that report) of a foreign verb, written `stem-class` or as it is."""
    stem, hyphen, kind = verb.partition("-")
    now, past = (_endings(which).get((language, kind), "").split() for which in ("ending", "past ending"))
    if not hyphen or not now:
        return (verb.replace("-", ""),), ()
    directs = [stem + ending for ending in now]
    reports = [stem + ending for ending in past]
    if language == "de":
        directs += [stem, "zu" + stem + kind]
        reports += ["ge" + stem + ending for ending in (*past, "en")]
    return tuple(directs), tuple(reports)


@cache
def _endings(which: str) -> Mapping[tuple[str, str], str]:
    return {(row.language, row.word): row.form for row in lexicon.rows("inflections", which)}


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
_CLITICS = folded("inflections", "clitic")
_ELISIONS = folded("inflections", "elision")
_LEET = str.maketrans("013457@$", "oieastas")


def _acts() -> Iterator[tuple[str, Use]]:
    """Every form of every act's words."""
    for row in lexicon.rows("acts", "verb"):
        use = _uses_of(row)
        yield from ((word, use[form]) for verb in row.word.split() for form, word in _forms(row.language, verb))
    for row in lexicon.rows("acts", "past"):
        yield from ((word, _uses_of(row)[Form.PAST]) for word in row.word.split())
    for row in lexicon.rows("acts", "noun"):
        use = _uses_of(row)[Form.NOUN]
        yield from ((noun + plural, use) for noun in row.word.split() for plural in ("", "s"))


def _stems() -> Iterator[tuple[str, Use]]:
    for row in lexicon.rows("acts", "stem"):
        use = _uses_of(row)[Form.DIRECT]
        yield from ((fold(word), use) for word in row.word.replace("-", "").split())


def _uses_of(row: lexicon.Row) -> dict[Form, Use]:
    consequence, needs, spares = Consequence(row.form), _objects(row.needs), _objects(row.spares)
    return {form: Use(consequence, row.language, form, needs, spares) for form in Form}


@cache
def _objects(written: str) -> frozenset[str]:
    """Objects as texts have them; kinds of objects stay in capitals."""
    return frozenset(word if word.isupper() else fold(word) for word in written.split())


def _forms(language: str, verb: str) -> Iterator[tuple[Form, str]]:
    if language == "en":
        does, ing, past = inflect(verb)
        yield from ((Form.DIRECT, verb), (Form.GERUND, ing), (Form.DOES, does))
        yield from ((Form.PAST, word) for word in past)
    else:
        directs, reports = conjugate(language, verb)
        yield from ((Form.DIRECT, fold(word)) for word in directs)
        yield from ((Form.PAST, fold(word)) for word in reports)


def _collect(pairs: Iterator[tuple[str, Use]]) -> dict[str, tuple[Use, ...]]:
    table: dict[str, dict[Use, None]] = {}
    for word, use in pairs:
        table.setdefault(word, {})[use] = None
    return {word: tuple(uses) for word, uses in table.items()}


_WORDS = _collect(_acts())
_TURKISH = _collect(_stems())
_TURKISH_PAST = tuple(folded("inflections", "stem past ending"))
_TURKISH_ENDINGS = folded("inflections", "stem ending")


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
        if found and not token.endswith(_TURKISH_PAST) and (end > 3 or token[end:] in _TURKISH_ENDINGS):
            return found
    return ()


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
