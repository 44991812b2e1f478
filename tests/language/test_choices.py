"""A question with options has one spelling, and what was taken is read off it whatever the order."""

from __future__ import annotations

import pytest

from clone_mcp.language.choices import offered, spelled, taken_whole, together
from clone_mcp.language.message import read
from clone_mcp.language.question_trace import QuestionTrace, answered, question_in, unpacked

ASKED, OPTIONS = "Which database?", ("SQLite (Recommended)", "Postgres", "Keep /plan_review as it is")
DIALOG = "Which database?\n( ) SQLite (Recommended)\n( ) Postgres\n( ) Keep /plan_review as it is"


def trace(text: str, reply: str) -> QuestionTrace:
    return unpacked(answered(question_in(text), reply))


def test_a_question_is_spelled_with_its_options_once():
    assert spelled(ASKED, OPTIONS) == DIALOG
    assert spelled(DIALOG, OPTIONS) == DIALOG
    assert spelled(ASKED, ()) == ASKED
    assert [wording for _, wording in offered(DIALOG)] == [*OPTIONS[:2], "Keep /planreview as it is"]
    assert offered("Done:\n- SQLite\n- Postgres") == ()


@pytest.mark.parametrize("bullet", ["- ", "* ", "• "])
def test_options_that_a_client_lists_without_numbers_are_spelled_alike(bullet):
    assert spelled("\n".join([ASKED, *(bullet + option for option in OPTIONS)]), OPTIONS) == DIALOG


def test_a_question_that_numbers_its_options_stays_as_it_is():
    said = "Which database?\n1. SQLite - one file\n2. Postgres - a server"
    for options in (("SQLite", "Postgres"), ("Postgres", "SQLite"), ("1", "2")):
        assert spelled(said, options) == said
    assert spelled(said, ("SQLite", "MySQL")) != said


def test_an_option_with_line_breaks_takes_one_line():
    assert spelled("Which?", ("a\n b", "c")) == "Which?\n( ) a b\n( ) c"


@pytest.mark.parametrize(
    ("reply", "taken"),
    [
        ("Postgres", (1,)),
        ("postgres!", (1,)),
        ("SQLite (Recommended)", (0,)),
        ("Keep /plan_review as it is", (2,)),
        ("Postgres, SQLite (Recommended)", (0, 1)),
        (together(OPTIONS), (0, 1, 2)),
        ("Postgres, but not yet", ()),
        ("Postgres Postgres", ()),
        ("neither", ()),
        ("", ()),
    ],
)
def test_a_reply_takes_what_it_consists_of(reply, taken):
    assert taken_whole([(str(n), option) for n, option in enumerate(OPTIONS, 1)], reply) == taken


def test_what_was_taken_is_known_again_in_another_order():
    turned = spelled(ASKED, OPTIONS[::-1])
    one, other = trace(DIALOG, "Postgres"), trace(turned, "Postgres")
    assert (one.again, one.taken, one.in_dialog) == (other.again, other.taken, True)
    assert one.again == trace("Which database?\n1. Postgres\n2. SQLite\n3. Keep /plan_review as it is", "1").again
    for others in ((*OPTIONS[:2], "Redis"), OPTIONS[:2]):
        assert trace(spelled(ASKED, others), "Postgres").again != one.again
    assert trace(spelled("Which cache?", OPTIONS), "Postgres").again != one.again


def test_options_that_were_taken_together_are_kept_together():
    both = trace(DIALOG, "SQLite (Recommended), Postgres")
    assert (both.picked, both.taken, len(both.several)) == (None, "", 2)
    assert set(both.several) == {trace(DIALOG, "Postgres").taken, trace(DIALOG, "SQLite (Recommended)").taken}
    assert both.marks == both.several


@pytest.mark.parametrize("reply", ["Postgres, but in a container", "I would keep plan review for now", "no"])
def test_what_was_typed_in_a_dialog_is_none_of_the_options_however_alike(reply):
    typed = trace(DIALOG, reply)
    assert (typed.marks, typed.in_dialog) == ((), True)


def test_a_place_in_a_dialog_is_a_pick():
    assert trace(DIALOG, "2").marks == trace(DIALOG, "the second").marks == trace(DIALOG, "Postgres").marks


def test_a_dialog_is_a_choice_and_asked_as_it_is_recorded():
    message = read(spelled(ASKED, OPTIONS))
    assert (message.kind, len(message.choices), message.in_dialog) == ("choice", 3, True)
    assert not read("Which?\n1. a\n2. b").in_dialog
