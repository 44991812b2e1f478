"""Local first, a model where that isn't sure, and local again where the model can't be asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clone_mcp.access.spending import PaidModel
from clone_mcp.app import wire
from clone_mcp.errors import Upstream
from clone_mcp.llm.spend import DailyCap, Dollars
from clone_mcp.models.prediction import Decision, Guess, History, Proposal, Question
from clone_mcp.ports import Materials
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.predict import Predict
from clone_mcp.prediction.predictors.cascade import Cascade, merged
from clone_mcp.prediction.predictors.model import ModelPredictor
from tests.support.anthropic_server import answers, fails, hangs_up, never_answers, says
from tests.support.predictor import Scripted
from tests.support.remembered import COMMITS, candidate, foretold, remember
from tests.support.sql import rows

sqlite_only = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ASKED = Question("codex", "All tests pass. Shall I commit?", k=3)


@sqlite_only
async def test_where_the_local_predictor_is_sure_no_model_is_asked(model, server, storage, clock, me):
    cascade = Cascade(Scripted(), ModelPredictor("claude-sonnet-4-6", nonce=lambda: "0", redact=True))
    paid = PaidModel(storage, clock, model, DailyCap(Dollars(1)))
    prediction = await Predict(storage, clock, cascade, redact=True, gather=Gather(storage, clock, paid=paid))(
        me, replace(ASKED, agent_input="Should the variable be called total?")
    )

    assert (prediction.model, prediction.top.response, prediction.degraded) == ("scripted-1", "yes", None)
    assert prediction.decision is Decision.AUTO
    assert server.requests == []


@sqlite_only
async def test_where_it_is_not_sure_the_model_is_asked_and_both_lists_are_merged(asking, server, storage, me):
    await remember(storage, me)
    server.will(answers(foretold(candidate("ja", 0.5, facts=[COMMITS]), candidate("not yet", 0.2), something_else=0.3)))
    prediction = await asking().prediction.predict(me, ASKED)

    assert (prediction.model, prediction.degraded) == ("claude-sonnet-4-6", None)
    assert [each.response for each in prediction.candidates][:2] == ["ja", "not yet"]
    assert len(prediction.candidates) == 3  # the third is the local predictor's
    assert [fact.id for fact in prediction.cited_facts] == [COMMITS]
    assert sum(each.confidence.calibrated for each in prediction.candidates) <= 1 + 1e-9


TEN = Question("codex", "", k=10)


def proposal(predictor: str, *guesses: tuple[str, float]) -> Proposal:
    return Proposal(tuple(Guess(said, p, predictor, calibrated=p) for said, p in guesses), predictor=predictor)


def test_a_reply_that_both_name_keeps_the_better_number_and_its_own_raw_score():
    both = merged(
        proposal("local-3", ("commit it", 0.3), ("no", 0.1)), proposal("m", ("Commit it!", 0.2), ("wait", 0.15)), TEN
    )
    assert [(each.response, each.score) for each in both.guesses] == [("commit it", 0.3), ("wait", 0.15), ("no", 0.1)]
    assert both.predictor == "local-3"


def test_what_means_the_same_is_one_reply_and_opposites_are_two():
    both = merged(proposal("local-3", ("run the tests", 0.3)), proposal("m", ("please run the tests", 0.2)), TEN)
    assert [each.response for each in both.guesses] == ["run the tests"]
    both = merged(proposal("local-3", ("run the tests", 0.3)), proposal("m", ("don't run the tests", 0.2)), TEN)
    assert [each.response for each in both.guesses] == ["run the tests", "don't run the tests"]


def test_the_first_keeps_its_chance_and_the_others_share_what_is_left():
    both = merged(proposal("local-3", ("a", 0.6)), proposal("m", ("b", 0.9), ("c", 0.3)), TEN)
    assert [each.calibrated for each in both.guesses] == pytest.approx([0.9, 0.0667, 0.0333], abs=1e-3)
    assert [each.score for each in both.guesses] == [0.9, 0.6, 0.3]


async def test_each_list_is_calibrated_by_its_own_fit_before_they_meet():
    model = Scripted()
    model.name = "m"
    model.proposal = Proposal((Guess("no", 0.8, "because"),))
    local = Scripted()
    local.proposal = Proposal((Guess("yes", 0.5, "because"),))
    fits = {"scripted-1": 1.2, "m": 0.5}
    materials = Materials.of(History(), calibrate=lambda name, score: score * fits[name])

    found = await Cascade(local, model).propose(ASKED, materials, now=None)

    assert [(each.response, each.score, each.calibrated) for each in found.guesses] == [
        ("yes", 0.5, pytest.approx(0.6)),
        ("no", 0.8, pytest.approx(0.4)),
    ]
    assert found.predictor == "scripted-1"


@sqlite_only
@pytest.mark.parametrize(
    ("behaviours", "said"),
    [
        ([fails(401)], "Anthropic does not accept the API key."),
        ([fails(429, retry_after="90")], "Anthropic's rate limit is reached."),
        ([fails(500)] * 3, "Anthropic failed inside (500)."),
        ([fails(529)] * 3, "Anthropic is overloaded."),
        ([hangs_up] * 3, "Anthropic could not be reached."),
        ([says("Sure, here you are")], "The model's answer is not JSON."),
        ([answers({"yes": 1})], "The model's answer has a wrong shape (`required`)."),
        ([says("{}", stop_reason="refusal")], "The model declined to answer."),
    ],
    ids=["401", "429", "500", "529", "cut off", "not JSON", "malformed", "refusal"],
)
async def test_a_model_that_fails_leaves_the_local_answer_and_says_so(asking, server, me, behaviours, said):
    server.will(*behaviours)
    prediction = await asking().prediction.predict(me, ASKED)

    assert (prediction.model, prediction.degraded) == ("local-3", said)
    assert prediction.top.response
    assert server.unused == 0


@sqlite_only
async def test_a_model_that_is_too_slow_leaves_the_local_answer(model, server, storage, clock, me):
    server.will(never_answers)
    slow = ModelPredictor("claude-sonnet-4-6", nonce=lambda: "0", redact=True, timeout=0.2)
    local = Scripted()
    local.proposal = Proposal((Guess("yes", 0.1, "A guess."),))
    paid = PaidModel(storage, clock, model, DailyCap(Dollars(1)))
    prediction = await Predict(
        storage, clock, Cascade(local, slow), redact=True, gather=Gather(storage, clock, paid=paid)
    )(me, ASKED)
    assert prediction.degraded == "The model did not answer within 0.2 seconds."
    assert prediction.top.response == "yes"


async def test_what_is_not_the_models_failure_is_not_swallowed():
    class Broken(Scripted):
        async def propose(self, question, history, *, now):
            raise ZeroDivisionError

    low = Scripted()
    low.proposal = Proposal((Guess("yes", 0.1, "A guess."),))
    with pytest.raises(ZeroDivisionError):
        await Cascade(low, Broken()).propose(ASKED, Materials.of(History()), now=None)


@sqlite_only
async def test_a_model_alone_fails_out_loud(asking, server, me):
    server.will(fails(500, x_should_retry="false"))
    with pytest.raises(Upstream):
        await asking(predictor="model").prediction.predict(me, ASKED)


@sqlite_only
async def test_a_cascade_without_a_key_answers_locally(settings, storage, clock, me):
    without = wire(settings.model_copy(update={"predictor": "cascade"}), storage, clock, b"test")
    prediction = await without.prediction.predict(me, ASKED)
    assert (prediction.model, prediction.degraded) == ("local-3", "No language model may be asked here.")


async def test_when_the_days_cap_is_reached_the_local_predictor_answers_until_midnight(asking, server, me, clock):
    clone = asking(daily_cap="0.05")
    server.will(answers(foretold(candidate("yes", 0.5)), usage={"input_tokens": 10_000, "output_tokens": 100}))
    assert (await clone.prediction.predict(me, ASKED)).degraded is None

    capped = await clone.prediction.predict(me, ASKED)
    assert (capped.model, capped.degraded) == ("local-3", "The day's cap on spending for a model is reached.")
    assert len(server.requests) == 1

    clock.advance(hours=16)
    server.will(answers(foretold(candidate("yes", 0.5))))
    assert (await clone.prediction.predict(me, ASKED)).degraded is None


@sqlite_only
async def test_a_cap_of_nothing_means_never(asking, server, me):
    prediction = await asking(daily_cap="0").prediction.predict(me, ASKED)
    assert prediction.degraded == "The day's cap on spending for a model is reached."
    assert server.requests == []


@sqlite_only
async def test_a_degraded_answer_is_stored_as_such(asking, server, me, settings):
    server.will(fails(401))
    await asking().prediction.predict(me, ASKED)
    assert await rows(settings, "SELECT degraded, usage FROM predictions") == [
        ("Anthropic does not accept the API key.", None)
    ]
