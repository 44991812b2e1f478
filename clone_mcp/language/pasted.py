"""Tells a person's own words from what they pasted: code, logs, diffs, quotes, an agent's output."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from clone_mcp.language.wording import PASTED

MARK = "[pasted]"
"""Stands where a pasted block was."""
BREAK = " · "
"""Stands where a line ended. Claims must not run from one line into the next."""

_FENCE = re.compile(r"\s{0,8}(?:[-*]\s+)?(`{3,}|~{3,})")
_OPENING_TAG = re.compile(r"\s*<([a-zA-Z][\w-]{0,40})(?:\s[^<>]{0,200})?>")
_LOOKS_PASTED = re.compile(
    r"""\s*(?:
      > | \| | [│╭╰├└┌┃⏺●⎿✻✽❯›▶»] | <[/!?a-zA-Z]
    | \$\s | \#!/ | @@\s | diff\s--git | [-+]{3}\s[\w/.] | [+-]\s{3,}\S | commit\s[0-9a-f]{7,40}$
    | Traceback\b | File\s" | at\s[\w$.<>]+\s?\( | (?:Caused\ by|Exception\ in)\b
    | \w{0,40}(?:Error|Exception|Warning):\s
    | \[?\d{4}-\d\d-\d\d[T\s]\d\d:\d\d | \[?\d\d:\d\d:\d\d
    | \[?(?:INFO|WARN|WARNING|ERROR|DEBUG|TRACE|FATAL)\b\]?[:\s\]] | (?:error|warning|warn|info|notice)(?:\[|:\s)
    | \d{1,5}\s?[:|│→]\s | ["']?[\w.-]{1,60}["']\s?: | [{}\[\]()]+[,;]?\s*$ | [{\[]\s*["{\[]
    | (?:import|from|def|class|const|let|var|function|public|private|return|export|async|type|interface)
      \s[^\s].*[;{(:=]\s*$
    | //|/\*|\*/ | \#\s?(?:include|define)\b
    | [\w.\[\]"']{1,60}\s?(?:=|:=|\+=)\s?\S.*[;)\]"'\d]$ | .{0,200}[;{]\s*$
    )""",
    re.VERBOSE,
)
_INTRODUCES = re.compile(
    r".{0,200}\b(?:logs?|output|outputs|errors?|stack ?trace|traceback|docs?|documentation|readme|message|"
    r"reply|response|answer|review|comments?|feedback|"
    r"e-?mail|issue|ticket|says?|said|wrote|writes|reads?|prompts?|guidelines?|instructions?|snippet|example|"
    r"quote|text|article|post|transcript|slack|"
    r"told me|suggest(?:s|ed|ion)|recommend(?:s|ed|ation)|ausgabe|fehler|meldung|sagt|schreibt|sortie|erreur|"
    r"dit|salida|dice|"
    r"saída|disse|diz|ошибка|вывод|пишет|говорит)\b[^.?!:]{0,60}:\s*$",
    re.IGNORECASE,
)
_LONGEST_LINE = PASTED
"""A longer line was hardly typed."""


def own_lines(text: str) -> tuple[str, ...]:
    """The lines somebody typed themselves, with `MARK` once for each pasted block between them."""
    return tuple(_once(_marked(text.splitlines())))


def _once(lines: Iterable[str]) -> Iterator[str]:
    before = ""
    for line in lines:
        if not (line == MARK and before == MARK):
            yield line
        before = line


def _marked(lines: Iterable[str]) -> Iterator[str]:
    closing: str | None = None
    introduced = False
    for line in lines:
        if closing is not None:
            yield MARK
            closing = None if _closes(line, closing) else closing
        elif opened := _opens(line):
            yield MARK
            closing = None if _closes_itself(line, opened) else opened
        elif not line.strip():
            introduced = False
        elif introduced or len(line) > _LONGEST_LINE or _LOOKS_PASTED.match(line[:_LONGEST_LINE]):
            yield MARK
        else:
            introduced = line.rstrip().endswith(":") and _INTRODUCES.match(line) is not None
            yield line


def _opens(line: str) -> str | None:
    """What would end the block that this line begins, if it begins one."""
    if fence := _FENCE.match(line):
        return fence[1]
    tag = _OPENING_TAG.match(line)
    return f"</{tag[1]}>" if tag else None


def _closes(line: str, closing: str) -> bool:
    return closing in line if closing.startswith("<") else line.strip().startswith(closing)


def _closes_itself(line: str, closing: str) -> bool:
    return line.count(closing) >= 2 if closing[0] in "`~" else closing in line
