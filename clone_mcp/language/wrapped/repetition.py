"""What comes with every question of a client: it says nothing of the question."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from clone_mcp.language import lexicon
from clone_mcp.language.wrapped.tasks import REACH

_TIMES = 3
"""Other questions that must have it in common with this one."""
_LEAST, _LONG = 60, 300
"""Characters of what is repeated: fewer are a phrase of the agent's own; so many are a client's, whatever they say."""
_THIRD = re.compile(rf"json|{lexicon.pattern('wrapped', 'person')}")
"""Speaks of the person, or of a form: an agent speaks to the person."""
_ASKS = ("?", "？")


def without_repeated(text: str, earlier: Sequence[str]) -> str | None:
    """The text without the lines that begin or end this client's other questions, too; None where there are none."""
    lines = text.strip().split("\n")
    others = [each.strip().split("\n") for each in dict.fromkeys(earlier) if each.strip() != text.strip()]
    if len(others) < _TIMES:
        return None
    end = len(lines) - _shared([line[::-1] for line in [lines]][0], [other[::-1] for other in others])
    end = _not_asked(lines, end)
    start = min(end, _shared(lines, others))
    tail, head = "\n".join(lines[end:]), "\n".join(lines[:start])
    ends, begins = _is_clients(tail), _is_clients(head)
    left = "\n".join(lines[start if begins else 0 : end if ends else len(lines)])
    return left if (ends or begins) and left.strip() else None


def _shared(lines: Sequence[str], others: Sequence[Sequence[str]]) -> int:
    """How many lines at the beginning are those of enough others."""
    counts = [sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(lines, other, strict=False))) for other in others]
    return sorted(counts, reverse=True)[_TIMES - 1]


def _not_asked(lines: Sequence[str], end: int) -> int:
    """Where the repetition begins that is no question of the agent's: "Shall I commit?" may come every time."""
    while end < len(lines) and (not lines[end].strip() or lines[end].rstrip().endswith(_ASKS)) and not _THIRD.search(lines[end].lower()):
        end += 1
    return end


def _is_clients(repeated: str) -> bool:
    size = len(repeated.strip())
    return size >= _LONG or (size >= _LEAST and _THIRD.search(repeated[:REACH].lower()) is not None)
