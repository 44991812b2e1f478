"""The clauses of a directed sentence: each verb with what it is done to, where, and for whom.

It parts words and judges nothing: what a clause weighs is read in `rulings`, which sentences direct anything in `moods`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.stakes.text import BREAKS, CODED, Sentence
from clone_mcp.stakes.things import is_compound, kind_of
from clone_mcp.stakes.verbs import Form, Verb, apart, class_of, slip, verb_at

Phrase = tuple[str, ...]
_SPAN = "\x12"


def frames(kind: str) -> dict[str, list[Phrase]]:
    """Word sequences of a kind by their first word, the longest first."""
    found: dict[str, list[Phrase]] = {}
    for written in sorted(lexicon.text("frames", kind).split(), key=lambda each: -each.count("_")):
        words = tuple(written.strip("_").split("_"))
        found.setdefault(words[0], []).append(words)
    return found


def frame_at(known: dict[str, list[Phrase]], tokens: Phrase, at: int) -> int:
    """How many tokens a frame takes that begins there; 0 where none does."""
    for words in known.get(tokens[at], ()):
        if tokens[at : at + len(words)] == words:
            return len(words)
    return 0


FILLERS, NEGATORS = frames("filler"), frames("negator")
PREPOSITIONS, SUBORDINATORS = frames("preposition"), frames("subordinator")
DETERMINERS = lexicon.words("frames", "determiner")
PRONOUNS = lexicon.words("frames", "pronoun")
COORDINATORS = lexicon.words("frames", "coordinator") | BREAKS
ADVERBS = lexicon.words("frames", "adverb")
OTHERS = lexicon.words("frames", "not mine")
_BY = frozenset(("by", "via", "after", "before", "then"))
_ENDS_OBJECT = frozenset(("to",))
_NAMES = frozenset(("CODE", "TEST", "DOCS", "TEXT", "THING", "CONFIG", "NAME", "PATH", "CHECK", "BUILD"))
_SUBJECTS = frozenset(("i", "we", "you", "they", "he", "she"))
"""Begin what says which: "the server I started"."""
_INDIRECT = frozenset(("how", "what", "why", "whether", "where", "when"))
_PURPOSEFUL = frozenset(("edit", "look", "test", "build"))
"""With these a purpose or a relative clause says how something is to behave, not what is done."""
_NO_VERBS = (
    lexicon.words("frames", "english") | lexicon.words("frames", "fact") | PREPOSITIONS.keys() | ADVERBS | PRONOUNS | DETERMINERS
) | frozenset(("should", "shall", "must", "may", "might"))
_SAYS_NOTHING = frozenset(("i", "we", "i'll", "we'll", "the", "a", "an", "-", "yes", "ok", "okay", "sure", "no"))


@dataclass(frozen=True, slots=True)
class Clause:
    """One act as it is worded."""

    verb: Verb | None
    """None: a word nobody knows stands where the verb should."""
    word: str
    objects: tuple[Phrase, ...]
    qualifiers: tuple[tuple[str, Phrase], ...]
    """Each with its preposition."""
    pronoun: bool
    """Its object is said elsewhere: "delete it"."""
    tokens: Phrase
    loose: Phrase = ()
    """What hangs on it: a purpose, a relative clause."""


def clauses(sentence: Sentence, start: int = 0) -> Iterator[Clause]:
    """The clauses from there to the sentence's end."""
    tokens, at = sentence.tokens, start
    while (at := _skip(tokens, at)) < len(tokens):
        if negated := frame_at(NEGATORS, tokens, at):
            at = _resume(tokens, at + negated)
            continue
        clause, at = _clause(tokens, at)
        if clause is not None:
            yield clause


def _skip(tokens: Phrase, at: int) -> int:
    while at < len(tokens):
        if taken := frame_at(FILLERS, tokens, at):
            if verb_at(tokens, at) and taken == 1 and tokens[at] not in _SAYS_NOTHING and tokens[at] not in COORDINATORS:
                return at
            at += taken
        elif tokens[at] in COORDINATORS or tokens[at] in _SAYS_NOTHING or frame_at(SUBORDINATORS, tokens, at):
            at += 1
        else:
            return at
    return at


def _resume(tokens: Phrase, at: int) -> int:
    """Where the next clause begins, after one that is left out."""
    while at < len(tokens):
        if tokens[at] in COORDINATORS and tokens[at] != "or" and (following := _begins(tokens, at + 1)):
            return following
        at += 1
    return at


def _begins(tokens: Phrase, at: int) -> int:
    """The place of the verb if a clause begins there, or 0."""
    joined = tokens[at - 1 : at] != (",",)
    at = _skip(tokens, at)
    if at >= len(tokens) or frame_at(NEGATORS, tokens, at):
        return at if at < len(tokens) else 0
    found = verb_at(tokens, at)
    after = tokens[at + found[1] if found else at + 1 :][:1]
    opens = not after or after[0] in DETERMINERS or after[0] in PRONOUNS or after[0][0] in (CODED, _SPAN)
    if found is None:
        return at if joined and opens and after and is_strange(tokens[at]) else 0
    verb, taken = found
    if verb.form in (Form.DOES, Form.PAST) or not (joined or opens):
        return 0
    if taken > 1 or opens or not kind_of(tokens[at]):
        return 0 if _is_compound(tokens, at) else at
    gentle = class_of(verb.lemma, (), ()) in ("edit", "look", "test", "build", "choose")
    return 0 if gentle or _is_compound(tokens, at) else at


