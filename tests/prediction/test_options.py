"""Options have odds that are the person's own: none at its rate, what was answered alike twice, several together."""

from __future__ import annotations

import pytest

from clone_mcp.language.choices import spelled
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, History, Outcome, Proposal, Question
from clone_mcp.prediction.calibrate import ridge_of
from clone_mcp.prediction.predictors import local
from clone_mcp.prediction.predictors.local import LocalPredictor
from tests.memory.person import Person
from tests.prediction.test_opposites import history

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ASKED, OPTIONS = "How shall I present the findings?", ("A list", "A table", "Prose")
OTHERS = [
    (f"Which {thing} fits the {place}?", (f"{thing} one", f"{thing} two"))
    for thing, place in [("font", "page"), ("cache", "server"), ("colour", "door"), ("name", "class"), ("key", "lock")]
]


def predicted(
    known: History, asked: str = ASKED, options: tuple[str, ...] = OPTIONS, *, several: bool = False
) -> Proposal:
    return LocalPredictor().ranked(Question("codex", asked, "s99", options, k=10, several=several), known)


def odds(proposal: Proposal) -> dict[str, float]:
    return {guess.response: guess.score for guess in proposal.guesses}


def none(proposal: Proposal) -> float:
    return 1.0 - sum(odds(proposal).values())


def dialog(*replies: str, asked: str = ASKED, options: tuple[str, ...] = OPTIONS) -> list[tuple[str, str]]:
    return [(spelled(asked, options), reply) for reply in replies]


def test_before_anything_is_known_the_odds_are_those_of_people():
    plain, advised = predicted(History()), predicted(History(), options=("A list", "A table (Recommended)", "Prose"))
    assert (none(plain), none(advised)) == (pytest.approx(0.26), pytest.approx(0.26))
    assert plain.guesses[0].response == "A list"
    assert odds(plain)["A list"] < 0.35
    assert advised.guesses[0].response == "A table (Recommended)"
    assert 0.4 < advised.guesses[0].score < 0.6
    assert plain.abstained
    assert plain.predictor == local.OPTIONS


def test_what_is_no_choice_comes_last():
    made = predicted(History(), options=("Something else", "A list", "A table"))
    assert made.guesses[-1].response == "Something else"


@pytest.mark.parametrize(("typed", "falls"), [(True, False), (False, True)])
def test_none_of_the_options_is_expected_as_often_as_this_person_takes_none(typed, falls):
    pairs = [
        pair
        for asked, options in OTHERS * 4
        for pair in dialog("something of my own here" if typed else options[1], asked=asked, options=options)
    ]
    expected = [none(predicted(history(pairs[:count]))) for count in (0, 3, 10, 20)]
    assert expected == sorted(expected, reverse=falls)
    assert abs(expected[-1] - (1.0 if typed else 0.0)) < 0.4
    assert 0.02 < expected[-1] < 0.98  # shrunk towards everybody


def test_what_is_typed_in_free_conversation_says_nothing_of_dialogs():
    said = "Done.\n1. Add a test\n2. Push it\nAnything else?"
    assert none(predicted(history([(said, "no, look at the logs")] * 20))) == none(predicted(History()))


@pytest.mark.parametrize("options", [OPTIONS, OPTIONS[::-1]])
def test_the_same_question_answered_alike_twice_is_a_strong_sign_whatever_the_order(options):
    once, twice, often = (predicted(history(dialog(*["Prose"] * times)), options=options) for times in (1, 2, 6))
    assert [each.guesses[0].response for each in (once, twice, often)] == ["Prose"] * 3
    assert once.guesses[0].score < 0.8 < twice.guesses[0].score < often.guesses[0].score < 0.97
    assert twice.guesses[0].reasoning == "You chose this 2 of the 2 times you were asked this."


def test_an_earlier_answer_that_differs_lowers_it():
    stable, once_not = (predicted(history(dialog(*replies))) for replies in (["Prose"] * 4, ["A list"] + ["Prose"] * 3))
    assert stable.guesses[0].score > 0.85
    assert once_not.guesses[0].response == "Prose"
    assert once_not.guesses[0].score < 0.8
    typed = predicted(history(dialog("as a chart, please", "Prose", "Prose")))
    assert typed.guesses[0].score < predicted(history(dialog("Prose", "Prose"))).guesses[0].score


def test_who_alternates_is_not_answered():
    for replies in (["Prose", "A list"] * 10, ["A list", "Prose"] * 10):
        made = predicted(history(dialog(*replies)))
        assert {guess.response for guess in made.guesses[:2]} == {"Prose", "A list"}
        assert made.guesses[0].score < 0.65


