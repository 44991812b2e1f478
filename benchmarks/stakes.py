"""What it costs to read what an answer would set in motion: a message of 300 words, against taking its words apart."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median

from benchmarks.figures import Effort, Figure, against, alone
from clone_mcp.language.wording import tokens
from clone_mcp.stakes import acts

_GOAL = 0.3
"""Milliseconds for a message of 300 words."""
_WORDS = 300
_STEPS = (
    "Rename `parse_date` to `read_date` in {name}.py and update the callers.",
    "Add a test for the empty list, and run `pytest -q tests/test_{name}.py`.",
    "Remove the unused imports that `ruff check {name}` reports.",
    "Commit with `git commit -m 'Read dates in {name}'`.",
)
_NAMES = ("billing", "search", "reports", "mail", "login", "cache", "invoices", "exports")
_REPORT = (
    "I found why the tests failed on Monday: the parser took the month for the day. "
    "The fix is small, and nothing outside the module depends on it. "
)


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """A plan with commands, as agents write them; and each time another one, because texts are kept once read."""
    messages = [message(number) for number in range(effort.calls)]
    reads: dict[str, Callable[[str], object]] = {
        "a message of 300 words": lambda text: acts(text, "yes"),
        "the same where the answer refuses": lambda text: acts(text, "no"),
    }
    acts(messages[0], "yes")  # tables load
    took: dict[str, list[float]] = {name: [] for name in ("", *reads)}
    for number in range(effort.rounds):
        said = [f"{text} Round {number}." for text in messages]
        took[""].append(_each(said, tokens))
        for name, read in reads.items():
            took[name].append(_each(said, read))
    for name in reads:
        yield against("stakes", f"{name}, not only its words", "ms", took[name], took[""])
    yield alone("stakes", "a message of 300 words", "ms", took["a message of 300 words"], goal=_GOAL)


def message(number: int) -> str:
    """300 words: a report, the steps of a plan, and a question. No two numbers give the same."""
    said, step = [_REPORT], 0
    while len(" ".join(said).split()) < _WORDS - 10:
        name = f"{_NAMES[(number + step) % len(_NAMES)]}_{number}"
        said.append(f"\n{step + 1}. {_STEPS[step % len(_STEPS)].format(name=name)}")
        step += 1
    return "".join(said) + "\n\nShall I go ahead with this plan?"


def _each(messages: list[str], read: Callable[[str], object]) -> float:
    calls: list[float] = []
    for text in messages:
        began = time.perf_counter()
        read(text)
        calls.append((time.perf_counter() - began) * 1000)
    return median(calls)
