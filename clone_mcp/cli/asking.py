"""Questions to the person at the terminal. Away from one, an option has to answer."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from clone_mcp.clients.turns import printable
from clone_mcp.errors import Invalid


def typed(prompt: str, *, at_end: str = "") -> str:
    """What the person types; `at_end` when they end the input instead."""
    try:
        return input(prompt).strip()
    except EOFError:
        return at_end


def agreed(question: str, *, yes: bool, otherwise: bool = True) -> bool:
    """Whether the person says yes. Return alone means what stands `otherwise`. Raises Invalid without a terminal."""
    if yes:
        return True
    if not sys.stdin.isatty():
        raise Invalid("There is nobody to ask.", hint="Run it in a terminal, or add --yes.")
    answer = typed(f"{question} [{'Y/n' if otherwise else 'y/N'}] ", at_end="no").lower()
    return otherwise if not answer else answer in ("y", "yes")


def chosen(question: str, choices: Sequence[str], *, option: str) -> str:
    """One of these, by number or by name. Raises Invalid without a terminal, naming the option that would tell."""
    if not sys.stdin.isatty():
        raise Invalid(f"{question} {printable(', '.join(choices))}.", hint=f"Add {option} NAME.")
    print(question)
    for number, choice in enumerate(choices, 1):
        print(f"  {number}  {printable(choice)}")
    answer = typed("Number or name: ")
    if answer.isdigit() and 1 <= int(answer) <= len(choices):
        return choices[int(answer) - 1]
    if not answer:
        raise Invalid("Nobody was chosen.", hint=f"Add {option} NAME.")
    return answer
