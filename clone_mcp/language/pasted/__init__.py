"""Tells a person's own words from what they pasted: code, logs, diffs, quotes, chats, an agent's output.

This is the one reading of a prompt. Facts, habits, replies, outcomes and summaries go by what it leaves; the event
itself stays as it came. What may as well be a paste is left out: a word too few costs a suggestion, a word too many
makes a stranger's sentence a rule.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, partial
from itertools import groupby
from typing import NamedTuple

from clone_mcp.language import lexicon
from clone_mcp.language.pasted.blocks import MARK, outside_blocks
from clone_mcp.language.pasted.transcripts import copied_from
from clone_mcp.language.wording import PASTED

_wording = partial(lexicon.pattern, "pastes")
__all__ = ["BREAK", "MARK", "agents_lines", "own_lines", "own_words"]

BREAK = " · "
"""Stands where a line ended. Claims must not run from one line into the next."""

_READ = 20_000
"""Characters of a prompt that are read. Nobody types more."""
_AROUND = 500
"""Characters that somebody types around a paste of more than `PASTED`, at most."""
_MOSTLY = 3
"""Pasted lines, beside fewer others, that make one paste of all that stands between the first and the last of them."""
_INTRODUCES = re.compile(
    rf".{{0,200}}\b(?:{_wording('introduces')}"
    rf"|(?P<maybe>{_wording('introduces perhaps')})"
    rf"|(?P<long>{_wording('introduces at length')}"
    rf"|(?P<copy>{_wording('introduces a copy')})))\b[^.?!:]{{0,60}}:\s*$",
    re.IGNORECASE,
)
_INTRODUCTION = 400
"""Characters of a line that introduces something, at most."""
_BEGINNING = 400
"""Characters that tell."""

_SHAPES = re.compile(
    rf"""(?:
      > | \| | bq\.\s | [│╭╰├└┌┃⏺●⎿✻✽✦❯›▶»] | <[/!?a-zA-Z]
    | \#!/ | ={{3,}}\s | -{{3}}\s[A-Z]{{4}} | @@\s | diff\s--git | [-+]{{3}}\s[\w/.] | [+-]\s{{3,}}\S
    | commit\s[0-9a-f]{{7,40}}$
    | \d{{1,5}}\s?[|│→]\s | \d{{3,5}}\s?:\s | ["']?[\w.-]{{1,60}}["']\s?: | [{{}}\[\]()]+[,;]?\s*$ | [{{\[]\s*["'{{\[]
    | (?:{_wording("keyword of code")})
      \s[^\s].*[;{{(:=]\s*$
    | //|/\*|\*/ | \#\s?(?:{_wording("directive of code")})\b
    | [\w.\[\]"']{{1,60}}\s?(?:=|:=|\+=)\s?\S.*[;)\]"'\d]$ | (?!(?:[^\W\d_]+['’,]?\w{{0,2}}\s+){{4}}).{{0,200}}[;{{]\s*$
    | [\s:|-]{{0,200}}-\s*\|\s*:?-[\s:|-]{{0,200}}$ | [^|\n]{{1,80}}\s\|\s
    | \S[^\t]{{0,120}}\t+[^\t\s] | [\w./\\-]{{1,120}}\.\w{{1,5}}:\d{{1,6}}(?::\d{{1,5}})?:?\s
    | \w{{0,40}}(?:{_wording("kind of failure")}):\s | (?:{_wording("level of a compiler")})(?:\[|:\s)
    )""",
    re.VERBOSE,
)
_RUNS_ON = re.compile(
    rf"""(?:
      Traceback\b | File\s" | at\s[\w$.<>]+\s?\( | at\s\S+:\d | (?:{_wording("failure begins")})\b
    | thread\ '.{{0,60}}'\ panicked | panic:\s | goroutine\s\d+\s\[ | from\s\S{{1,200}}:\d+:in\s
    | \#\d{{1,3}}\s+(?:/|0x)
    | \[?\d{{4}}[-/]\d\d[-/]\d\d[T\s]\d\d:\d\d | \[?\d\d:\d\d:\d\d | [A-Z][a-z]{{2}}\s[\s\d]\d\s\d\d:\d\d:\d\d\s
    | \S+\s\S+\s\S+\s\[\d\d/[A-Z][a-z]{{2}}/\d{{4}}:
    | \[?(?:{_wording("level of a log")})\b\]?[:\s\]]
    | (?:{_wording("field of a log")})=\S
    | npm\s(?:{_wording("level of npm")})
    | diff\s--git | @@\s-\d
    )""",
    re.VERBOSE,
)
_MAY_BE_TYPED = re.compile(
    r"(?:>=?\s?\d|[\w.-]{1,40}\s?=\s?[\w.%-]{1,40}\s*$|[^|\n]{1,80}\s\|\s.{1,300}$|[^\t]{1,80}\t[^\t]{1,80}$)"
)
"""A comparison, a value, a pipe, a slip of the tab key."""
_THEIRS = re.compile(rf"\b(?:{_wording('owned')})\b", re.IGNORECASE)
_LIST = re.compile(r"\s*(?:[-*+•]|\d{1,2}[.)])\s")


class _Reading(NamedTuple):
    lines: tuple[str, ...]
    words: str


def own_words(text: str) -> str:
    """What the person typed of a prompt; empty where that can't be told from what they pasted."""
    return _read(text[:_READ]).words


def own_lines(text: str) -> tuple[str, ...]:
    """The lines of a prompt that look typed, with `MARK` once for each pasted block between them.

    They are worth showing and searching. Whether they are worth believing is what `own_words` says.
    """
    return (_read(text) if len(text) <= _READ else _read.__wrapped__(text)).lines


def agents_lines(text: str) -> tuple[str, ...]:
    """The same of what an agent wrote. Labels, headings and lists are its own."""
    return tuple(_once(MARK if looks_pasted(line) else line for line in outside_blocks(text)))


@lru_cache(maxsize=16)  # a prompt that is recorded is read for its sentence and for its reply
def _read(text: str) -> _Reading:
    outside = _outside_copies(text)
    lines = tuple(_once(_unshaped(outside)))
    own = "\n".join(line for line in lines if line != MARK) if MARK in lines else text
    # Nobody types so much at once. A few lines around a long paste are typed; many only look as if they were.
    is_long = sum(map(len, outside)) > PASTED
    return _Reading(lines, own.strip() if len(own) <= (_AROUND if is_long else PASTED) else "")


def _once(lines: Iterable[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if not (line == MARK and before == MARK):
            yield line
        before = line


def _outside_copies(text: str) -> list[str]:
    """The lines of a text, with `MARK` for each block and from where a copied conversation begins."""
    lines = outside_blocks(text)
    begins = copied_from(lines)
    return lines if begins is None else [*lines[:begins], MARK]


def _unshaped(lines: list[str]) -> list[str]:
    """The lines, with `MARK` for each that looks pasted or is introduced as such."""
    left = list[str]()
    introduced: re.Match[str] | None = None
    for filled, group in groupby(lines, key=lambda line: bool(line.strip()) and line != MARK):
        paragraph = list(group)
        if not filled:
            left += paragraph
            introduced = None if MARK in paragraph else introduced
        elif introduced and introduced["long"]:
            return [*left, MARK]
        elif introduced and not _lists(introduced, paragraph):
            left += [MARK] * len(paragraph)
            introduced = _introduces(paragraph[-1])
        else:
            left += _paragraph(paragraph)
            introduced = _introduces(left[-1])
            if any(found["copy"] for line in left[-len(paragraph) : -1] if (found := _introduces(line))):
                return [*left, MARK]
    return _between(lines, left)


def _paragraph(lines: Sequence[str]) -> list[str]:
    """The lines of a paragraph, with `MARK` for those that are pasted."""
    looks = [looks_pasted(line) for line in lines]
    for number, line in enumerate(lines):
        beside = looks[number - 1 : number] + looks[number + 1 : number + 2]
        # Where no other such line stands beside it, "> 5 items" is as likely typed.
        if looks[number] and not any(beside) and _MAY_BE_TYPED.match(line.lstrip()):
            looks[number] = False
        introduced = _introduces(line)
        if (introduced and not _lists(introduced, lines[number + 1 :])) or (looks[number] and runs_on(line)):
            rest = len(lines) - number - 1
            looks[number + 1 :] = [True] * rest
            break
    code = [number for number, line in enumerate(lines) if looks[number] and not is_quote(line)]
    within = range(code[0], code[-1]) if code else ()
    return [MARK if looks[number] or number in within else line for number, line in enumerate(lines)]


def _introduces(line: str) -> re.Match[str] | None:
    found = _INTRODUCES.match(line) if len(line) <= _INTRODUCTION and line.rstrip().endswith(":") else None
    return found if found and not _THEIRS.search(line) else None


def _lists(introduced: re.Match[str], lines: Sequence[str]) -> bool:
    """Whether a list follows what may as well introduce one's own: "for example:"."""
    return introduced["maybe"] is not None and bool(lines) and _LIST.match(lines[0]) is not None


def _between(lines: Sequence[str], left: list[str]) -> list[str]:
    """The same, where most of the text is pasted line by line: what stands between such lines belongs to them."""
    marked = [number for number, line in enumerate(left) if line == MARK and not is_quote(lines[number])]
    typed = sum(1 for line in left if line != MARK and line.strip())
    if len(marked) < _MOSTLY or len(marked) < typed:
        return left
    first, last = marked[0], marked[-1]
    return [*left[:first], *[MARK] * (last - first + 1), *left[last + 1 :]]


def looks_pasted(line: str) -> bool:
    """Whether the line by itself looks like a paste."""
    return len(line) > PASTED or runs_on(line) or _SHAPES.match(line.lstrip()) is not None


def is_quote(line: str) -> bool:
    """Whether it quotes somebody. Answers may stand between such lines."""
    return line.lstrip().startswith(">")


def runs_on(line: str) -> bool:
    """Whether what follows without a blank line belongs to the same paste: a trace, a log, a compiler's output."""
    return _RUNS_ON.match(line.lstrip()[:_BEGINNING]) is not None
