"""What single lines look like that nobody types: code, logs, traces, diffs, tables, quotes."""

from __future__ import annotations

import re

from clone_mcp.language.wording import PASTED

LONGEST_LINE = PASTED
"""A longer line was hardly typed."""

_BEGINNING = 400
"""Characters that tell."""

_SHAPES = re.compile(
    r"""(?:
      > | \| | bq\.\s | [│╭╰├└┌┃⏺●⎿✻✽✦❯›▶»] | <[/!?a-zA-Z]
    | \#!/ | ={3,}\s | -{3}\s[A-Z]{4} | @@\s | diff\s--git | [-+]{3}\s[\w/.] | [+-]\s{3,}\S | commit\s[0-9a-f]{7,40}$
    | \d{1,5}\s?[|│→]\s | \d{3,5}\s?:\s | ["']?[\w.-]{1,60}["']\s?: | [{}\[\]()]+[,;]?\s*$ | [{\[]\s*["'{\[]
    | (?:import|from|def|class|const|let|var|function|public|private|return|export|async|type|interface)
      \s[^\s].*[;{(:=]\s*$
    | //|/\*|\*/ | \#\s?(?:include|define)\b
    | [\w.\[\]"']{1,60}\s?(?:=|:=|\+=)\s?\S.*[;)\]"'\d]$ | (?!(?:[^\W\d_]+['’,]?\w{0,2}\s+){4}).{0,200}[;{]\s*$
    | [\s:|-]{0,200}-\s*\|\s*:?-[\s:|-]{0,200}$ | [^|\n]{1,80}\s\|\s
    | \S[^\t]{0,120}\t+[^\t\s] | [\w./\\-]{1,120}\.\w{1,5}:\d{1,6}(?::\d{1,5})?:?\s
    | \w{0,40}(?:Error|Exception|Warning):\s | (?:error|warning|warn|info|notice)(?:\[|:\s)
    )""",
    re.VERBOSE,
)
_RUNS_ON = re.compile(
    r"""(?:
      Traceback\b | File\s" | at\s[\w$.<>]+\s?\( | at\s\S+:\d | (?:Caused\ by|Exception\ in|Unhandled\ exception)\b
    | thread\ '.{0,60}'\ panicked | panic:\s | goroutine\s\d+\s\[ | from\s\S{1,200}:\d+:in\s | \#\d{1,3}\s+(?:/|0x)
    | \[?\d{4}[-/]\d\d[-/]\d\d[T\s]\d\d:\d\d | \[?\d\d:\d\d:\d\d | [A-Z][a-z]{2}\s[\s\d]\d\s\d\d:\d\d:\d\d\s
    | \S+\s\S+\s\S+\s\[\d\d/[A-Z][a-z]{2}/\d{4}:
    | \[?(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL)\b\]?[:\s\]]
    | (?:level|time|ts)=\S
    | npm\s(?:ERR!|error|WARN|warn)
    | diff\s--git | @@\s-\d
    )""",
    re.VERBOSE,
)
_MAY_BE_TYPED = re.compile(
    r"(?:>=?\s?\d|[\w.-]{1,40}\s?=\s?[\w.%-]{1,40}\s*$|[^|\n]{1,80}\s\|\s.{1,300}$|[^\t]{1,80}\t[^\t]{1,80}$)"
)
"""A comparison, a value, a pipe, a slip of the tab key."""


def looks_pasted(line: str) -> bool:
    """Whether the line by itself looks like a paste."""
    return len(line) > LONGEST_LINE or runs_on(line) or _SHAPES.match(line.lstrip()) is not None


def is_quote(line: str) -> bool:
    """Whether it quotes somebody. Answers may stand between such lines."""
    return line.lstrip().startswith(">")


def runs_on(line: str) -> bool:
    """Whether what follows without a blank line belongs to the same paste: a trace, a log, a compiler's output."""
    return _RUNS_ON.match(line.lstrip()[:_BEGINNING]) is not None


def may_be_typed(line: str) -> bool:
    """Whether a line that looks pasted is as likely typed where no other such line stands beside it: "> 5 items"."""
    return _MAY_BE_TYPED.match(line.lstrip()) is not None
