"""A pick is a vote for what its option said, never for its place; and what answers a question the same is one guess."""

from __future__ import annotations

import pytest

from clone_mcp.models.prediction import Guess, Proposal
from clone_mcp.prediction.materials import scored_by
from tests.prediction.test_opposites import history, predicted

ASKED = "Which cache?"
REDIS_FIRST, REDIS_LAST = f"{ASKED}\n1. Redis\n2. Memcached", f"{ASKED}\n1. Memcached\n2. Redis"
LETTERS = f"{ASKED}\na) Memcached\nb) Redis - it is fast"
PICKS = [
    (REDIS_FIRST, "1"),
    (REDIS_FIRST, "the first one"),
    (REDIS_LAST, "2"),
    (REDIS_LAST, "the second"),
    (LETTERS, "B"),
]


@pytest.mark.parametrize(("said", "pick"), PICKS)
@pytest.mark.parametrize(("now", "label"), [(REDIS_FIRST, "1"), (REDIS_LAST, "2"), (LETTERS, "b")])
def test_who_always_chose_redis_gets_redis_wherever_it_stands(said, pick, now, label):
    first, second, *_ = predicted(now, history([(said, pick)] * 20)).guesses
    assert first.response in (label, "Redis")
    assert first.score > 0.4 > 0.1 > second.score


@pytest.mark.parametrize(("said", "pick"), PICKS)
@pytest.mark.parametrize("text", [ASKED, REDIS_FIRST, REDIS_LAST])
@pytest.mark.parametrize("options", [("Memcached", "Redis"), ("Redis", "Memcached"), ("1. Memcached", "2. Redis")])
def test_the_same_where_options_are_given(said, pick, text, options):
    best = predicted(text, history([(said, pick)] * 20), options).guesses[0]
    assert best.response.endswith("Redis")
    assert best.score > 0.8


def test_an_option_that_is_no_more_than_a_label_says_what_the_message_lists_under_it():
    assert predicted(REDIS_LAST, history([(REDIS_FIRST, "1")] * 20), ("1", "2")).guesses[0].response == "2"


def test_picks_by_either_place_are_picks_of_one_option():
    made = predicted(REDIS_LAST, history([(REDIS_FIRST, "1"), (REDIS_LAST, "2")] * 20))
    assert made.guesses[0].response == "2"
    assert "1" not in [guess.response for guess in made.guesses]


@pytest.mark.parametrize("now", [REDIS_FIRST, REDIS_LAST, ASKED])
def test_a_pick_of_options_that_nobody_saw_is_a_vote_for_none(now):
    unseen = predicted(now, history([(ASKED, "1")] * 20))
    if now != ASKED:
        assert max(guess.score for guess in unseen.guesses) < 0.1
    assert predicted(ASKED, history([(ASKED, "1")] * 20), ("Memcached", "Redis")).abstained is not None


def test_a_pick_says_nothing_where_other_options_are_offered_or_none():
    known = history([(REDIS_FIRST, "1")] * 20)
    for now in (ASKED, f"{ASKED}\n1. Valkey\n2. Memcached"):
        assert predicted(now, known).guesses[0].score < 0.1


def test_a_number_that_was_asked_for_is_no_place():
    workers = "How many workers shall I start?"
    assert predicted(workers, history([(workers, "3")] * 20), ("3", "2", "1")).guesses[0].response == "3"


@pytest.mark.parametrize(
    ("asked", "ways"),
    [
        ("Shall I run the tests?", ("yes", "run the tests")),
        ("Shall I run the tests?", ("run the tests", "yes, run the tests")),
        ("Soll ich die Tests laufen lassen?", ("ja", "lass die Tests laufen")),
        (REDIS_LAST, ("2", "Redis")),
    ],
)
def test_what_answers_the_question_the_same_is_one_guess_in_its_commonest_words(asked, ways):
    for usual, other in (ways, ways[::-1]):
        made = predicted(asked, history([(asked, usual), (asked, other), (asked, usual)] * 7))
        given = [guess.response for guess in made.guesses]
        alone = predicted(asked, history([(asked, usual), (asked, "wait a moment"), (asked, usual)] * 7))
        assert given[0] == usual
        assert other not in given
        assert made.guesses[0].score > alone.guesses[0].score


def test_what_does_something_else_is_not_joined():
    asked = "All tests pass now. Shall I commit the change?"
    made = predicted(asked, history([(asked, "commit it"), (asked, "run everything")] * 20))
    assert {"commit it", "run everything"} <= {guess.response for guess in made.guesses}
    assert made.guesses[0].score < 0.7


def test_the_chances_of_answers_that_differ_add_up_to_one_at_most():
    guesses = tuple(Guess(text, 0.5, "") for text in ("stop", "go on", "wait"))
    worths = [worth for _, worth in scored_by("local-3", Proposal(guesses), lambda _name, _score: 0.512)]
    assert worths[0] == 0.512
    assert sum(worths) == pytest.approx(1.0)
    assert worths == sorted(worths, reverse=True)
