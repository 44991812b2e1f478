"""The local predictor: the same answer every time, honest at first, and moved by habits, offers and options."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from importlib import resources

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clone_mcp.errors import Invalid
from clone_mcp.evaluation.conversations import ReplyHistory
from clone_mcp.language.wording import resembles
from clone_mcp.models.prediction import History, Question
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.prediction.predictors.local.features import NAMES
from clone_mcp.prediction.predictors.local.sayings import Alike
from clone_mcp.prediction.predictors.local.sayings import reply_reading as reading
from clone_mcp.prediction.predictors.local.weights import LEAVES, Fork, Trees, parsed, shipped

FOLDER = resources.files("clone_mcp.prediction.predictors.local")
COMMIT = "All tests pass now. Shall I commit the change?"
DATABASE = "Which database should it be?"


def book(*pairs: tuple[str, str], session: str = "s") -> ReplyHistory:
    found = ReplyHistory()
    for number, (said, typed) in enumerate(pairs):
        found.add_message(f"{session}{number // 4}", said)
        found.add_prompt(f"{session}{number // 4}", typed)
    return found


def asked(text: str, history: History, **fields):
    return LocalPredictor().ranked(Question("codex", text, **{"k": 5, **fields}), history)


def chance_of(text: str, proposal) -> float:
    return max((guess.score for guess in proposal.guesses if guess.response == text), default=0.0)


def test_the_same_history_gives_the_same_answer_whatever_was_asked_before():
    pairs = [(COMMIT, f"reply {n % 7}") for n in range(40)]
    fresh, used, growing = LocalPredictor(), LocalPredictor(), ReplyHistory()
    for said, typed in pairs:
        growing.add_message("s", said)
        growing.add_prompt("s", typed)
        used.ranked(Question("codex", said), growing.history())
    question = Question("codex", COMMIT, "s", k=5)
    answers = [predictor.ranked(question, growing.history()) for predictor in (fresh, used, used)]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.slow
def test_a_long_life_changes_nothing_either():
    used, growing = LocalPredictor(), ReplyHistory()
    for number in range(1500):  # more keys and sessions than are numbered
        growing.add_message(f"s{number}", COMMIT)
        growing.add_prompt(f"s{number}", f"reply number {number}" if number % 2 else "commit it")
        if number % 10 == 0:
            used.ranked(Question("codex", COMMIT), growing.history())
    question = Question("codex", COMMIT, "s1499", k=5)
    assert used.ranked(question, growing.history()) == LocalPredictor().ranked(question, growing.history())


def test_a_deleted_answer_leaves_no_trace_in_what_is_kept_in_memory():
    history = book(*[(COMMIT, "commit it")] * 9, (COMMIT, "not on a friday")).history()
    predictor, question = LocalPredictor(), Question("codex", COMMIT, k=5)
    predictor.ranked(question, history)
    left = replace(history, answers=history.answers[1:], phrases=history.phrases[:1], total=9)
    assert predictor.ranked(question, left) == LocalPredictor().ranked(question, left)
    assert "friday" not in repr(predictor.ranked(question, left))


def test_one_persons_answers_are_never_anothers_even_under_the_same_ids():
    mine, yours = book(*[(COMMIT, "commit it")] * 9).history(), book(*[(COMMIT, "my secret plan")] * 9).history()
    predictor, question = LocalPredictor(), Question("codex", COMMIT, k=10)
    before = predictor.ranked(question, mine)
    assert [a.id for a in mine.answers] == [a.id for a in yours.answers]
    predictor.ranked(question, yours)
    assert predictor.ranked(question, mine) == before


def test_without_a_history_little_is_claimed_and_that_is_said():
    for text in (COMMIT, DATABASE, "", "Done."):
        proposal = asked(text, History())
        assert proposal.guesses[0].score < 0.1
        assert proposal.abstained is not None
        assert proposal.abstained.startswith("No history yet")


def test_a_habit_rises_and_a_broken_one_falls():
    chances = [chance_of("commit it", asked(COMMIT, book(*[(COMMIT, "commit it")] * n).history())) for n in range(8)]
    assert chances[0] == 0
    assert chances == sorted(set(chances))
    broken = book(*[(COMMIT, "commit it")] * 7, *[(COMMIT, "wait, there is more to do")] * 2).history()
    assert chance_of("commit it", asked(COMMIT, broken)) < chances[7]


def test_more_is_never_claimed_than_the_past_supports():
    chance = random.Random(1)
    pairs = [(COMMIT, chance.choice(("commit it", "show me the diff", "wait", "run everything"))) for _ in range(80)]
    assert asked(COMMIT, book(*pairs).history()).guesses[0].score < 0.5


def test_the_first_answer_is_the_surest():
    history = book(*[(COMMIT, f"reply number {n % 9}") for n in range(60)]).history()
    scores = [guess.score for guess in asked(COMMIT, history, k=10).guesses]
    assert scores[0] == max(scores)


def test_what_the_message_offers_is_among_the_guesses():
    responses = [g.response for g in asked("Would you like me to add a test?", History(), k=10).guesses]
    assert "yes, add a test" in responses


@pytest.mark.parametrize("size", [2, 3, 5, 9])
def test_options_nobody_chose_from_yet_are_told_apart_but_not_relied_on(size):
    options = tuple(f"choice {n}" for n in range(size))
    proposal = asked(DATABASE, History(), options=options, k=10)
    assert sorted(guess.response for guess in proposal.guesses) == sorted(options)
    assert proposal.abstained == "Nothing is known yet about choices like these."
    assert sum(guess.score for guess in proposal.guesses) == pytest.approx(0.74)  # the others take none


def test_the_recommended_option_comes_before_the_first():
    said = "Postgres or SQLite? I recommend SQLite: it is the simplest."
    assert asked(said, History(), options=("Postgres", "SQLite")).guesses[0].response == "SQLite"


@pytest.mark.parametrize(
    ("said", "typed", "least"),
    [
        (DATABASE, "SQLite", 0.8),
        (DATABASE, "sqlite!", 0.8),
        (f"{DATABASE}\n1. Postgres\n2. SQLite", "2", 0.4),  # with other options beside it, it was another question
    ],
)
def test_an_option_that_was_taken_before_rises(said, typed, least):
    options, chances = ("Postgres", "SQLite", "Neither"), []
    for times in range(6):
        proposal = asked(DATABASE, book(*[(said, typed)] * times).history(), options=options)
        chances.append(chance_of("SQLite", proposal))
        assert (proposal.abstained is None) is (times > 0)
    assert chances == sorted(set(chances))
    assert least < chances[-1] < 0.95


def test_choices_of_quite_another_kind_say_nothing():
    other = "The login form is ready to review; how would you like the buttons to be coloured?"
    history = book(*[(other, "2")] * 9).history()
    assert asked(DATABASE, history, options=("Postgres", "SQLite")).abstained is not None


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=12), st.text(max_size=80))
@settings(max_examples=60, deadline=None)
def test_any_history_and_any_question_get_an_answer(pairs, text):
    proposal = asked(text, book(*pairs).history())
    assert proposal.guesses
    assert all(0 < guess.score < 1 and guess.response for guess in proposal.guesses)


async def test_proposing_is_the_same_as_ranking():
    question, history = Question("codex", COMMIT), book((COMMIT, "commit it")).history()
    now = datetime(2026, 11, 20, tzinfo=UTC)
    assert await LocalPredictor().propose(question, history, now=now) == LocalPredictor().ranked(question, history)


def test_the_weights_name_their_features():
    raw = json.loads(FOLDER.joinpath("weights.json").read_text(encoding="utf-8"))
    assert list(raw["confidence"]["weights"]) == list(NAMES)
    assert list(shipped().generic.values()) == raw["generic"]
    del raw["confidence"]["weights"][NAMES[0]]
    with pytest.raises(Invalid, match="other features"):
        parsed(json.dumps(raw))


def test_every_phrase_that_ships_is_used_by_three_people_or_more():
    report = FOLDER.joinpath("training.md").read_text(encoding="utf-8")
    people = {phrase: int(count) for phrase, count in re.findall(r"^\| `(.+)` \| (\d+) \|$", report, re.MULTILINE)}
    assert set(shipped().generic.values()) == set(people)
    assert min(people.values()) >= 3


def test_answering_needs_no_library_that_training_does():
    program = "import clone_mcp.evaluation.backtest as b, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy", "sklearn", "lightgbm"} & set(loaded)


HABITS = st.sampled_from(
    ["yes", "yes!", "Yes please", "run the tests", "run all the tests", "run tests", "?!", "  ", "   ", "好"]
)


@given(st.lists(st.lists(HABITS | st.text(max_size=30), min_size=1, max_size=5), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_what_says_the_same_is_known_however_the_sayings_came_and_went(rounds):
    """Most pairs are told apart by counts alone; that must never part two that say the same."""
    alike, held = Alike(), dict[str, int]()
    for texts in rounds:
        for gone in set(held) - set(texts):
            alike.drop(held.pop(gone))
        for text in texts:
            if text not in held:
                held[text] = alike.add(text)
    found = alike.resembling(np.array(list(held.values())))
    assert found.tolist() == [[one == other or alike_enough(one, other) for other in held] for one in held]


def alike_enough(one, other):
    sketches, lengths = (reading(one).sketch, reading(other).sketch), sorted((len(one), len(other)))
    fewest = min(map(int.bit_count, sketches))
    shared = (sketches[0] & sketches[1]).bit_count()
    return resembles(one, other) and lengths[1] <= 4 * lengths[0] and shared >= 0.3 * fewest


def walked(node, row):
    while not isinstance(node, float):
        node = node.low if row[node.feature] <= node.threshold else node.high
    return node


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_trees_end_where_walking_them_ends(data):
    numbers = st.sampled_from([-1.0, 0.0, 0.5, 0.5000001, 2.0])
    nodes = st.recursive(
        numbers, lambda below: st.builds(Fork, st.integers(0, 5), numbers, below, below), max_leaves=LEAVES
    )
    trees = data.draw(st.lists(nodes, max_size=5))
    rows = data.draw(st.lists(st.lists(numbers, min_size=6, max_size=6), min_size=1, max_size=3))
    expected = [sum(walked(tree, row) for tree in trees) for row in rows]
    assert Trees(trees).scores(np.array(rows)) == pytest.approx(expected)


def test_a_tree_with_too_many_leaves_is_refused():
    tree = 1.0
    for _ in range(LEAVES):
        tree = Fork(0, 0.0, tree, 1.0)
    with pytest.raises(ValueError, match="9 leaves"):
        Trees([tree])
