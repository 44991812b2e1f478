"""What is known of programs: rows of lexicon/programs.tsv, and which row a call fits.

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
    needs: tuple[tuple[str, ...], ...]
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
            if not letter.isdigit() or len(argument) == 2:
                self.flags.append(flag)
            if flag in self.rules.valued:
                self.values += [argument[at:]] if argument[at:] else []
                return not argument[at:]
        return False


_ROWS: dict[str, list[lexicon.Row]] = {}
for _row in lexicon.rows("programs", "command"):
    for _name in _row.word.partition(" ")[0].split("/"):
        _ROWS.setdefault(_name, []).append(_row)
_OPTIONS = {name: row.needs.split() for row in lexicon.rows("programs", "option") for name in row.word.split()}
_SOME = {row.form: row.word for row in lexicon.rows("programs", "some")}
_EVERY = {row.form: row.word for row in lexicon.rows("programs", "every")}
_TASKS = {word: row.form for row in lexicon.rows("programs", "task") for word in row.word.split()}
_OWN = lexicon.words("programs", "own program")
_PARTS = re.compile(r"[^a-z0-9]+")


def program_of(word: str) -> str:
    """The name of the listed program that a command's first word starts; empty if there is none."""
    name = word.lower().removesuffix(".exe")
    folder, slash, base = name.rpartition("/")
    if slash and base not in _OWN and not f"/{folder}".endswith(("/bin", "/.bin", "/sbin")):
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
    needs = tuple(tuple(term.split("+")) for term in row.needs.split())
    needed = [term for terms in needs for term in terms if term[0] == "-"]
    known = frozenset(word.rstrip("=") for word in [*row.spares.split(), *needed, *options, "--"])
    return Rule(steps, form, detail, needs, known)


def fitting(found: Call) -> Rule | None:
    """The first row that fits."""
    for rule in found.rules.rules:
        if all(step < len(found.words) and found.words[step] in names for step, names in enumerate(rule.steps)) and (
            not rule.needs or any(all(_holds(term, found, len(rule.steps)) for term in terms) for terms in rule.needs)
        ):
            return rule
    return None


def _holds(term: str, found: Call, steps: int) -> bool:
    targets = found.words[steps:]
    if term[0] == "!":
        return not _holds(term[1:], found, steps)
    if term[0] == "-" and len(term) > 1:
        return term in found.flags
    if term.isdigit():
        return len(targets) >= int(term)
    if term == "NOTHING":
        return not targets
    if term == "PIPED":
        return found.piped
    if term in _EVERY:
        return bool(targets) and is_every(term, targets)
    if term in _SOME:
        return is_some(term, targets) or is_some(term, found.values)
    return any(term == target.lower() for target in targets)


def is_some(term: str, targets: Sequence[str]) -> bool:
    """Whether one of them is of this kind."""
    return any(_compiled(_SOME[term]).search(target) for target in targets)


def is_every(term: str, targets: Sequence[str]) -> bool:
    return all(_compiled(_EVERY[term]).fullmatch(target) for target in targets)


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """When first needed: all of them would take longer than the rest of the table."""
    return re.compile(pattern)


def task_form(name: str) -> str:
    """What a target of make, or a script, is by its name: every part must be known, and the gravest counts."""
    forms = [_TASKS.get(part, UNREAD) for part in _PARTS.split(name.lower()) if part]
    named = [form for form in forms if form != "detail"]
    harmful = [form for form in named if not form.startswith(("none", "reversible"))]
    grave = [form for form in harmful if form != UNREAD]
    return (grave or harmful or named or [UNREAD])[0]
