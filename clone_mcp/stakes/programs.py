"""What is known of programs: rows of language/lexicon/programs.tsv, and which row a call fits.

What a row means is commands.py's part. A closed list: a program, subcommand or flag that stands in no row fits none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from clone_mcp.language import lexicon

UNREAD = "unread"


class Rule(NamedTuple):
    """One row, for a program and what its subcommand may be."""

    steps: tuple[frozenset[str], ...]
    form: str
    detail: str
    """Of a weight the key; of what runs other commands, how it does."""
    flags: frozenset[str] | None
    """One of them is enough. None if the row needs nothing."""
    needs: tuple[tuple[frozenset[str], tuple[str, ...]], ...]
    """Any other alternatives: flags and terms that must all be there."""
    known: frozenset[str]


class Rules(NamedTuple):
    rules: tuple[Rule, ...]
    valued: frozenset[str]
    """Flags whose value is the next argument."""
    flags: frozenset[str]


@dataclass(slots=True)
class Call:
    """A program with its arguments, sorted by the flags that are known of it."""

    program: str
    rest: Sequence[str]
    """All arguments as they are written."""
    piped: bool
    rules: Rules
    flags: list[str] = field(default_factory=list[str])
    words: list[str] = field(default_factory=list[str])
    values: list[str] = field(default_factory=list[str])
    _given: dict[int, str] = field(default_factory=dict[int, str])

    def given(self, steps: int) -> str:
        """Targets and values of flags behind so many subcommands, one a line."""
        if steps not in self._given:
            self._given[steps] = _lines([*self.words[steps:], *self.values])
        return self._given[steps]

    def sort(self) -> None:
        pending = only_words = False
        for argument in self.rest:
            if pending:
                self.values.append(argument)
                pending = False
            elif only_words or argument[:1] != "-" or argument == "-":
                self.words.append(argument)
            elif argument == "--":
                self.flags.append(argument)
                only_words = True
            else:
                pending = self._flag(argument)

    def _flag(self, argument: str) -> bool:
        """Whether its value follows."""
        name, equals, value = argument.partition("=")
        if argument[1] == "-" or name in self.rules.flags:
            self.flags.append(name)
            self.values += [value] if equals else []
            return not equals and name in self.rules.valued
        for at, letter in enumerate(argument[1:], 2):
            flag = "-" + letter
            if not letter.isalnum():
                break
            if not letter.isdigit() or len(argument) == 2:
                self.flags.append(flag)
            if flag in self.rules.valued:
                self.values += [argument[at:]] if argument[at:] else []
                return not argument[at:]
        return False


def _rows() -> dict[str, list[lexicon.Row]]:
    """The rows of each program, in the order of the table."""
    found: dict[str, list[lexicon.Row]] = {}
    for row in lexicon.rows("programs", "command"):
        for name in row.word.partition(" ")[0].split("/"):
            for program in _GROUPS[name].split() if name in _GROUPS else (name,):
                found.setdefault(program, []).append(row)
    return found


_GROUPS = {form: lexicon.text("programs", "group", form) for form in lexicon.forms("programs", "group")}
_ROWS = _rows()
_OPTIONS = {name: row.needs.split() for row in lexicon.rows("programs", "option") for name in row.word.split()}
_SOME = {row.form: row.word for row in lexicon.rows("programs", "some")}
_EVERY = {row.form: row.word for row in lexicon.rows("programs", "every")}
_TASKS = {word: row.form for row in lexicon.rows("programs", "task") for word in row.word.split()}
_OWN = lexicon.words("programs", "own program")
_INSTALLED = re.compile(
    r"(?:/usr(?:/local)?|/opt/homebrew)?/s?bin|(?:\S*/)?(?:\.?venv/bin|node_modules/\.bin|vendor/bin)"
)
"""Folders that hold installed programs: a program of any other may only share the name of a listed one."""
_PARTS = re.compile(r"[^a-z0-9]+")


def program_of(word: str) -> str:
    """The name of the listed program that a command's first word starts; empty if there is none."""
    name = word.lower().removesuffix(".exe")
    folder, slash, base = name.rpartition("/")
    if slash and base not in _OWN and not _INSTALLED.fullmatch(folder):
        return ""
    return base if base in _ROWS else ""


@cache
def subcommands(program: str) -> frozenset[str]:
    steps = [row.word.split()[1] for row in _ROWS[program] if " " in row.word]
    return frozenset(word for step in steps for word in step.split("/"))


