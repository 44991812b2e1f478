"""A permission covers what it says, whole and alone. The table holds what people wrote and what was made of it."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clone_mcp.models.prediction import Question
from clone_mcp.stakes import acts
from clone_mcp.stakes.coverage import read_permission
from clone_mcp.stakes.permission import covering, permissions
from tests.stakes.test_permission import confirmed

HERE = Path(__file__).parent
GRAVE = (
    "Then I drop the users table.",
    "I will also delete the production database.",
    "That deletes all history.",
    "It goes to 12,000 customers.",
    "Also force-push to main?",
    "The tests fail.",
    "Danach lösche ich die Datenbank.",
    "Ensuite je supprime la base de données.",
    "之后我会删除数据库。",
)
LIMITS = (
    "all",
    "every",
    "old",
    "production",
    "dev",
    "not",
    "without",
    "--force",
    "12,000",
    "also",
    "never",
    "customers",
)


def read(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


ROWS = read("coverage.tsv")
COVERED = [row for row in ROWS if row["covered"] == "yes"]
PERMITTED = [said.act for row in COVERED if (said := read_permission(row["permission"]))]
ELSEWHERE = [
    row["question"]
    for row in ROWS
    if row["question"] != "What next?"
    and not any(act.split()[-1].casefold() in row["question"].casefold() for act in PERMITTED)
]
"""Grave questions that name nothing of what is permitted."""


def covers(row: dict[str, str], question: str | None = None, reply: str | None = None) -> bool:
    asked = Question("codex", row["question"] if question is None else question)
    found = covering(permissions([confirmed(row["permission"])], None), asked, reply or row["reply"])
    return bool(found)


def names(row: dict[str, str]) -> set[str]:
    """The words by which a permission is limited."""
    said = read_permission(row["permission"])
    assert said is not None
    return set(said.whole.casefold().split()) - {"the", "is"}


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['permission'][:40]} / {row['question'][:60]}")
def test_it_covers_what_it_names_and_nothing_else(row):
    assert acts(row["question"], row["reply"]), "nothing is set in motion, so the row proves nothing"
    assert covers(row) is (row["covered"] == "yes")


@settings(deadline=None)
@given(st.sampled_from(COVERED), st.sampled_from(GRAVE), st.booleans())
def test_another_act_beside_it_is_never_covered(row, grave, first):
    question = f"{grave} {row['question']}" if first else f"{row['question']} {grave}"
    assert not covers(row, question)


@settings(deadline=None)
@given(st.sampled_from(COVERED), st.sampled_from(ELSEWHERE))
def test_a_question_after_it_needs_a_permission_of_its_own(row, other):
    assert not covers(row, f"{row['question']} {other}")


@settings(deadline=None)
@given(st.sampled_from([row for row in COVERED if row["question"] != "What next?"]), st.data())
def test_without_one_of_its_words_the_question_is_not_covered(row, data):
    said = row["question"].split()
    limits = [place for place, word in enumerate(said) if word.casefold().strip(".,?;¿") in names(row)]
    if limits:  # there are none where it is written without blanks
        place = data.draw(st.sampled_from(limits))
        assert not covers(row, " ".join(said[:place] + said[place + 1 :]))


@settings(deadline=None)
@given(st.sampled_from(COVERED), st.sampled_from(LIMITS), st.data())
def test_with_one_word_more_the_question_is_not_covered(row, word, data):
    said = row["question"].split()
    assume(word != "all" or "." not in row["question"])  # more than was wanted may pass its tests
    place = data.draw(st.integers(0, len(said)))
    assert not covers(row, " ".join([*said[:place], word, *said[place:]]))


@settings(deadline=None)
@given(st.sampled_from(COVERED), st.sampled_from(ELSEWHERE))
def test_a_reply_that_says_more_is_never_covered(row, other):
    assert not covers(row, reply=f"yes. {other}")


def test_options_are_compared_by_their_words_and_never_by_their_letters():
    allowed = permissions([confirmed("You may deploy to staging without asking me.")], None)
    asked = Question("codex", "What next?", options=("Deploy to staging", "Deploy to production"))
    assert covering(allowed, asked, "Deploy to staging")
    assert not covering(allowed, asked, "Deploy to production")
    assert not covering(allowed, asked, "both, deploy now")
