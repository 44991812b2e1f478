"""The clauses of a directed sentence: each verb with what it is done to, where, and for whom.

It parts words and judges nothing: what a clause weighs is read in `rulings`, and which sentences direct anything in
`moods`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from clone_mcp.stakes.frames import (
    ADVERBS,
    COORDINATORS,
    DETERMINERS,
    FILLERS,
    NEGATORS,
    NO_VERBS,
    POINTERS,
    PREPOSITIONS,
    PRONOUNS,
    SUBORDINATORS,
    Words,
    frame_at,
    small,
)
from clone_mcp.stakes.text import CODED, SPAN, Sentence
from clone_mcp.stakes.things import is_compound, kind_of
from clone_mcp.stakes.verbs import Form, Verb, apart, class_of, slip, verb_at

_BY, _SUBJECTS, _INDIRECT = small("by"), small("subject"), small("indirect")
_AUXILIARIES = small("auxiliary")
_MODALS, _DO, _ASKS_FOR = small("modal"), small("do"), small("question word") | small("which") | {"many", "much"}
_LEADS_INTO = small("leads into")
_PARTICLES, _SAYS_NOTHING = small("particle"), small("says nothing")
_NAMES = frozenset(("CODE", "TEST", "DOCS", "TEXT", "THING", "CONFIG", "NAME", "PATH", "CHECK", "BUILD"))
_SHOWN_BEFORE = small("shown before")
_DESCRIBING = frozenset(("edit", "look", "test", "build"))
"""With these a purpose or a relative clause says how something is to behave, not what is done."""
_WEIGHING = frozenset(("remove", "publish", "tell", "pay", "grant", "weaken", "stop", "install"))
_NO_LIST = frozenset((*_DESCRIBING, "choose"))
"""Verbs of these that may be nouns need more than a noun behind them: "the tests and build files"."""


@dataclass(frozen=True, slots=True)
class Clause:
    """One act as it is worded."""

    verb: Verb | None
    """None: a word nobody knows stands where the verb should."""
    word: str
    objects: tuple[Words, ...]
    qualifiers: tuple[tuple[str, Words], ...]
    """Each with its preposition."""
    pronoun: bool
    """Its object is said elsewhere: "delete it"."""
    tokens: Words
    loose: Words = ()
    """What hangs on it: a purpose, a relative clause."""
    purpose: Words = ()
    """What it is done for, said with "to"."""

    @property
    def phrases(self) -> tuple[Words, ...]:
        """All it names."""
        return (*self.objects, *(phrase for _, phrase in self.qualifiers))


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


def asked_for(sentence: Sentence, start: int) -> Words:
    """ "Which of the old disks should I": what is asked for before the frame of an act."""
    before = sentence.tokens[:start]
    end = next((at for at, word in enumerate(before) if word in _MODALS or word in _DO), 0)
    objects, qualifiers, _ = phrases(tuple(word for word in before[:end] if word not in _ASKS_FOR))
    found = (*objects, *(phrase for _, phrase in qualifiers))
    return found[-1] if found else ()


def is_strange(word: str) -> bool:
    """Whether a word may be a verb nobody knows: no noun, no name, no small word."""
    wordlike = word.isalnum() and word[0].isalpha() and not word.isdigit()
    return wordlike and not kind_of(word) and word not in NO_VERBS


def form_at(tokens: Words, at: int) -> Form | None:
    """The form of the verb that begins there, if one does."""
    found = verb_at(tokens, at) if at < len(tokens) else None
    return found[0].form if found else None


def _skip(tokens: Words, at: int) -> int:
    while at < len(tokens):
        word = tokens[at]
        if taken := frame_at(FILLERS, tokens, at):
            if taken == 1 and word not in _SAYS_NOTHING and word not in COORDINATORS and verb_at(tokens, at):
                return at
            at += taken
        elif word in COORDINATORS or word in _SAYS_NOTHING or frame_at(SUBORDINATORS, tokens, at):
            at += 1
        else:
            return at
    return at


def _resume(tokens: Words, at: int) -> int:
    """Where the next clause begins, after one that is left out."""
    while at < len(tokens):
        if tokens[at] in COORDINATORS and tokens[at] != "or" and (following := _begins(tokens, at + 1)):
            return following
        at += 1
    return at


def _begins(tokens: Words, at: int) -> int:
    """The place of the verb if a clause begins there, or 0."""
    joined = tokens[at - 1 : at] != (",",)
    at = _skip(tokens, at)
    if at >= len(tokens):
        return 0
    if frame_at(NEGATORS, tokens, at):
        return at
    found = verb_at(tokens, at)
    after = tokens[at + found[1] if found else at + 1 :][:1]
    opens = not after or after[0] in POINTERS or after[0][0] in (CODED, SPAN)
    if found is None:
        return at if joined and opens and after and is_strange(tokens[at]) else 0
    verb, taken = found
    if verb.form is Form.GERUND and not joined and class_of(verb.lemma) in _WEIGHING:
        return at  # "push it, overwriting what is there"
    if verb.form in (Form.DOES, Form.PAST) or not (joined or opens) or _is_compound(tokens, at):
        return 0
    is_noun = taken == 1 and not opens and kind_of(tokens[at])
    return 0 if is_noun and class_of(verb.lemma) in _NO_LIST else at


def _is_compound(tokens: Words, at: int) -> bool:
    """ "Release notes", "build script": the verb is part of a noun."""
    return at + 1 < len(tokens) and is_compound(tokens[at], tokens[at + 1])


def _clause(tokens: Words, at: int) -> tuple[Clause | None, int]:
    word = tokens[at]
    if word[0] == SPAN:
        return Clause(None, word, (), (), False, tokens[at : at + 1]), at + 1
    found = verb_at(tokens, at)
    if word[0] == CODED and at + 1 < len(tokens) and form_at((word[1:],), 0) is Form.BASE:
        found = verb_at((word[1:], *tokens[at + 1 :]), 0)  # "shall I `drop` the table"
    if found is None and (kind_of(word) in _NAMES or word[0] == CODED or word in NO_VERBS):
        return None, _resume(tokens, at)  # "I'd suggest fetchUser": a name, and no act
    if found is None and (slipped := slip(word)):
        found = slipped, 1
    after = at + (found[1] if found else 1)
    after += tokens[after : after + 1] == ("of",)  # "get rid of it"
    if found and found[0].lemma in _LEADS_INTO and form_at(tokens, after) is Form.GERUND:
        return _clause(tokens, after)  # "Start implementing it"
    end, following = _end(tokens, after)
    if found and found[0].lemma in _SHOWN_BEFORE and following < len(tokens) and tokens[end] in ("before", "after"):
        following = _resume(tokens, following)  # "Add a dialog before deleting a record"
    objects, qualifiers, pronoun = phrases(tokens[after:end])
    verb = apart(found[0], _particles(tokens[after:end])) if found else None
    loose = () if _describes(verb, objects) else tokens[end:following]
    purpose = tokens[end + 1 : following] if tokens[end : end + 1] == ("to",) else ()
    return Clause(verb, word, objects, qualifiers, pronoun, tokens[at:end], loose, purpose), following


def _particles(tokens: Words) -> Words:
    """What may belong to a verb behind its object: "turn it off", and not "turn the page on Monday"."""
    behind = (*tokens, "")[1:]
    return tuple(
        token
        for token, after in zip(tokens, behind, strict=True)
        if token in _PARTICLES and (not after or after in PREPOSITIONS or after in ADVERBS or after in COORDINATORS)
    )


def _describes(verb: Verb | None, objects: tuple[Words, ...]) -> bool:
    return verb is not None and class_of(verb.lemma, [kind_of(phrase[-1]) for phrase in objects]) in _DESCRIBING


def _end(tokens: Words, at: int) -> tuple[int, int]:
    """Where a clause's object ends, and where the next clause begins."""
    for place in range(at, len(tokens)):
        word = tokens[place]
        if word in COORDINATORS and not (word == "," and place > at and _new_subject(tokens, place + 1)):
            if following := _begins(tokens, place + 1):
                return place, following
        elif word in _BY and form_at(tokens, place + 1) is Form.GERUND:
            return place, place + 1
        elif (
            (word == "," and place > at and _new_subject(tokens, place + 1))
            or (word == "to" and form_at(tokens, place + 1) is Form.BASE)
            or _hangs_on(tokens, place, first=place == at)
        ):
            return place, _resume(tokens, place + 1)
    return len(tokens), len(tokens)


