"""What comes with every question of a client: it says nothing of the question.

A client's instructions that have not been seen before are recognised in tasks.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import takewhile
from operator import eq

from clone_mcp.language.wrapped.tasks import THIRD

TIMES = 2
"""Other questions that must have it in common with this one."""
_LEAST = 30
"""Characters of what is repeated: fewer are a phrase of the agent's own."""
_ASKS = ("?", "？")


def without_repeated(text: str, earlier: Sequence[str]) -> str:
    """The text without the lines that begin or end this client's other questions, too."""
    lines = text.strip().split("\n")
    others = [each.strip().split("\n") for each in dict.fromkeys(earlier) if each.strip() != text.strip()]
    if len(others) < TIMES:
        return text
    end = len(lines) - _shared(lines[::-1], [other[::-1] for other in others])
    while end < len(lines) and not THIRD.search(lines[end].lower()) and (not lines[end] or _asks(lines[end])):
        end += 1  # "Shall I commit?" may come every time, and is what the agent asks
    start = min(end, _shared(lines, others))
    left = "\n".join(lines[start:end])
    return left if left.strip() and _is_clients(lines[:start] + lines[end:]) else text


def _shared(lines: list[str], others: Sequence[list[str]]) -> int:
    """How many lines at the beginning are those of enough others."""
    return sorted(sum(takewhile(bool, map(eq, lines, other))) for other in others)[-TIMES]


def _asks(line: str) -> bool:
    return line.rstrip().endswith(_ASKS)


def _is_clients(repeated: Sequence[str]) -> bool:
    size = len("\n".join(repeated).strip())
    third = any(THIRD.search(line.lower()) for line in repeated)
    return size >= _LEAST and (third or not any(map(_asks, repeated)))
