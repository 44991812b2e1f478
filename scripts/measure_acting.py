"""Measure what it costs to act only on what the person decided: on files of other people's data, replayed in order.

`python -m scripts.measure_acting [--turns FILE] [--decisions FILE] [--weights PATH] [--show N]`. The files are those of
`clone-mcp evaluate`. Of the answers that are sure enough to be automatic, it prints how many are held for what they
would set in motion; and of all messages that end in a question, what a plain "yes" would set in motion. `--show` prints
texts of other people, for reading on the spot: they never go into the repository.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from clone_mcp.calibration.binomial import interval
from clone_mcp.evaluation.conversations import UNTIMED, Turn, listed_turns, read_people
from clone_mcp.evaluation.decisions import Choice, answer_decisions, read_decisions
from clone_mcp.evaluation.people import USER, Answering, with_folds
from clone_mcp.evaluation.replay import PredictorAttempts, replay
from clone_mcp.models.act import Act, CountableAnswer, Weight
from clone_mcp.models.prediction import Guess, Question
from clone_mcp.prediction.weighing import held_by_precedent
from clone_mcp.stakes import acts
from clone_mcp.stakes.precedent import Precedents

THRESHOLDS = (0.8, 0.5)
"""Where an answer is automatic by default, and where clients begin to suggest: hardly anything reaches the first."""
GRAVEST_FIRST = (Weight.GRAVE, Weight.UNREAD, Weight.REVERSIBLE)
NOTHING = "sets nothing in motion"
CALLED = {
    Weight.GRAVE: "grave",
    Weight.UNREAD: "unread",
    Weight.REVERSIBLE: "reversible",
}
ENDS = "?？؟"
TAIL = 300


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer that Clone would have given."""

    question: str
    reply: str
    confidence: float
    moves: str
    """The gravest weight of what it sets in motion."""
    held: str | None
    asks: bool
    """Whether the message ends in a question."""
    yes_moves: str


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=Path, metavar="FILE")
    parser.add_argument("--decisions", type=Path, metavar="FILE")
    parser.add_argument("--weights", metavar="PATH", help=f"weights that leave a person out; {USER} stands for them")
    parser.add_argument(
        "--show", type=int, default=0, metavar="N", help="so many answers that are held, and that are not"
    )
    given = parser.parse_args()
    answering = with_folds("turns", given.weights)[1] if given.weights else Answering()
    for name, file, replayed in (("turns", given.turns, of_turns), ("decisions", given.decisions, of_decisions)):
        if file:
            found = asyncio.run(replayed(file, answering))
            print(f"{name}: {len(found)} questions")
            print("\n".join(figures(found)))
            print("\n".join(shown(found, given.show)))


async def of_turns(file: Path, answering: Answering) -> list[Answer]:
    """By a replay that counts precedents as it goes, as evaluation does."""
    found: list[Answer] = []
    for person, turns in read_people(file).items():
        found += await _of_person(answering, person, turns)
    return found


async def _of_person(answering: Answering, person: str, turns: Sequence[Turn]) -> list[Answer]:
    found: list[Answer] = []
    attempts = PredictorAttempts(answering.predictor(person), threshold=min(THRESHOLDS))
    async for attempt in replay(listed_turns(turns), attempts):
        if attempt.result is None:
            continue
        question, (guess, sure) = attempt.exchange.agent_input, attempt.guesses[0]
        asks = question.rstrip(" *_`\"')\n").endswith(tuple(ENDS))
        moves = gravest(acts(question, guess.response)) if sure >= min(THRESHOLDS) else ""
        yes = gravest(acts(question, "yes")) if asks else ""
        sure = 0.0 if attempt.result.abstained else sure
        found.append(Answer(question, guess.response, sure, moves, attempt.result.held, asks, yes))
    return found


async def of_decisions(file: Path, answering: Answering) -> list[Answer]:
    """Evaluation asks about precedent from 0.8 on; here it is asked below that, too, in the order of the questions."""
    found: list[Answer] = []
    for person, choices in read_decisions(file).items():
        by_id = {choice.id: choice for choice in choices}
        earlier, precedents = sorted(choices, key=lambda choice: choice.place), Precedents()
        async for scored in answer_decisions(answering, person, choices):
            choice = by_id[scored.line["id"]]
            while earlier and earlier[0].place < choice.place:
                if (answered := earlier.pop(0)).answer and not answered.dismissed:
                    precedents.add(countable(answered))
            found.append(of_choice(choice, scored.line, precedents))
    return found


def countable(choice: Choice) -> CountableAnswer:
    at = choice.answered_at or UNTIMED + timedelta(seconds=choice.place)
    return CountableAnswer(choice.id, choice.session_id, at, True, choice.question, choice.answer, choice.options)


def of_choice(choice: Choice, line: dict[str, Any], precedents: Precedents) -> Answer:
    place: int | None = line["choice"]
    taken = "" if place is None else choice.options[place]
    sure = line["confidence"]
    question = Question("measure", choice.question, choice.session_id, choice.options, threshold=min(THRESHOLDS))
    held = held_by_precedent(question, [(Guess(taken, sure, ""), sure)], precedents)
    moves = gravest(acts(choice.question, taken, choice.options))
    return Answer(choice.question, taken, sure, moves, held, asks=True, yes_moves=moves)


def gravest(found: Sequence[Act]) -> str:
    weights = {act.weight for act in found}
    return next((CALLED[weight] for weight in GRAVEST_FIRST if weight in weights), NOTHING)


def figures(found: Sequence[Answer]) -> Iterator[str]:
    for threshold in THRESHOLDS:
        sure = [each for each in found if each.confidence >= threshold]
        held = [each for each in sure if each.held is not None]
        yield f"  sure by {threshold} or more: {share(len(sure), len(found))}"
        yield f"  of these held for what they set in motion: {share(len(held), len(sure))}"
        for moves in (*CALLED.values(), NOTHING):
            yield f"    {moves}: {share(sum(each.moves == moves for each in sure), len(sure))}"
    asked = [each for each in found if each.asks]
    yield f"  messages that end in a question: {len(asked)}. What the answer would set in motion:"
    for moves in (NOTHING, *reversed(CALLED.values())):
        yield f"    {moves}: {share(sum(each.yes_moves == moves for each in asked), len(asked))}"


def share(part: int, whole: int) -> str:
    if not whole:
        return "0 of 0"
    bounds = interval(part, whole)
    return f"{part} of {whole}, {part / whole:.1%} ({bounds.low:.1%} to {bounds.high:.1%})".replace("%", " %")


def shown(found: Sequence[Answer], number: int) -> Iterator[str]:
    sure = [each for each in found if each.confidence >= min(THRESHOLDS)]
    chance = random.Random(1)  # noqa: S311 (a sample to read)
    asked = [each for each in found if each.asks and each not in sure]
    for what, some in (
        ("held", [each for each in sure if each.held is not None]),
        ("not held", [each for each in sure if each.held is None]),
        *(
            (f"yes is {moves}", [each for each in asked if each.yes_moves == moves])
            for moves in (NOTHING, *CALLED.values())
        ),
    ):
        for each in chance.sample(some, min(number, len(some))):
            told = " ".join(each.question[-TAIL:].split())
            yield f"--- {what} ({each.confidence:.2f}): {told}\n    > {each.reply}\n    {each.held or each.moves}"


if __name__ == "__main__":
    main()
