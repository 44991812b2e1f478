"""What is read from an agent's message, in several languages, and what a reply takes of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.language.choices import listed, picked
from clone_mcp.language.message import KINDS, read
from clone_mcp.language.question_trace import OPEN, answered, packed, question_in, unpacked
from clone_mcp.language.replies import INTENTS, intent_of
from clone_mcp.language.wording import resembles

MENU = "Two ways:\n\n1. **Cache it** - quick to build\n2. Ask the server (slower)\n\nWhich one do you prefer?"


@pytest.mark.parametrize(
    ("said", "offers"),
    [
        ("It builds. Would you like me to commit the change?", [("yes", "commit the change")]),
        ("Shall I go ahead and run the tests?", [("yes", "run the tests")]),
        ("Fertig. Soll ich die Tests laufen lassen?", [("ja", "die Tests laufen lassen")]),
        ("Listo. ¿Quieres que suba los cambios?", [("sí", "suba los cambios")]),
        ("C'est fait. Veux-tu que je lance les tests ?", [("oui", "je lance les tests")]),
        ("Pronto. Você quer que eu rode os testes?", [("sim", "eu rode os testes")]),
        ("已经完成。要不要我继续重构？", [("好", "继续重构")]),
        ("I removed the helper.", []),
    ],
)
def test_an_offer_is_found_in_the_language_it_is_made_in(said, offers):
    assert list(read(said).offers) == offers


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("Shall I push it?", "offer"),
        ("Soll ich es pushen?", "offer"),
        ("需要我提交吗？", "offer"),
        ("Does that look right to you?", "confirm"),
        (MENU, "choice"),
        ("Which port should it listen on?", "question"),
        ("Please restart the server and tell me what it prints.", "request"),
        ("Let me look at the tests:", "broken"),
        ("All done, 12 tests pass.", "done"),
        ("The house is old.", "other"),
        ("", "other"),
    ],
)
def test_what_a_message_waits_for(said, kind):
    assert read(said).kind == kind


@pytest.mark.parametrize(
    ("said", "steps"),
    [
        ("Done.\n\nNext steps:\n- wire the form\n- add a test", ["wire the form", "add a test"]),
        (
            "Fertig.\n\nNächste Schritte:\n1. Formular anbinden\n2. Test ergänzen",
            ["Formular anbinden", "Test ergänzen"],
        ),
        ("完成。下一步：补充测试", ["补充测试"]),
        ("Nothing is left.", []),
    ],
)
def test_the_steps_a_message_names(said, steps):
    assert list(read(said).steps) == steps


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("1. Cache it\n2. Ask the server", [("1", "Cache it"), ("2", "Ask the server")]),
        ("A) 先提交\nB) 先测试", [("a", "先提交"), ("b", "先测试")]),
        ("Option 1: alt\nOption 2: neu", [("1", "alt"), ("2", "neu")]),
        ("1. a plan\n2. of old\n\n1. Yes\n2. No", [("1", "Yes"), ("2", "No")]),
        ("1. alone", []),
        ("no list at all", []),
    ],
)
def test_the_choices_a_message_lists(text, choices):
    assert list(listed(text)) == choices


@pytest.mark.parametrize(
    ("reply", "place"),
    [
        ("1", 0), ("2.", 1), ("option 2", 1), ("let's do 1 please", 0), ("ok, ask the server", 1),
        ("3", None), ("1 and 2", None), ("something else", None), ("why 2?", None), ("", None),
    ],
)  # fmt: skip
def test_which_choice_a_reply_takes(reply, place):
    assert picked(read(MENU).choices, reply) == place


@pytest.mark.parametrize(
    ("reply", "intent"),
    [
        ("2", "option"), ("/review", "slash"), ("commit and push", "commit"), ("open a PR", "push"), ("ja", "approve"),
        ("继续", "continue"), ("weiter", "continue"), ("no, wait", "no"), ("why?", "ask"), ("the left one", "other"),
    ],
)  # fmt: skip
def test_the_intent_of_a_reply(reply, intent):
    assert intent_of(reply) == intent


@pytest.mark.parametrize(
    ("a", "b", "alike"),
    [
        ("Commit it!", "commit it", True),
        ("run the tests", "run the tests now", True),
        ("继续吧", "继续", True),
        ("yes", "no", False),
        ("👍", "👍", True),
        ("👍", "👎", False),
        ("", "yes", False),
    ],
)
def test_what_says_about_the_same(a, b, alike):
    assert resembles(a, b) is alike
    assert resembles(b, a) is alike


def test_a_question_is_kept_without_the_wording_of_its_choices():
    waiting = question_in(MENU)
    assert b"Cache it" in waiting
    kept = answered(waiting, "ask the server")
    assert b"Cache it" not in kept
    asked = unpacked(kept)
    message = read(MENU)
    assert (asked.kind, asked.topic, asked.ask, asked.cues, asked.picked) == (
        message.kind,
        message.topic,
        message.ask,
        message.cues,
        1,
    )


@pytest.mark.parametrize("question", [b"", b"\x01" * 64, b"{" * 64])
def test_a_question_that_was_kept_in_another_form_says_nothing(question):
    assert unpacked(answered(question, "1")) == OPEN


@given(st.text(max_size=300), st.text(max_size=40))
def test_any_text_can_be_read_and_kept(said, reply):
    message = read(said)
    assert message.kind in KINDS
    assert intent_of(reply) in INTENTS
    assert unpacked(packed(message)).topic == message.topic
    assert unpacked(answered(packed(message), reply)).kind == message.kind
