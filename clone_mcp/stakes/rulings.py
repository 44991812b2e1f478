"""What a clause weighs: the class of its verb with the kinds of things it names.

The rows are rulings.tsv. What the clause is comes from `clauses`, what a thing is from `things`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clone_mcp.language import lexicon
from clone_mcp.models.act import Consequence, Weight
from clone_mcp.stakes.clauses import Clause
from clone_mcp.stakes.text import CODED
from clone_mcp.stakes.things import LIVE, NAME, PATH, QUALIFIERS, SENSITIVE, UNKNOWN, gravest, head_kind, kind_of, singular
from clone_mcp.stakes.verbs import class_of

_ROWS: dict[str, list[tuple[frozenset[str], Weight, Consequence | None]]] = {}
for _row in lexicon.rows("rulings", "ruling"):
    _weight, _, _why = _row.form.partition(" ")
    _ROWS.setdefault(_row.word, []).append(
        (frozenset(_row.needs.split()), Weight(_weight), Consequence(_why) if _why else None)
    )
_SOFT = frozenset(("look", "choose", "go"))
_ANYWHERE = frozenset(("to", "into", "in", "on", "onto", "at", "against", "from", "over", "via"))
_GENTLE = frozenset(("look", "edit", "test", "build", "run", "go", "light"))
_TELLS = frozenset(("tell",))
_STRICT = frozenset((LIVE, "ACCESS", "SECRET"))
"""What even a plain edit may hurt."""
_TEXTUAL = frozenset(("remove", "light", "move", "weaken"))
_PEOPLE = frozenset(("him", "her", "everyone", "everybody", "somebody", "someone", "anybody", "anyone", "nobody"))
_ADDS = frozenset(("add", "mark", "group", "fix", "group", "space", "order_alphabetically"))
_INSIDE = frozenset(("in", "into", "to", "inside"))
_IN_TEXT = frozenset(("CODE", "TEST", "DOCS", "CONFIG", PATH))
_WRITTEN = frozenset(("CODE", "TEST", "DOCS", "CONFIG"))
_WHOLE = frozenset((LIVE, "SECRET", "FILE", PATH, "BRANCH"))
"""What stands for itself, wherever it is said to stand."""
_UNSURE = frozenset((UNKNOWN, "FILE", "PROTECTION"))
_SEEN = frozenset(("PUBLIC", "PEOPLE"))
_YOU = frozenset(("you", "me", "us", "your"))


_WRITES = lexicon.words("rulings", "writes")
_PLAIN = lexicon.words("rulings", "plain edit") | _WRITES
_SHOWS = lexicon.words("rulings", "shows")
_DEFAULT = lexicon.words("rulings", "default branch")
_OWN = lexicon.words("rulings", "own branch")
_FORCED = lexicon.words("rulings", "forced")
_KEYS = {word: row.form for row in lexicon.rows("rulings", "key") for word in row.word.split()}
_OWN_NAME = re.compile(r"^(?:origin/)?[\w.-]+/[\w./-]+$")


@dataclass(frozen=True, slots=True)
class Antecedent:
    """The kinds of things that a pronoun may stand for."""

    nearest: str
    gravest: str


NOTHING = Antecedent("", "")


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a clause weighs, and by which class and kind."""

    weight: Weight
    consequence: Consequence | None
    kind: str
    name: str
    """The class of its verb."""