def call(program: str, rest: Sequence[str], piped: bool) -> Call:
    """A call of a listed program."""
    known = subcommands(program)
    sub, valued = "", _rules(program, "").valued if known else frozenset[str]()
    skip = False
    for argument in rest if known else ():
        if not skip and argument[:1] != "-":
            sub = argument if argument in known else ""
            break
        skip = not skip and argument in valued
    found = Call(program, rest, piped, _rules(program, sub))
    found.sort()
    return found


@cache
def _rules(program: str, sub: str) -> Rules:
    rows = [row for row in _ROWS[program] if " " not in row.word or sub in row.word.split()[1].split("/")]
    options = _OPTIONS.get(program, [])
    marked = options + [word for row in rows for word in row.spares.split()]
    needed = [term.lstrip("!") for row in rows for term in re.split(r"[ +]", row.needs)]
    valued = frozenset(word[:-1] for word in marked if word[0] == "-" and word[-1] == "=")
    flags = frozenset(word.rstrip("=") for word in marked + needed if word.startswith("-"))
    return Rules(tuple(_rule(row, options) for row in rows), valued, flags)


def _rule(row: lexicon.Row, options: list[str]) -> Rule:
    steps = tuple(frozenset(step.split("/")) for step in row.word.split()[1:])
    form, _, detail = row.form.partition(" ")
    needs = [_alternative(written) for written in row.needs.split()]
    needed = frozenset[str]().union(*(flags for flags, _ in needs))
    known = needed.union(word.rstrip("=") for word in [*row.spares.split(), *options, "--"])
    alone = frozenset(flag for flags, terms in needs if not terms and len(flags) == 1 for flag in flags)
    others = tuple((flags, terms) for flags, terms in needs if terms or len(flags) > 1)
    return Rule(steps, form, detail, alone if needs else None, others, known)


def _alternative(written: str) -> tuple[frozenset[str], tuple[str, ...]]:
    terms = written.split("+")
    flags = frozenset(term for term in terms if term[0] == "-" and len(term) > 1)
    return flags, tuple(term for term in terms if term not in flags)


def fitting(found: Call) -> Rule | None:
    """The first row that fits."""
    given = frozenset(found.flags)
    for rule in found.rules.rules:
        if rule.steps and not _stands(rule.steps, found.words):
            continue
        if rule.flags is None or not rule.flags.isdisjoint(given) or _meets(rule, found, given):
            return rule
    return None


def _stands(steps: tuple[frozenset[str], ...], words: Sequence[str]) -> bool:
    return len(steps) <= len(words) and all(word in step for step, word in zip(steps, words, strict=False))


def _meets(rule: Rule, found: Call, given: frozenset[str]) -> bool:
    steps = len(rule.steps)
    for flags, terms in rule.needs:
        if flags <= given:
            for term in terms:
                if _holds(term.lstrip("!"), found, steps) is (term[0] == "!"):
                    break
            else:
                return True
    return False


def _holds(term: str, found: Call, steps: int) -> bool:
    if term in _SOME:
        given = found.given(steps)
        return bool(given) and _compiled(_SOME[term]).search(given) is not None
    targets = found.words[steps:]
    if term in _EVERY:
        return bool(targets) and is_every(term, targets)
    if term == "NOTHING":
        return not targets
    if term == "PIPED":
        return found.piped
    if term[0] == "-" and len(term) > 1:
        return term in found.flags
    if term.isdigit():
        return len(targets) >= int(term)
    return term in [target.lower() for target in targets]


def is_some(term: str, targets: Sequence[str]) -> bool:
    """Whether one of them is of this kind."""
    return bool(targets) and _compiled(_SOME[term]).search(_lines(targets)) is not None


def _lines(targets: Sequence[str]) -> str:
    """One a line, so that a pattern need not be tried on each. A line end within one is none."""
    return "\n".join([target.replace("\n", "\r") for target in targets])


def is_every(term: str, targets: Sequence[str]) -> bool:
    return all(map(_compiled(_EVERY[term]).fullmatch, targets))


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """When first needed: all of them would take longer than the rest of the table."""
    return re.compile(pattern, re.MULTILINE)


def task_form(name: str) -> str:
    """What a target of make, or a script, is by its name: every part must be known, and the gravest counts."""
    forms = [_TASKS.get(part, UNREAD) for part in _PARTS.split(name.lower()) if part]
    named = [form for form in forms if form != "detail"]
    harmful = [form for form in named if not form.startswith(("none", "reversible"))]
    grave = [form for form in harmful if form != UNREAD]
    return (grave or harmful or named or [UNREAD])[0]