def is_strange(word: str) -> bool:
    """Whether a word may be a verb nobody knows: no noun, no name, no small word."""
    return word.isalpha() and not kind_of(word) and word not in _NO_VERBS


def _is_compound(tokens: Phrase, at: int) -> bool:
    """ "Release notes", "build script": the verb is part of a noun."""
    return at + 1 < len(tokens) and is_compound(tokens[at], tokens[at + 1])


def _clause(tokens: Phrase, at: int) -> tuple[Clause | None, int]:
    if tokens[at][0] == _SPAN:
        return Clause(None, tokens[at], (), (), False, tokens[at : at + 1]), at + 1
    found = verb_at(tokens, at)
    if found is None and (kind_of(tokens[at]) in _NAMES or tokens[at][0] == CODED):
        return None, _resume(tokens, at)  # "I'd suggest fetchUser": a name, and no act
    if found is None and tokens[at] in _NO_VERBS:
        return None, _resume(tokens, at)
    if found is None and (slipped := slip(tokens[at])):
        found = slipped, 1
    after = at + (found[1] if found else 1)
    if found and after < len(tokens) and class_of(found[0].lemma, (), ()) == "go" and _is_gerund(tokens, after):
        return _clause(tokens, after)  # "Start implementing it"
    end, following = _end(tokens, after)
    objects, qualifiers, pronoun = phrases(tokens[after:end])
    verb = apart(found[0], _particles(tokens[after:end])) if found else None
    loose = tokens[end:following] if not _describes(verb, objects) else ()
    return Clause(verb, tokens[at], objects, qualifiers, pronoun, tokens[at:end], loose), following


def _is_gerund(tokens: Phrase, at: int) -> bool:
    found = verb_at(tokens, at)
    return found is not None and found[0].form is Form.GERUND


def _particles(tokens: Phrase) -> Phrase:
    """What may belong to a verb behind its object: "turn it off", and not "turn the page on Monday"."""
    behind = (*tokens, "")[1:]
    return tuple(
        token for token, after in zip(tokens, behind, strict=True)
        if token in _PARTICLES and (not after or after in PREPOSITIONS or after in ADVERBS or after in COORDINATORS)
    )


_PARTICLES = frozenset("up down off out on in over back away live through apart together".split())


def _describes(verb: Verb | None, objects: tuple[Phrase, ...]) -> bool:
    kinds = [kind_of(phrase[-1]) for phrase in objects]
    return verb is not None and class_of(verb.lemma, kinds, ()) in _PURPOSEFUL


def _end(tokens: Phrase, at: int) -> tuple[int, int]:
    """Where a clause's object ends, and where the next clause begins."""
    place = at
    while place < len(tokens):
        token = tokens[place]
        if token in COORDINATORS:
            if following := _begins(tokens, place + 1):
                return place, following
        elif token in _BY and (found := verb_at(tokens, place + 1) if place + 1 < len(tokens) else None) and found[0].form is Form.GERUND:
            return place, place + 1
        elif token == "to" and (found := verb_at(tokens, place + 1) if place + 1 < len(tokens) else None) and found[0].form is Form.BASE:
            return place, _resume(tokens, place + 1)
        elif frame_at(NEGATORS, tokens, place) or (token in _SUBJECTS and place > at) or (
            (place > at or token in _INDIRECT) and frame_at(SUBORDINATORS, tokens, place)
        ):
            return place, _resume(tokens, place + 1)
        place += 1
    return place, place


def phrases(tokens: Phrase) -> tuple[tuple[Phrase, ...], tuple[tuple[str, Phrase], ...], bool]:
    """Objects, qualifiers with their prepositions, and whether a pronoun stands for an object."""
    objects: list[Phrase] = []
    qualifiers: list[tuple[str, Phrase]] = []
    preposition, current, pronoun = "", list[str](), False

    def close() -> None:
        while len(current) > 1 and current[-1].strip("#").isdigit():
            current.pop()
        if current and preposition:
            qualifiers.append((preposition, tuple(current)))
        elif current:
            objects.append(tuple(current))
        current.clear()

    for at, token in enumerate(tokens):
        if token in PREPOSITIONS:
            close()
            preposition = token
        elif token in COORDINATORS:
            close()
        elif token in PRONOUNS and (at + 1 == len(tokens) or token not in DETERMINERS or tokens[at + 1] in PREPOSITIONS or tokens[at + 1] in ADVERBS):
            pronoun = pronoun or not preposition
        elif token in DETERMINERS or token in ADVERBS or (token.endswith("ly") and not kind_of(token)):
            close()
        else:
            current.append(token)
    close()
    return tuple(objects), tuple(qualifiers), pronoun
