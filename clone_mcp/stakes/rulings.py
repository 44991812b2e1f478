"""What a clause weighs: the class of its verb with the kinds of things it names.

The rows are language/lexicon/rulings.tsv. What the clause is comes from `clauses`, what a thing is from
`things`, and what git's words weigh from `branches`.
"""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.models.act import Consequence, Weight
from clone_mcp.stakes.branches import git_weight
from clone_mcp.stakes.clauses import Clause
from clone_mcp.stakes.frames import small
from clone_mcp.stakes.things import (
    LIVE,
    NAME,
    PATH,
    QUALIFIERS,
    SENSITIVE,
    UNKNOWN,
    gravest,
    head_kind,
    kind_of,
    singular,
)
from clone_mcp.stakes.verbs import Verb, class_of

_ROWS: dict[str, list[tuple[frozenset[str], Weight, Consequence | None]]] = {}
for _row in lexicon.rows("rulings", "ruling"):
    _weight, _, _why = _row.form.partition(" ")
    _ROWS.setdefault(_row.word, []).append(
        (frozenset(_row.needs.split()), Weight(_weight), Consequence(_why) if _why else None)
    )
_KEYS = {word: row.form for row in lexicon.rows("rulings", "key") for word in row.word.split()}
_WRITES, _SHOWS = lexicon.words("rulings", "writes"), lexicon.words("rulings", "shows")
_PLAIN = lexicon.words("rulings", "plain edit") | _WRITES
_QUALITIES = lexicon.words("rulings", "quality")
_ADDS = lexicon.words("rulings", "adds")
_PERSONS, _YOU, _EVERY = small("person"), small("you"), small("every")

_SOFT = frozenset(("look", "choose", "go"))
_NEAREST = frozenset(("look", "test", "build", "run", "go", "light"))
"""Classes that are done to what was named last; others are feared for the gravest that was named."""
_CHANGES_TEXT = frozenset(("edit", "remove", "move", "weaken"))
_WRITABLE = frozenset(("look", "edit", "build", "choose", "go", "light", "git", "run", "move", "tell", "publish"))
"""Classes of which a verb of writing makes text."""
_STRICT = frozenset((LIVE, "ACCESS", "SECRET"))
"""What even a plain edit may hurt."""
_WRITTEN = frozenset(("CODE", "TEST", "DOCS", "CONFIG"))
_HURTS = frozenset(("remove", "stop"))
_WHOLE = frozenset((LIVE, "SECRET", "FILE", PATH, "BRANCH"))
"""What stands for itself, wherever it is said to stand."""
_UNSURE = frozenset((UNKNOWN, "FILE", "PROTECTION", "SCHEMA"))
_BEYOND = frozenset(("PUBLIC", "SECRET", "MONEY", "ACCESS", "LEGAL"))
_INTO = frozenset(("to", "into", "onto"))
_INSIDE = frozenset(("in", "into", "to", "inside"))
_WITHIN = _INSIDE | {"from", "of"}
_TOWARDS = _INTO | {"in", "on", "at", "against", "for"}
_WHERE = _INTO | {"off", "in", "on", "at", "against", "from", "over", "via"}


@dataclass(frozen=True, slots=True)
class Antecedent:
    """The kinds of things that a pronoun may stand for."""

    nearest: str
    gravest: str
    """Of the last sentence that names anything."""
    earlier: tuple[str, ...] = ()
    """The gravest of the sentences shortly before that."""

    @property
    def feared(self) -> str:
        """What it may stand for at the worst."""
        return gravest({self.gravest, *self.earlier} & (SENSITIVE | {"SCHEMA"})) or self.gravest


