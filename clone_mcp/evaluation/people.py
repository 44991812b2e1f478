"""The conversations of many people from a file, each person's replayed alone, written to a file for a scorer."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.errors import Invalid
from clone_mcp.evaluation.conversations import listed_turns, read_people
from clone_mcp.evaluation.replay import Attempt, PredictorAttempts, replay
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.prediction.predictors.local.weights import Weights, parsed

USER = "{user}"
"""Stands for the person in the path of weights that leave that person out."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a backtest is."""

    people: int
    of_people: int
    questions: int
    seconds: float

    @property
    def per_second(self) -> float:
        """Questions answered in a second."""
        return self.questions / self.seconds if self.seconds else 0.0


async def answer_people(
    turns: Path, predictions: Path, weights: str | None, tell: Callable[[Progress], None]
) -> Progress:
    """Answer every question in `turns` and write one line for each. Raises Invalid when a file is of no use."""
    people = read_people(turns)
    began, questions = time.perf_counter(), 0
    progress = Progress(0, len(people), 0, 0.0)
    try:
        with predictions.open("w", encoding="utf-8") as out:
            for number, (person, mine) in enumerate(sorted(people.items()), 1):
                # A predictor of one's own: nothing that one person typed is anywhere near another's questions.
                source = PredictorAttempts(LocalPredictor(_weights(weights, person)))
                async for attempt in replay(listed_turns(mine), source):
                    out.write(json.dumps(line(attempt), ensure_ascii=False) + "\n")
                    questions += 1
                progress = Progress(number, len(people), questions, time.perf_counter() - began)
                tell(progress)
    except OSError as exc:
        raise Invalid(f"{predictions} can't be written: {exc}.") from exc
    return progress


def line(attempt: Attempt) -> dict[str, Any]:
    """One answer as a scorer reads it."""
    reply = attempt.exchange.reply
    return {
        "session_id": reply.session_id,
        "turn_index": reply.index,
        "confidence": attempt.guesses[0][1],
        "candidates": [{"response": guess.response, "confidence": calibrated} for guess, calibrated in attempt.guesses],
    }


def _weights(path: str | None, person: str) -> Weights | None:
    """The weights to use for a person: those that ship, unless a file is named."""
    if path is None:
        return None
    file = Path(path.replace(USER, person))
    try:
        return parsed(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as exc:
        raise Invalid(f"{file} does not hold weights: {exc}.") from exc
