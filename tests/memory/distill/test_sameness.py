"""Which facts say the same, and which can't both hold."""

from __future__ import annotations

import pytest

from clone_mcp.memory.claims import claims
from clone_mcp.memory.habits import habit
from clone_mcp.memory.sameness import opposed, same_fact, same_meaning
from clone_mcp.models.memory import Claim
from tests.memory.distill.rows import fact, raw


def stated(text: str) -> Claim:
    [claim] = claims([raw(text)])
    return claim


def repeated(text: str) -> Claim:
    claim = habit(text, [raw(text)])
    assert claim is not None
    return claim


def same(one: Claim, two: Claim) -> bool:
    return same_fact(one, [fact(two.text, key=two.key)]) is not None


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("Always open PRs as drafts", "Always create pull requests as drafts"),
        ("Never delete files", "Never remove files"),
        ("Always run the tests before committing", "always run the test before you commit"),
    ],
)
def test_other_words_for_the_same_wish_are_one_fact(one, two):
    assert same(stated(one), stated(two))
    assert same(stated(two), stated(one))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("I prefer toola over make", "I prefer toolb over make"),
        ("Always run the unit tests", "Always run the browser tests"),
        ("Always run 2 reviewers", "Always run 3 reviewers"),
        ("Always push to main", "Never push to main"),
        ("Always write tests first", "Always write docs first"),
        ("Always squash commits", "Always squash commits before merging"),
    ],
)
def test_what_differs_in_a_word_that_matters_stays_two(one, two):
    assert not same(stated(one), stated(two))


@pytest.mark.parametrize(
    ("one", "two", "result"),
    [
        ("yes please", "yes", True),
        ("go ahead", "continue", True),
        ("yes", "no", False),
        ("commit it", "push it", False),
        ("commit it", "don't commit it", False),
    ],
)
def test_replies_are_one_habit_when_they_mean_the_same(one, two, result):
    if habit(two, [raw(two)]) is None:  # a complaint is no habit, so it is not the same one either
        assert not result
        return
    assert same(repeated(one), repeated(two)) is result


def test_the_name_of_a_tool_means_nothing_else():
    assert not same_meaning("use + postgres", "Works with Postgres.", "use + postgresql", "Works with PostgreSQL.")


@pytest.mark.parametrize(
    ("one", "two", "result"),
    [
        ("Never remove files", "Always delete files", True),
        ("I prefer short commit messages", "I prefer long commit messages", True),
        ("I prefer short commit messages", "I prefer long walks", False),
        ("Always run the tests", "Never skip the tests", False),
    ],
)
def test_opposites_are_found_in_other_words(one, two, result):
    mine, theirs = stated(one), stated(two)
    assert opposed(mine.key, mine.text, theirs.key, theirs.text) is result
    assert opposed(theirs.key, theirs.text, mine.key, mine.text) is result