def rule(clause: Clause, antecedent: Antecedent = NOTHING, *, in_code: bool = False) -> Ruling:
    """What it weighs. `antecedent` is what "it" may stand for; `in_code`: an unknown thing is text of the project."""
    if clause.verb is None:
        return Ruling(Weight.UNREAD, None, UNKNOWN, "")
    kinds = [head_kind(phrase) for phrase in clause.objects]
    if clause.pronoun and not kinds:
        kinds = [_stands_for(clause, antecedent)]
    around = {kind for _, phrase in clause.qualifiers if (kind := head_kind(phrase))}
    heads = {word for phrase in clause.objects for word in (phrase[-1], singular(phrase[-1]))}
    beside = [word for phrase in clause.objects for word in phrase] or (() if clause.pronoun else clause.tokens[1:])
    name = class_of(clause.verb.lemma, {*kinds} or around, heads, beside, _PEOPLE.intersection(clause.tokens))
    if "THING" in kinds and name not in _GENTLE and antecedent.gravest in SENSITIVE:
        kinds = [antecedent.gravest if kind == "THING" else kind for kind in kinds]
    if name in _TELLS and _to_the_person(clause):
        return Ruling(Weight.NONE, None, "", name)
    kind = _deciding(name, kinds, around, clause)
    if clause.verb.lemma in _WRITES:
        name, kind = "edit", "TEXT" if kind != "SECRET" else kind
    elif name == "edit" and clause.verb.lemma in _PLAIN - _ADDS and kind not in _STRICT:
        kind = "TEXT"
    elif name == "light" and any(before in _INSIDE and head_kind(phrase) in _IN_TEXT for before, phrase in clause.qualifiers):
        name, kind = "edit", "CODE" if kind in (UNKNOWN, "THING", "-", "NAME") else kind
    if kind == UNKNOWN and in_code and not clause.pronoun and name in _TEXTUAL:
        kind = "CODE"
    if name == "look" and any(before in ("to", "into", "onto") for before, _ in clause.qualifiers) and around & _SEEN:
        return Ruling(Weight.GRAVE, Consequence.PUBLIC, gravest(around), name)
    if name == "look" and kind == "SECRET" and clause.verb.lemma not in _SHOWS:
        kind = "CODE"
    if name == "edit" and kind in _UNSURE and clause.verb.lemma not in _PLAIN and not in_code:
        return Ruling(Weight.UNREAD, None, kind, name)
    weight, why = _git(clause, clause.verb.lemma, {*kinds}) if name == "git" else _row(name, kind)
    if name not in _SOFT and weight is not Weight.GRAVE and _goes_live(clause, kinds):
        return Ruling(Weight.GRAVE, Consequence.DESTRUCTIVE, LIVE, name)
    if name not in ("look", "git") and weight is Weight.REVERSIBLE and _reaches_others(clause):
        return Ruling(Weight.UNREAD, None, kind, name)
    if name == "edit" and weight is Weight.REVERSIBLE and _comes_from_others(clause):
        return Ruling(Weight.GRAVE, Consequence.FOREIGN, kind, name)
    return Ruling(weight, why, kind, name)


def _stands_for(clause: Clause, antecedent: Antecedent) -> str:
    """What is done to text is done to what was named last; what can hurt, to the gravest."""
    name = class_of(clause.verb.lemma, (), ()) if clause.verb else ""
    if name == "edit":
        plain = clause.verb is not None and clause.verb.lemma in _PLAIN
        return antecedent.gravest if antecedent.gravest in (_STRICT if plain else SENSITIVE) else "CODE"
    if name == "remove":
        return antecedent.gravest if antecedent.gravest in _WRITTEN | SENSITIVE else UNKNOWN
    return (antecedent.nearest if name in _GENTLE else antecedent.gravest) or UNKNOWN


def _to_the_person(clause: Clause) -> bool:
    said = clause.tokens[1:3]
    return not _YOU.isdisjoint(said) and not any(kind_of(word) in SENSITIVE for word in clause.tokens)


def _deciding(name: str, kinds: Sequence[str], around: set[str], clause: Clause) -> str:
    """The kind that decides: the gravest of the objects, which are text if they stand in text."""
    if not kinds:
        return gravest(around) if around & SENSITIVE else "-" if not around or name in ("go", "stop") else next(iter(around))
    kind = gravest(kinds)
    stands_in_text = any(
        preposition in ("in", "to", "from", "of", "inside", "into") and head_kind(phrase) in _WRITTEN
        for preposition, phrase in clause.qualifiers
    )
    if stands_in_text and name in ("edit", "remove", "move", "weaken") and kind not in _WHOLE:
        return "CODE"
    return kind


