"""A person's conversations as they go on: which turns are questions, and what was known when each was asked."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clone_mcp.evaluation.book import Book
from clone_mcp.evaluation.conversations import Turn
from clone_mcp.models.prediction import History


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: a turn of the person that follows directly on one of the agent."""

    turn: Turn
    agent_input: str
    history: History


class Course:
    """Takes turns in order of time. What the person typed is learned from after the question, never before."""

    def __init__(self) -> None:
        self._book = Book()
        self._before: dict[str, Turn] = {}

    def step(self, turn: Turn) -> Asked | None:
        """Go on by one turn; the question, if it answers one."""
        last = self._before.get(turn.session_id)
        self._before[turn.session_id] = turn
        if not turn.by_person:
            self._book.said(turn.session_id, turn.text)
            return None
        asked = None
        if last is not None and not last.by_person:
            asked = Asked(turn, last.text, self._book.history())
        self._book.typed(turn.session_id, turn.text)
        return asked


def questions(turns: Iterable[Turn]) -> Iterator[Asked]:
    """A person's questions in order of time, each with the history before it."""
    course = Course()
    for turn in turns:
        asked = course.step(turn)
        if asked is not None:
            yield asked
