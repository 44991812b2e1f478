"""Other people's data, replayed: each person on their own, in order of time, with nothing stored.

What the rows of a kind are, and how they are answered, stands in turns.py, decisions.py, stops.py and pairs.py. Here is
what they share: who answers, and the file of predictions.
"""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from clone_mcp.errors import Invalid
from clone_mcp.evaluation.paid import Limits
from clone_mcp.ports import Predictor
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.prediction import continuation_signs
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.prediction.predictors.local.weights import parsed, shipped

T = TypeVar("T")
R = TypeVar("R")
W = TypeVar("W")

USER = "{user}"
"""Stands for the person in the path of weights that leave that person out."""
THRESHOLD = 0.8
"""From which on an answer counts as automatic, as in a question that names no other."""


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


@dataclass(frozen=True, slots=True)
class Answering:
    """Who answers people's questions."""

    predictor: Callable[[str], Predictor] = lambda _person: LocalPredictor()
    """For a person, a predictor of their own: nothing that one typed is anywhere near another's questions."""
    model: LanguageModel | None = None
    """The model that it may ask."""
    limits: Limits = field(default_factory=Limits)
    stops: Callable[[str], continuation_signs.Weights] = lambda _person: continuation_signs.shipped()
    """For a person, what the signs of going on weigh."""


class FoldWeights(Generic[W]):
    """Learned weights, for each person those that were learned from others."""

    def __init__(self, path: str, parsed: Callable[[str], W], shipped: Callable[[], W], written_by: str) -> None:
        """`path` may hold `{user}`, and may lack the ending .json."""
        self._path = path
        self._parsed = parsed
        self._shipped = shipped
        self._written_by = written_by

    def of(self, person: str) -> W:
        """This person's weights.

        Whoever has none of their own is somebody that nothing was learned from, so the weights that ship will do.
        Raises Invalid for a file that holds no weights.
        """
        file = self._file(person)
        if USER in self._path and not file.is_file():
            return self._shipped()
        try:
            return self._parsed(file.read_text(encoding="utf-8"))
        except OSError as exc:
            raise Invalid(f"The weights {file} can't be read: {exc.strerror or exc}.") from exc
        except (ValueError, KeyError, TypeError) as exc:
            raise Invalid(
                f"{file} does not hold weights: {exc!r}.", hint=f"`python -m {self._written_by}` writes them."
            ) from exc

    def check(self, people: Collection[str]) -> list[str]:
        """Those who have no weights of their own. Raises Invalid if that is everybody, and for weights of no use."""
        each = USER in self._path
        missing = [person for person in people if each and not self._file(person).is_file()]
        if each and len(missing) == len(people):
            raise Invalid(
                f"There are no weights for any of these people: {self._path}",
                hint=f"`python -m {self._written_by} --folds FOLDER` writes them: --weights 'FOLDER/{{user}}'.",
            )
        for person in people:
            self.of(person)  # rather now than after an hour
        return missing

    def _file(self, person: str) -> Path:
        file = Path(self._path.replace(USER, person))
        return file if file.is_file() else file.with_name(f"{file.name}.json")


def with_folds(kind: str, path: str) -> tuple[FoldWeights[Any], Answering]:
    """The weights for a kind of data, and who answers by them."""
    if kind == "stops":
        stops = FoldWeights(path, continuation_signs.parsed, continuation_signs.shipped, "scripts.train_stops")
        return stops, Answering(stops=stops.of)
    local = FoldWeights(path, parsed, shipped, "scripts.train_local")
    return local, Answering(lambda person: LocalPredictor(local.of(person)))


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