def _goes_live(clause: Clause, kinds: Sequence[str]) -> bool:
    """ "Run it against production": where it is done weighs more than what is done."""
    return any(
        preposition in _ANYWHERE and (LIVE in (head_kind(phrase), QUALIFIERS.get(phrase[-1])))
        for preposition, phrase in clause.qualifiers
    )


_HERE = frozenset(("BRANCH", "THING", "CODE", NAME, UNKNOWN, "FILE", PATH, "DOCS", "TEST", "CONFIG"))


def _git(clause: Clause, lemma: str, kinds: set[str]) -> tuple[Weight, Consequence | None]:
    """What takes things off the machine, or changes what others build on, weighs more."""
    words = {token.removeprefix(CODED) for token in clause.tokens[1:]}
    if words & _FORCED:
        return Weight.GRAVE, Consequence.DESTRUCTIVE
    to = {word for preposition, phrase in clause.qualifiers if preposition in ("to", "into", "onto", "on") for word in phrase}
    to = {word.removeprefix(CODED) for word in to}
    if lemma in ("push", "merge"):
        if to & _DEFAULT or (words & _DEFAULT and not to) or any(kind_of(word) in ("PUBLIC", LIVE) for word in words):
            return Weight.GRAVE, Consequence.PUBLIC
        own = words & _OWN or any(_OWN_NAME.match(word) for word in to or words)
        named = own and (words & _BRANCHES or any(_OWN_NAME.match(word) for word in words))
        return (Weight.REVERSIBLE, None) if named else (Weight.UNREAD, None)
    if lemma == "tag" or (lemma in ("pull", "fetch", "clone", "check_out") and not kinds <= _HERE):
        return Weight.UNREAD, None
    if "SECRET" in kinds:
        return Weight.GRAVE, Consequence.CREDENTIAL
    return Weight.REVERSIBLE, None


_BRANCHES = frozenset(("branch", "branches"))


def key(clause: Clause, ruling: Ruling) -> str:
    """What counts as the same act on the same kind of thing; empty where that is not known."""
    if clause.verb is None or ruling.weight is Weight.UNREAD:
        return ""
    if ruling.name in ("test", "run", "build"):
        found = next((_KEYS[word] for word in clause.tokens if word in _KEYS), "")
        if found:
            return found
    if ruling.name == "go":
        return "go on"
    verb = clause.verb.lemma.replace("_", " ")
    if ruling.name == "git":
        return f"git {verb}" + (" branch" if verb in ("push", "merge") else "")
    thing = ruling.kind.lower() if ruling.kind.isalpha() else "thing"
    return f"{verb} {thing}"


def _reaches_others(clause: Clause) -> bool:
    """ "Put it on the shared drive", "switch it on for all customers"."""
    for preposition, phrase in clause.qualifiers:
        kind = head_kind(phrase)
        everybody = kind == "PEOPLE" and (preposition != "for" or not _EVERY.isdisjoint(clause.tokens))
        if preposition in _INTO and (everybody or (kind in _BEYOND and preposition != "for")):
            return True
    return False


def _comes_from_others(clause: Clause) -> bool:
    return any(
        preposition in ("from", "via") and head_kind(phrase) in ("PUBLIC", "PACKAGE")
        for preposition, phrase in clause.qualifiers
    )


_EVERY = frozenset(("all", "every", "everyone", "everybody", "any"))
_INTO = frozenset(("to", "into", "in", "on", "onto", "at", "against", "for"))
_BEYOND = frozenset(("PUBLIC", "SECRET", "MONEY", "ACCESS", "LEGAL"))


def _row(name: str, kind: str) -> tuple[Weight, Consequence | None]:
    for needs, weight, why in _ROWS[name]:
        if kind in needs or "*" in needs:
            return weight, why
    return Weight.UNREAD, None
