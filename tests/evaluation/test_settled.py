"""Standing answers in a replay: each offer answers from the moment it would have been made, and is judged."""

from __future__ import annotations

from datetime import timedelta

from clone_mcp.evaluation.settled import SettledCount, SettledSoFar, SettledStep, count, words
from clone_mcp.models.act import CountableAnswer
from tests.support.events import NINE

TESTS = "Shall I run the tests?"


def replay(*talks: tuple[str, str, str]) -> list[SettledStep]:
    """Session, question and reply of each."""
    known, steps = SettledSoFar(), []
    for number, (session, question, reply) in enumerate(talks):
        at = NINE + timedelta(minutes=number)
        offered = known.ask(question, (), session_id=session, at=at)
        steps.append(known.judge(offered, reply))
        known.learn(CountableAnswer(str(number), session, at, True, question, reply))
    return steps


def test_an_offer_answers_the_questions_of_later_sessions():
    yes = [(session, TESTS, "yes") for session in "aabbbcd"]
    steps = replay(*yes)
    # It was made in b, whose other questions it does not answer.
    assert [bool(step.used) for step in steps] == [False] * 5 + [True] * 2
    assert count(steps) == SettledCount(7, 2, 2, ((f"“{TESTS}”: yes", 2, 2),))
    assert list(words([count(steps)])) == [
        "Standing answers: Clone would have offered 1. With these, 2 of 7 questions would have been answered (28.6%), "
        "2 of them as the person did.",
        f"  “{TESTS}”: yes  (2 of 2 right)",
    ]


def test_the_first_different_answer_is_counted_wrong_and_ends_it():
    talks = [(session, TESTS, "yes") for session in "abc"] + [("d", TESTS, "no"), ("e", TESTS, "yes")]
    steps = replay(*talks)
    assert [(bool(step.used), step.right) for step in steps[3:]] == [(True, False), (False, False)]


def test_somebody_who_alternates_is_offered_nothing():
    steps = replay(*((f"s{number}", TESTS, "yes" if number % 2 else "no") for number in range(40)))
    assert count(steps).offers == ()
    assert list(words([count(steps)])) == [
        "Standing answers: nothing was answered the same way often enough to be offered as one."
    ]
