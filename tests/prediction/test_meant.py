"""What is taken to mean the same is what a comparison says, however much is kept and however little is compared."""

from __future__ import annotations

import random
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from clone_mcp.evaluation.conversations import ReplyHistory
from clone_mcp.language.meaning.compare import compare
from clone_mcp.language.meaning.compare import same_reply as same_typed
from clone_mcp.prediction.predictors.local.meant import same_reply
from clone_mcp.prediction.predictors.local.window import Window

FOLDER = Path(__file__).parents[1] / "language"
LINES = [
    line.split("\t")
    for name in ("meaning_pairs.tsv", "meaning_opposites.tsv")
    for line in (FOLDER / name).read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
TEXTS = sorted({text for line in LINES for text in line[-2:] if text})


def test_what_is_not_compared_would_not_have_been_the_same():
    chance = random.Random(5)
    some = chance.sample(TEXTS, 110)
    pairs = [*product(some, some), *((line[-2], line[-1]) for line in LINES)]
    verdicts = {pair: compare(*pair).sameness == "same" for pair in pairs}

    assert {pair: same_typed(*pair) for pair in pairs} == verdicts
    assert {pair: same_reply(*pair) for pair in pairs} == verdicts
    assert sum(same for (one, other), same in verdicts.items() if one != other) > 30


@pytest.mark.parametrize("seed", [1, 2])
def test_sayings_that_come_and_go_leave_the_others_as_if_seen_for_the_first_time(seed):
    chance, history, window = random.Random(seed), ReplyHistory(), Window()
    asked = chance.sample(TEXTS, 20)
    for number in range(200):
        history.add_message("s", "How shall I go on?")
        history.add_prompt("s", chance.choice(TEXTS))
        if number % 25 == 24:
            answers = history.history().answers[chance.randrange(15) :]
            window.move_to(answers)
            anew = Window()
            anew.move_to(answers)
            sayings, none = np.arange(len(anew.times)), np.full(len(asked), -1)

            assert np.array_equal(window.same(sayings, anew.worded_texts), anew.same(sayings, anew.worded_texts))
            assert np.array_equal(window.same(none, asked), anew.same(none, asked))
            assert np.array_equal(window.same_as(0), anew.same_as(0))