def _new_subject(tokens: Words, at: int) -> bool:
    """ "…, the query takes three minutes": what follows tells of something else."""
    if at >= len(tokens) or tokens[at] not in DETERMINERS:
        return False
    ahead = range(at + 2, min(at + 5, len(tokens)))
    return any(tokens[place] in _AUXILIARIES or form_at(tokens, place) is Form.DOES for place in ahead)


def _hangs_on(tokens: Words, place: int, *, first: bool) -> bool:
    """Whether a subordinate clause or a negation begins there, which ends the object."""
    if frame_at(NEGATORS, tokens, place) or (tokens[place] in _SUBJECTS and not first):
        return True
    return (not first or tokens[place] in _INDIRECT) and frame_at(SUBORDINATORS, tokens, place) > 0


def phrases(tokens: Words) -> tuple[tuple[Words, ...], tuple[tuple[str, Words], ...], bool]:
    """Objects, qualifiers with their prepositions, and whether a pronoun stands for an object."""
    found: list[tuple[str, Words]] = []
    preposition, current, pronoun = "", list[str](), False
    for token, after in zip((*tokens, ""), (*tokens, "", "")[1:], strict=True):
        if token and not _ends_phrase(token):
            current.append(token)
            continue
        if current:
            found.append((preposition, _without_number(current)))
            current = []
        if token in PREPOSITIONS:
            preposition = token
        elif not preposition and _is_pronoun(token, after):
            pronoun = True
    objects = tuple(phrase for before, phrase in found if not before)
    return objects, tuple((before, phrase) for before, phrase in found if before), pronoun


def _ends_phrase(token: str) -> bool:
    if token in PREPOSITIONS or token in COORDINATORS or token in POINTERS or token in ADVERBS:
        return True
    return token.endswith("ly") and not kind_of(token)


def _is_pronoun(token: str, after: str) -> bool:
    return token in PRONOUNS and (not after or token not in DETERMINERS or after in PREPOSITIONS or after in ADVERBS)


def _without_number(words: list[str]) -> Words:
    """ "Step 2" as "step"."""
    while len(words) > 1 and words[-1].strip("#").isdigit():
        words.pop()
    return tuple(words)