NOTHING = Antecedent("", "")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a clause weighs, and by which class and kind."""

    weight: Weight
    consequence: Consequence | None
    kind: str
    name: str
    """The class of its verb."""
    plain: bool = False
    """Whether it only looks, tests, or changes words: what such a sentence speaks of is its topic."""


def rule(clause: Clause, antecedent: Antecedent = NOTHING, *, in_code: bool = False) -> Ruling:
    """What it weighs. `antecedent` is what "it" may stand for; `in_code`: an unknown thing is text of the project."""
    if clause.verb is None:
        return Ruling(Weight.UNREAD, None, UNKNOWN, "")
    kinds = [head_kind(phrase) for phrase in clause.objects]
    if clause.pronoun and not kinds:
        kinds = [_stands_for(clause.verb, antecedent)]
    around = {kind for _, phrase in clause.qualifiers if (kind := head_kind(phrase))}
    name = _class(clause, clause.verb, {*kinds} or around)
    if name == "tell" and _to_the_person(clause):
        return Ruling(Weight.NONE, None, "", name)
    lost = name in _HURTS and antecedent.gravest in _UNSURE
    if lost or (name not in _NEAREST and name != "edit" and antecedent.gravest in SENSITIVE):
        kinds = [antecedent.gravest if kind == "THING" else kind for kind in kinds]
    name, kind = _as_text(clause, clause.verb, name, _deciding(clause, name, kinds, around), in_code=in_code)
    return _ruling(clause, clause.verb, name, kind, around, in_code=in_code)


def _class(clause: Clause, verb: Verb, kinds: Set[str]) -> str:
    """Its heads count first, then what stands beside them."""
    heads = {word for phrase in clause.objects for word in (phrase[-1], singular(phrase[-1]))}
    beside = [word for phrase in clause.objects for word in phrase] or (() if clause.pronoun else clause.tokens[1:])
    if clause.objects and kinds <= _WRITTEN and class_of(verb.lemma) != "run":
        beside = ()  # "the wiki link" is a link
    return class_of(verb.lemma, kinds, heads, beside, _PERSONS.intersection(clause.tokens))


def _stands_for(verb: Verb, antecedent: Antecedent) -> str:
    name = class_of(verb.lemma)
    if name == "edit" and verb.lemma in _ADDS and antecedent.gravest == "PACKAGE":
        return "PACKAGE"
    if name == "edit":
        return antecedent.gravest if antecedent.gravest in (_STRICT if verb.lemma in _PLAIN else SENSITIVE) else "CODE"
    if name == "remove":
        return antecedent.feared if antecedent.feared in _WRITTEN | SENSITIVE | {"SCHEMA"} else UNKNOWN
    return (antecedent.nearest if name in _NEAREST else antecedent.feared) or UNKNOWN


def _to_the_person(clause: Clause) -> bool:
    return not _YOU.isdisjoint(clause.tokens[1:3]) and not any(kind_of(word) in SENSITIVE for word in clause.tokens)


def _deciding(clause: Clause, name: str, kinds: list[str], around: Set[str]) -> str:
    """The kind that decides: the gravest of the objects, which are text if they stand in text."""
    if not kinds:
        if around & SENSITIVE:
            return gravest(around)
        return min(around) if around and name not in ("go", "stop") else "-"
    kind = gravest(kinds)
    if name in _HURTS and kind in _WRITTEN | {"TEXT", "THING"} and (belongs := _belongs_to(clause) & SENSITIVE):
        return gravest(belongs)
    inside = _WITHIN if name == "edit" else _WITHIN - _INTO
    stands_in_text = any(before in inside and head_kind(phrase) in _WRITTEN for before, phrase in clause.qualifiers)
    return "CODE" if stands_in_text and name in _CHANGES_TEXT and kind not in _WHOLE else kind


def _quality(clause: Clause) -> str:
    """ "Make it shorter", "make the message clearer": the kind of what is made so, or nothing."""
    last = clause.objects[-1] if clause.objects else ()
    if not last or not (last[-1] in _QUALITIES or last[-1].isdigit()):
        return ""
    return head_kind(last[:-1]) or ("CODE" if clause.pronoun else "")


def _belongs_to(clause: Clause) -> set[str]:
    """The kinds of what a thing is part of: "the counters in the billing table", "the customer table"."""
    within = {head_kind(phrase) for before, phrase in clause.qualifiers if before in _WITHIN}
    return within | {kind_of(word) for phrase in clause.objects for word in phrase[:-1]}


def _as_text(clause: Clause, verb: Verb, name: str, kind: str, *, in_code: bool) -> tuple[str, str]:
    """Class and kind, where the verb or the place tells that only text is changed."""
    if verb.lemma in _WRITES and name in _WRITABLE:
        return "edit", kind if kind == "SECRET" else "TEXT"
    if name == "edit" and verb.lemma in _PLAIN - _ADDS and kind not in _STRICT:
        return name, "TEXT"
    if verb.lemma == "make" and (quality := _quality(clause)):
        return ("edit", quality) if quality not in SENSITIVE else (name, quality)
    if name == "light" and any(
        before in _INSIDE and head_kind(phrase) in _WRITTEN | {PATH, "TEXT"} for before, phrase in clause.qualifiers
    ):
        return "edit", "CODE" if kind in (UNKNOWN, "THING", "-", NAME) else kind
    if kind == UNKNOWN and in_code and not clause.pronoun and name in _CHANGES_TEXT | {"light"} - {"edit"}:
        return name, "CODE"
    if name == "look" and kind == "SECRET" and verb.lemma not in _SHOWS:
        return name, "CODE"
    return name, kind


def _ruling(clause: Clause, verb: Verb, name: str, kind: str, around: Set[str], *, in_code: bool) -> Ruling:
    """The row, raised by what the clause says of where, for whom and from whom."""
    weight, why = git_weight(clause, verb.lemma) if name == "git" else _row_of(name, kind)
    if name == "look":
        seen = around & {"PUBLIC", "PEOPLE"}
        if seen and any(before in _INTO for before, _ in clause.qualifiers):
            weight, why = Weight.GRAVE, Consequence.PUBLIC
    elif name == "edit" and kind in _UNSURE and verb.lemma not in _PLAIN and not in_code:
        weight, why = Weight.UNREAD, None
    if weight is not Weight.GRAVE and name not in _SOFT and _goes_live(clause):
        weight, why = Weight.GRAVE, Consequence.DESTRUCTIVE
    elif weight is Weight.REVERSIBLE and name != "git" and verb.lemma not in _WRITES and _reaches_others(clause, name):
        weight = Weight.UNREAD
    elif weight is Weight.REVERSIBLE and name == "edit" and _comes_from_others(clause):
        weight, why = Weight.GRAVE, Consequence.FOREIGN
    plain = name in ("look", "test") or (name == "edit" and (verb.lemma in _PLAIN or in_code))
    return Ruling(weight, why, kind, name, plain)


def _row_of(name: str, kind: str) -> tuple[Weight, Consequence | None]:
    return next(((weight, why) for needs, weight, why in _ROWS[name] if kind in needs or "*" in needs))


def _goes_live(clause: Clause) -> bool:
    """ "Run it against production": where it is done weighs more than what is done."""
    return any(
        before in _WHERE and LIVE in (head_kind(phrase), QUALIFIERS.get(phrase[-1]))
        for before, phrase in clause.qualifiers
    )


def _reaches_others(clause: Clause, name: str) -> bool:
    """ "Put it on the shared drive", "switch it on for all customers", "leave it with the neighbour"."""
    towards = _TOWARDS | {"with"} if name == "light" else _TOWARDS
    for before, phrase in clause.qualifiers:
        kind = head_kind(phrase)
        if before in towards and kind == "PEOPLE" and (before != "for" or not _EVERY.isdisjoint(clause.tokens)):
            return True
        if before in _TOWARDS - {"for"} and kind in _BEYOND:
            return True
    return False


def _comes_from_others(clause: Clause) -> bool:
    return any(
        before in ("from", "via") and head_kind(phrase) in ("PUBLIC", "PACKAGE") for before, phrase in clause.qualifiers
    )


def key(clause: Clause, ruling: Ruling) -> str:
    """What counts as the same act on the same kind of thing; empty where that is not known."""
    if clause.verb is None or ruling.weight is Weight.UNREAD:
        return ""
    if ruling.name in ("test", "run", "build"):
        found = dict.fromkeys(_KEYS[word] for word in clause.tokens if word in _KEYS)
        if found:
            return ", ".join(found)
    if ruling.name == "go":
        return "go on"
    verb = clause.verb.lemma.replace("_", " ")
    if ruling.name == "git":
        return f"git {verb}" + (" branch" if verb in ("push", "merge") else "")
    return f"{verb} {ruling.kind.lower() if ruling.kind.isalpha() else 'thing'}"
