"""Other people's data, replayed: each person on their own, in order of time, with nothing stored.

What the rows of a kind are, and how they are answered, stands in turns.py, decisions.py, stops.py and pairs.py. Here is
what they share: who answers, how often a model may fail and what it may cost, and the file of predictions.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from clone_mcp.errors import Invalid, RateLimited, Unavailable, Upstream
from clone_mcp.models.usage import Usage
from clone_mcp.ports import Predictor
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.prediction.predictors.local.weights import Weights, parsed

T = TypeVar("T")
R = TypeVar("R")

USER = "{user}"
"""Stands for the person in the path of weights that leave that person out."""
THRESHOLD = 0.8
"""From which on an answer counts as automatic, as in a question that names no other."""
_MOST_FAILURES = 3
"""Failures of the model in a row, after which the run ends."""


@dataclass(frozen=True, slots=True)
class Scored(Generic[T]):
    """One answer: the line for the scorer, and what the figures need of it."""

    line: dict[str, Any]
    result: T


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an evaluation is."""

    people: int
    of_people: int
    questions: int
    of_questions: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Questions answered in a second."""
        return self.questions / self.seconds if self.seconds else 0.0


class Answering:
    """Who answers people's questions: the local predictor with certain weights, or one that asks a model."""

    def __init__(
        self,
        *,
        weights: str | None = None,
        asking: Callable[[], Predictor] | None = None,
        model: LanguageModel | None = None,
        cost: Callable[[Usage], float | None] = lambda _usage: None,
        max_cost: float | None = None,
    ) -> None:
        """`weights` is a path that may hold `{user}`. `asking` makes what answers instead of the local predictor."""
        self._weights = weights
        self._asking = asking
        self.model = model
        self._cost = cost
        self._max_cost = max_cost
        self._in_a_row = 0
        self.failed = 0
        """Questions to which the model gave no answer."""
        self.spent = 0.0
        self.stopped: str | None = None
        """Why it ended early."""

    def predictor(self, person: str) -> Predictor:
        """A predictor of the person's own: nothing that one typed is anywhere near another's questions."""
        return self._asking() if self._asking else LocalPredictor(self.weights(person))

    def weights(self, person: str) -> Weights | None:
        """The weights for a person; None for those that ship. Raises Invalid for a file that holds none."""
        return weights_for(self._weights, person)

    def check(self, person: str) -> None:
        """Raises Invalid for weights that can't be used."""
        if self._weights is not None:
            self.weights(person)

    async def answer(self, asked: Awaitable[T], *, told: Callable[[T], tuple[str | None, Usage | None]]) -> T | None:
        """What was asked for; None where the model failed. `told` says if the answer is degraded, and what it used."""
        try:
            found = await asked
        except (Unavailable, RateLimited, Upstream) as exc:
            return self._failure(exc.message)
        degraded, usage = told(found)
        if usage is not None:
            self.spent += self._cost(usage) or 0.0
            if self._max_cost is not None and self.spent >= self._max_cost:
                self.stopped = f"--max-cost is reached: ${self.spent:.2f}."
        if degraded is not None:  # the local predictor's answer is not what was asked for
            return self._failure(degraded)
        self._in_a_row = 0
        return found

    def _failure(self, why: str) -> None:
        self.failed += 1
        self._in_a_row += 1
        if self._in_a_row >= _MOST_FAILURES:
            self.stopped = why


def weights_for(path: str | None, person: str) -> Weights | None:
    """The weights to use for a person; None for those that ship. Raises Invalid for a file that holds none."""
    if path is None:
        return None
    file = Path(path.replace(USER, person))
    try:
        return parsed(file.read_text(encoding="utf-8"))
    except OSError as exc:
        raise Invalid(f"The weights {file} can't be read: {exc.strerror or exc}.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise Invalid(
            f"{file} does not hold weights: {exc!r}.", hint="`python -m scripts.train_local` writes them."
        ) from exc


async def replay_people(
    people: Mapping[str, Sequence[R]],
    answers: Callable[[str, Sequence[R]], AsyncIterator[Scored[T]]],
    out: Path,
    *,
    questions: int,
    tell: Callable[[Progress], None],
) -> dict[str, list[T]]:
    """Answer everybody's questions and write one line for each to `out`. The results by person."""
    began, done = time.perf_counter(), 0
    found: dict[str, list[T]] = {}
    try:
        with out.open("w", encoding="utf-8") as file:
            for number, (person, rows) in enumerate(sorted(people.items()), 1):
                mine = found[person] = []
                async for scored in answers(person, rows):
                    file.write(json.dumps(scored.line, ensure_ascii=False) + "\n")
                    mine.append(scored.result)
                    done += 1
                    tell(Progress(number - 1, len(people), done, questions, time.perf_counter() - began))
                tell(Progress(number, len(people), done, questions, time.perf_counter() - began))
    except OSError as exc:
        raise Invalid(f"{out} can't be written: {exc.strerror or exc}.") from exc
    return {person: mine for person, mine in found.items() if mine}
