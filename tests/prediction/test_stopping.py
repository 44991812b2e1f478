"""How a person's stopping is counted: answer by answer, with the outcome of counting all of them."""

from __future__ import annotations

import random

from clone_mcp.language.question_trace import question_in
from clone_mcp.models.calibration import Ending
from clone_mcp.models.prediction import Answer, History, Question
from clone_mcp.prediction.continuation import Stopping

MESSAGES = ("Done. All tests pass.", "Shall I commit this?", "Which one do you want?", "The build failed: error 3")
WINDOW = 12


def answer(number: int, chance: random.Random) -> Answer:
    asked = question_in(chance.choice(MESSAGES)) if chance.random() < 0.9 else b""
    said = chance.choice(("thanks", "yes", "run the tests"))
    return Answer(f"e{number}", said, said, f"s{number // 5}", asked, None, attested=True)


def test_what_was_counted_before_and_what_is_new_make_the_same_as_counting_all_of_it():
    chance, number, answers, kept = random.Random(7), 0, (), Stopping()
    for _ in range(300):
        new = chance.choice((0, 1, 1, 1, 2, 10))
        number += new
        answers = (*(answer(number - n, chance) for n in range(new)), *answers)[:WINDOW]
        if chance.random() < 0.1:  # something is erased, or another person asks
            answers = answers[: chance.randint(0, 3)] + answers[chance.randint(4, 9) :]
        left = tuple(Ending(f"s{(number - n) // 5}", question_in(MESSAGES[0])) for n in range(chance.randint(0, 4)))
        question = Question("codex", chance.choice(MESSAGES), chance.choice((None, f"s{number // 5}")))
        history = History((), answers, number)
        assert kept.satisfaction(question, history, left) == Stopping().satisfaction(question, history, left)