def test_a_question_that_is_only_alike_ranks_and_is_no_ground_to_act():
    pairs = dialog(*["Prose"] * 30, asked="How shall I present the other findings?")
    made = predicted(history(pairs))
    assert made.guesses[0].response == "Prose"
    assert made.guesses[0].score < 0.8


def test_several_that_were_taken_together_are_one_reply_and_each_has_its_odds():
    both = history(dialog("A list, Prose", "A list, Prose", "A list, Prose"))
    made = predicted(both, several=True)
    assert (made.guesses[0].response, made.abstained, made.predictor) == ("A list, Prose", None, local.SEVERAL)
    assert made.guesses[0].score > 0.8
    assert odds(made)["A list"] == odds(made)["Prose"] > 0.7 > 0.4 > odds(made)["A table"]
    assert predicted(both, options=OPTIONS[::-1], several=True).guesses[0].response == "Prose, A list"


@pytest.mark.parametrize("replies", [[], ["A list, Prose"], ["A list, Prose", "Prose"], ["Prose", "A list, Prose"]])
def test_several_are_never_ground_to_act_unless_the_very_set_came_back(replies):
    made = predicted(history(dialog(*replies)), several=True)
    assert made.abstained is not None
    assert {guess.response for guess in made.guesses} >= set(OPTIONS) - {made.guesses[0].response}


def test_a_set_is_no_vote_for_one_of_its_options():
    made = predicted(history(dialog(*["A list, Prose"] * 5)))
    assert made.guesses[0].score < 0.3


@pytest.fixture
def person(clone, me, tenant, clock) -> Person:
    return Person(clone, me, Caller(tenant, Scope.OWNER), clock)


@on_sqlite
async def test_scores_of_options_have_a_fit_of_their_own(clone, me, clock):
    free, chosen = Question("codex", "Shall I go on?"), Question("codex", ASKED, options=OPTIONS)
    for _ in range(6):
        clock.advance(seconds=1)
        made = [await clone.prediction.predict(me, each) for each in (free, chosen)]
        await clone.prediction.feedback(me, made[0].id, Outcome.ACCEPTED, None)
        await clone.prediction.feedback(me, made[1].id, Outcome.REJECTED, "as a chart, please")
    fits = {refit.predictor: refit for refit in (await clone.prediction.calibrate(me.tenant)).fits}
    assert set(fits) == {local.NAME, local.OPTIONS}
    assert [(fits[name].labels, fits[name].after.predictor) for name in (local.NAME, local.OPTIONS)] == [
        (6, local.NAME),
        (6, local.OPTIONS),
    ]
    assert {made[0].model, made[1].model} == {local.NAME, local.OPTIONS}
    assert all(ridge_of(name) == ridge_of(local.NAME) for name in local.NAMES)


@on_sqlite
async def test_what_recurs_is_answered_and_a_claim_of_it_is_not(clone, person):
    question = Question("codex", ASKED, "s9", OPTIONS)
    for number in range(3):
        await person.hears(spelled(ASKED, OPTIONS), f"s{number}")
        await person.says("Prose", session=f"s{number}", scope=Scope.AGENT)
    assert (await clone.prediction.predict(person.me, question)).decision is Decision.ESCALATED
    for number in range(3, 6):
        await person.hears(spelled(ASKED, OPTIONS), f"s{number}")
        await person.says("Prose", session=f"s{number}")
    made = await clone.prediction.predict(person.me, question)
    assert (made.top.response, made.decision, made.model) == ("Prose", Decision.AUTO, local.OPTIONS)


@on_sqlite
async def test_several_come_back_together_from_what_was_recorded(clone, person):
    question = Question("codex", ASKED, "s9", OPTIONS, k=4, several=True)
    for number in range(3):
        assert (await clone.prediction.predict(person.me, question)).decision is Decision.ESCALATED or number > 1
        await person.hears(spelled(ASKED, OPTIONS), f"s{number}")
        await person.says("A list, Prose", session=f"s{number}")
    made = await clone.prediction.predict(person.me, question)
    assert (made.top.response, made.decision) == ("A list, Prose", Decision.AUTO)
    worths = [each.confidence.calibrated for each in made.candidates]
    assert sum(worths) > 1  # more than one option comes true
    assert [each.response for each in made.candidates[1:]] == ["A list", "Prose", "A table"]


@on_sqlite
async def test_what_was_reported_of_a_question_is_learned_with_its_options(clone, me, clock):
    question = Question("codex", ASKED, options=OPTIONS)
    for _ in range(2):
        clock.advance(seconds=1)
        made = await clone.prediction.predict(me, question)
        await clone.prediction.feedback(me, made.id, Outcome.REJECTED, "Prose")
    assert (await clone.prediction.predict(me, question)).top.response == "Prose"
