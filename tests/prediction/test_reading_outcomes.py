"""What the person's next prompt says of a prediction: the rules, on cases as they occur."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clone_mcp.models.events import IDLE, Author, Channel, Source, StoredEvent
from clone_mcp.models.prediction import Candidate, Confidence, Decision, Kind, Outcome, Prediction, Question
from clone_mcp.prediction.outcomes import (
    ObservedOutcome,
    Ruling,
    closes,
    ends_content,
    own_words,
    rule,
    undoes,
    verdict,
)
from tests.support.events import NINE

ACCEPTED, EDITED, REJECTED = Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED
ASKED = "All tests pass now. Shall I commit the change?"
MENU = "Which database?\n\n1. Postgres\n2. SQLite\n3. Neither"


@pytest.mark.parametrize(
    ("predicted", "typed", "question", "expected"),
    [
        ("yes", "Yes!", ASKED, ACCEPTED),
        ("yes", "go ahead", ASKED, ACCEPTED),
        ("yes", "sounds good, please proceed", ASKED, ACCEPTED),
        ("好", "好的", ASKED, ACCEPTED),
        ("ja", "ja, mach", ASKED, ACCEPTED),
        ("continue", "keep going", "", ACCEPTED),
        ("yes", "continue", ASKED, ACCEPTED),
        ("commit", "commit this please", ASKED, ACCEPTED),
        ("commit", "/commit", ASKED, ACCEPTED),
        ("1", "option 1 please", MENU, ACCEPTED),
        ("Postgres", "1", MENU, ACCEPTED),
        ("1", "2", MENU, REJECTED),
        ("fix the failing tests", "please fix the failing test", ASKED, ACCEPTED),
        ("commit", "commit and push", ASKED, EDITED),
        ("commit and push", "commit, but don't push yet", ASKED, REJECTED),
        ("commit", "commit, but don't push yet", ASKED, EDITED),
        ("use pnpm", "use npm", "", REJECTED),
        ("run the tests", "don't run the tests", "", REJECTED),
        ("use port 8080", "use port 9090", "Which port?", REJECTED),
        ("prüf die Tests", "lösch die Tests", "", REJECTED),
        ("yes", "yes, but run the linter first", ASKED, EDITED),
        ("add tests for the parser", "add tests for the lexer and then run all of them once more", ASKED, EDITED),
        ("yes", "no", ASKED, REJECTED),
        ("no", "yes", ASKED, REJECTED),
        ("yes", "no, wait", ASKED, REJECTED),
        ("commit", "don't commit", ASKED, REJECTED),
        ("push it", "why is the header still blue?", ASKED, REJECTED),
        ("yes", "yes, do B", "Is that right?", EDITED),
        ("yes", "yes, use the SQLite one", "Shall I use the SQLite one?", ACCEPTED),
    ],
)
def test_a_reply_is_compared_by_what_it_means(predicted, typed, question, expected):
    assert verdict(predicted, typed, question=question) is expected


@pytest.mark.parametrize(
    ("predicted", "typed", "expected"),
    [
        ("Postgres", "postgres", ACCEPTED),
        ("Postgres", "1", ACCEPTED),
        ("Postgres", "let's go with option 2", REJECTED),
        ("Postgres", "what would you take?", REJECTED),
        ("Postgres", "neither, keep the files", REJECTED),
    ],
)
def test_options_are_compared_by_what_is_taken_of_them(predicted, typed, expected):
    assert verdict(predicted, typed, question=MENU, options=("Postgres", "SQLite")) is expected


UNDONE = """no, stop|revert that|No!|undo the last commit|please roll back your changes|wait, why did you delete it?
hold on|that's not what I asked for|I didn't ask you to push|don't push|not what I meant|put it back|oops, undo it
nein, nicht pushen|mach das rückgängig|stopp|arrête|annule ça|para|deshaz eso|no, eso no|não, reverte|annulla
нет, верни как было|откати|不要提交|撤销|停|别动那个文件|いや、戻して|待って|취소해|되돌려줘"""
LEFT = """no problem, thanks|no worries|nope, all good|no, that's fine|stop the dev server and start it again|yes
don't forget the tests|restart the server|cancel the order endpoint should return 404|notes on the release|wait for CI
now add a test|nothing else|normal mode please|revertible migrations would be nice|Parameters look wrong|noch ein Test
noted, go on|好的，继续"""


@pytest.mark.parametrize("typed", [each for line in UNDONE.splitlines() for each in line.split("|")])
def test_taking_something_back_is_recognised_in_several_languages(typed):
    assert undoes(typed)


@pytest.mark.parametrize("typed", [each for line in LEFT.splitlines() for each in line.split("|")])
def test_going_on_is_not_taken_for_taking_back(typed):
    assert not undoes(typed)


@pytest.mark.parametrize(
    ("typed", "closing"),
    [
        ("thanks!", True),
        ("Perfect, thank you so much", True),
        ("ok great, that's all for now", True),
        ("vielen Dank", True),
        ("谢谢", True),
        ("great, now do the next one", False),
        ("it works now but the build fails", False),
        ("done with the header?", False),
        ("ok " * 2000, False),
    ],
)
def test_being_content_is_told_from_going_on(typed, closing):
    assert closes(typed) is closing


CONTENT = """perfect, I will show it to Anna|thanks, that fixed it|great, it works now, thanks|thanks for the help
danke, ich teste es morgen|merci, je vais le tester demain|gracias, lo pruebo mañana|obrigado, vou testar
grazie, funziona|спасибо, я проверю|谢谢，我明天测试|谢谢你|ありがとうございます|고마워요, 내일 볼게요"""
NOT_CONTENT = """thanks for nothing, this is broken, revert it|thanks for nothing|great, but the button is still broken
thanks, now also add an index|thanks and add an index|no thanks, that's wrong|great work, run the tests
great, I will need you to add an index|thanks, I'll revert this, it is broken|perfect, what about the tests? I will wait
danke, aber der Button ist kaputt|danke, jetzt noch einen Index|merci, mais ça ne marche pas
merci, ajoute maintenant un index|gracias, pero sigue roto|gracias, ahora añade un índice
obrigado, mas ainda não funciona|obrigado, agora adicione um índice|grazie, ma non funziona
grazie, ora aggiungi un indice|спасибо, но кнопка не работает|спасибо, теперь добавь индекс
谢谢，但是按钮还是坏的|谢谢，现在再加一个索引|ありがとう、でもボタンが壊れています
ありがとう、次はインデックスを追加して|고마워, 하지만 버튼이 아직 안 돼요|고마워, 이제 인덱스를 추가해"""


@pytest.mark.parametrize("typed", [each for line in CONTENT.splitlines() for each in line.split("|")])
def test_whoever_thanks_and_leaves_it_at_that_is_content(typed):
    assert ends_content(typed)


@pytest.mark.parametrize("typed", [each for line in NOT_CONTENT.splitlines() for each in line.split("|")])
def test_thanks_with_a_complaint_an_order_or_a_question_behind_them_are_no_content(typed):
    assert not ends_content(typed)
    assert not closes(typed)


@given(st.text(max_size=300), st.text(max_size=3000), st.text(max_size=300), st.lists(st.text(), max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_is_typed_there_is_an_answer(predicted, typed, question, options):
    assert verdict(predicted, typed, question=question, options=options) in Outcome
    assert undoes(typed) in (True, False)
    assert closes(typed) in (True, False)
    assert ends_content(f"thanks {typed}") in (True, False)
    assert len(own_words(typed)) <= len(typed)


def test_only_what_was_typed_counts():
    assert own_words("why?\n```\nyes\n```") == "why?"
    assert own_words("> yes, commit it") == ""
    assert own_words("word " * 1000) == ""


# A session after a prediction


def predicted(response="yes", *, auto=False, kind=Kind.REPLY, asked=ASKED, minutes=0.0, options=()) -> Prediction:
    return Prediction(
        id=f"p{minutes}",
        kind=kind,
        question=Question("codex", asked, "s", options),
        candidates=(Candidate(response, Confidence(0.9, 0.9, 0.9), ""),),
        decision=Decision.AUTO if auto else Decision.ESCALATED,
        abstained=None,
        stop_recommended=False,
        model="local-3",
        created_at=NINE + timedelta(minutes=minutes),
        latency_ms=1.0,
    )


def turn(text: str, minutes: float = 1, author=Author.PERSON, channel=Channel.ATTESTED) -> StoredEvent:
    field, kind = ("response", "agent.response") if author is Author.AGENT else ("prompt", "agent.prompt")
    at = NINE + timedelta(minutes=minutes)
    return StoredEvent(
        f"e{minutes}", "s", kind, Source.CLI, None, None, author, channel, at, at, {"agent": "codex", field: text}
    )


def told(prediction: Prediction, *turns: StoredEvent, newer=(), hours: float = 1.0) -> ObservedOutcome | Ruling:
    return rule(prediction, turns, newer, now=NINE + timedelta(hours=hours))


def agent(text: str, minutes: float = 1) -> StoredEvent:
    return turn(text, minutes, Author.AGENT)


def clone(text: str, minutes: float = 1) -> StoredEvent:
    return turn(text, minutes, Author.CLONE)


YES = ObservedOutcome(ACCEPTED, Channel.ATTESTED, "e1")


def test_the_next_prompt_tells_by_its_channel():
    assert told(predicted(), turn("yes")) == YES
    assert told(predicted(), turn("yes", channel=Channel.CLAIMED)) == replace(YES, channel=Channel.CLAIMED)
    assert told(predicted()) is Ruling.OPEN


@pytest.mark.parametrize("author", [Author.CLONE, Author.UNATTRIBUTED, Author.AGENT, Author.TOOL])
def test_what_somebody_else_types_is_never_an_outcome(author):
    other = replace(turn("yes"), author=author)
    assert told(predicted(), other, turn("yes", 2)) is Ruling.NOTHING


def test_a_paste_is_never_an_outcome():
    assert told(predicted(), turn("```\nyes\n```")) is Ruling.NOTHING


def test_the_agent_may_put_the_question_in_its_own_words():
    assert told(
        predicted(), agent("The tests pass. I would commit the change now, shall I?"), turn("yes", 2)
    ) == ObservedOutcome(ACCEPTED, Channel.ATTESTED, "e2")


def test_an_answer_to_something_else_says_nothing():
    turns = agent("Let me look."), agent("I found three ways to lay out the settings page.", 2), turn("the second", 3)
    assert told(predicted(), *turns) is Ruling.NOTHING
    assert told(predicted(), turn("yes", 5), newer=[predicted(asked="Which port shall it be?", minutes=3)]) is (
        Ruling.NOTHING
    )
    assert told(predicted(), turn("yes", 60 * 25)) is Ruling.NOTHING


def test_a_choice_that_may_have_been_made_by_a_button_is_not_missed_in_what_is_typed_later():
    menu = predicted("Postgres", asked=MENU, options=("Postgres", "SQLite"))
    assert told(menu, turn("what would you take?")) == replace(YES, outcome=REJECTED)
    went_on = agent("Set up, and all the migrations ran.")
    assert told(menu, went_on, turn("now add a page for the settings", 2)) is Ruling.NOTHING
    assert told(menu, went_on, turn("option 2", 2)) == ObservedOutcome(REJECTED, Channel.ATTESTED, "e2")


def test_the_same_question_asked_twice_is_answered_twice():
    again = predicted(minutes=1)
    assert told(predicted(), turn("yes", 2), newer=[again]) == told(again, turn("yes", 2))


def test_what_happened_before_is_no_answer_however_late_it_is_told():
    assert told(predicted(minutes=5), turn("yes")) is Ruling.OPEN
    ahead = replace(turn("yes", 30), received_at=NINE)  # its producer's clock is fast
    assert told(predicted(minutes=5), ahead) is Ruling.OPEN


@pytest.mark.parametrize("went_out", [clone("yes"), clone("Q: Shall I commit?\nA: yes"), agent("Committed as 3f2a.")])
def test_an_automatic_answer_is_rejected_only_by_taking_it_back(went_out):
    auto = predicted(auto=True)
    assert told(auto, went_out, turn("no, revert that", 2)) == ObservedOutcome(REJECTED, Channel.ATTESTED, "e2")
    assert told(auto, went_out, turn("now the settings page", 2)) is Ruling.STOOD


def test_taking_back_means_the_last_automatic_answer():
    first, second = predicted(auto=True), predicted("push", auto=True, asked="Shall I push the branch?", minutes=2)
    turns = clone("yes"), agent("Committed.", 1.5), clone("push", 3), turn("no, revert that", 4)
    assert told(first, *turns, newer=[second]) is Ruling.NOTHING
    assert told(second, *turns) == ObservedOutcome(REJECTED, Channel.ATTESTED, "e4")


def test_an_automatic_answer_that_never_went_out_is_compared():
    assert told(predicted(auto=True), turn("yes")) == YES
    assert told(predicted(auto=True), turn("no, wait")) == replace(YES, outcome=REJECTED)


@pytest.mark.parametrize(
    ("guess", "turns", "expected"),
    [
        ("continue", [turn("now the settings page")], YES),
        ("stop", [turn("now the settings page")], replace(YES, outcome=REJECTED)),
        ("stop", [turn("thanks!")], YES),
        ("stop", [], ObservedOutcome(ACCEPTED, Channel.CLAIMED, None)),
        (
            "continue",
            [turn("and now?", IDLE.total_seconds() / 60 + 1)],
            ObservedOutcome(REJECTED, Channel.CLAIMED, None),
        ),
        ("continue", [clone("go on")], Ruling.NOTHING),
    ],
)
def test_whether_they_went_on_shows_in_what_they_typed_and_when(guess, turns, expected):
    assert told(predicted(guess, kind=Kind.CONTINUATION), *turns, hours=2) == expected


def test_silence_says_nothing_before_a_while_has_passed():
    assert told(predicted("stop", kind=Kind.CONTINUATION), hours=0.5) is Ruling.OPEN
