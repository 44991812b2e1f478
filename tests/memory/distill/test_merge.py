"""Which claims are one."""

from __future__ import annotations

import pytest

from clone_mcp.language.claim_keys import key_of, opposite, parsed
from clone_mcp.memory.merge import same_claim


def want(text, *, against=False):
    return key_of("want", text, against=against)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("use tabs", "use tabs"),
        ("use tabs over spaces", "tabs instead of spaces"),
        ("run the tests and the linter", "run linter and tests"),
        ("run all tests before committing", "running the test before commits"),
        ("use conventional commit messages", "use the conventional commit message"),
        ("write descriptive docstrings", "write descriptve docstrings"),
        ("use descriptive variable names", "use descriptive variable names always"),
        ("keep functions short and simple", "keep functions short, simple please"),
        ("use type hints in public functions", "type annotations in public functions"),
        ("never use emojis", "no emojis"),
        ("don't use global variables", "never use global variables"),
        ("use PostgreSQL", "use postgres"),
        ("explain every decision with examples", "explain decisions with short examples"),
    ],
)
def test_near_duplicates_merge(one, other):
    assert same_claim(want(one), [want("something else entirely"), want(other)]) == want(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("use tabs", "never use tabs"),
        ("tabs over spaces", "spaces over tabs"),
        ("use python 3.11", "use python 3.13"),
        ("use python", "use python 3.13"),
        ("use node 18 in containers today", "use node 20 in containers today"),
        ("run the tests", "run the linter"),
        ("run the tests before committing", "commit before running the tests"),
        ("commit after the tests", "commit and push after the tests"),
        ("write unit tests for parsers", "write integration tests for parsers"),
        ("use npm", "use pnpm"),
        ("use jest", "use vitest"),
        ("answer in english", "answer in german"),
        ("use vue", "use vite"),
        ("use tabs in python", "use tabs in typescript"),
        ("name tests nested", "name tests tested"),
        ("push to main", "push to master"),
        ("always ask before deleting files", "always ask before deleting branches"),
        ("use async functions", "use sync functions"),
        ("use port 8080", "use port 8081"),
        ("use tabs", "use tabs over spaces"),
        ("ask when unsure", "ask"),
    ],
)
def test_what_differs_stays_apart(one, other):
    assert same_claim(want(one), [want(other)]) is None
    assert same_claim(want(other), [want(one)]) is None


def test_habits_merge_only_when_they_are_the_same():
    assert same_claim("habit + continue", ["habit + continu", "want + continue"]) is None
    assert same_claim("habit + /review", ["habit + review", "habit + /review"]) == "habit + /review"


def test_tools_merge_only_when_they_are_the_same():
    assert same_claim("use + github actions", ["use + github"]) is None


def test_the_exact_key_wins():
    assert same_claim(want("use tabs"), [want("tab"), want("tabs over spaces")]) == want("use tabs")


@pytest.mark.parametrize(
    "text", ["tabs over spaces", "use tabs", "never use tabs", "run tests before commit", "不要使用空格"]
)
def test_the_opposite_of_the_opposite_is_the_claim(text):
    key = want(text)
    assert opposite(opposite(key)) == key != opposite(key)


def test_a_key_can_be_read_back():
    key = want("never use python 3.11 before 3.13 without asking")
    assert str(parsed(key)) == key


def test_a_key_in_another_form_is_read_as_words():
    assert same_claim("User likes tabs", ["likes user tabs"]) == "likes user tabs"
