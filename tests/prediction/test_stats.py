"""How predictions came out, counted and measured, and what may be promised of them."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from clone_mcp.app import wire
from clone_mcp.calibration.binomial import interval
from clone_mcp.calibration.reliability import Precision
from clone_mcp.calibration.statistics import PromiseFigures, Tally
from clone_mcp.errors import Forbidden, Invalid
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, Guess, Outcome, Proposal, Question
from clone_mcp.prediction.predict import Predict
from clone_mcp.wire.statistics import statistics_reply
from tests.support.events import typed
from tests.support.predictor import Scripted
from tests.support.storage import storage_of

ACCEPTED, EDITED, REJECTED = Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED


on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def owner(me) -> Caller:
    return Caller(me.tenant, Scope.OWNER)


@pytest.fixture
def ask(clone, me, clock):
    async def ask(score: float, *, threshold: float = 0.8, shadow: bool = False, **question):
        predictor = Scripted()
        predictor.proposal = Proposal((Guess("yes", score, "because"),))
        clock.advance(seconds=1)
        predict = Predict(storage_of(clone), clock, predictor, redact=True, shadow=shadow)
        asked = Question("codex", "Should the variable be called total?", threshold=threshold, **question)
        return await predict(me, asked)

    return ask


@on_sqlite
async def test_without_predictions_nothing_is_claimed(clone, me):
    found = await clone.prediction.stats(me)
    assert (found.replies.predictions, found.replies.automation_rate, found.replies.precision.rate) == (0, None, None)
    assert (found.predictors, found.promise) == ((), None)


async def test_everything_is_counted_once(clone, me, ask, clock):
    for outcome, actual in ((ACCEPTED, None), (REJECTED, "no"), (EDITED, "yes, but later")):
        await clone.prediction.feedback(me, (await ask(0.9)).id, outcome, actual)
    await ask(0.9)
    await clone.prediction.feedback(me, (await ask(0.3)).id, REJECTED, None)  # nobody looked at it
    await ask(0.9, shadow=True)
    await ask(0.4, session_id="s")
    clock.advance(minutes=1)
    await clone.recording.ingest.batch(me, [typed("go ahead", minutes=clock.monotonic() / 60)])
    found = await clone.prediction.stats(me)
    assert found.replies == Tally(
        predictions=7,
        auto=4,
        abstained=0,
        shadowed=1,
        accepted=2,
        edited=1,
        rejected=1,
        stood=0,
        implicit=1,
        unjudged=3,
        automation_rate=4 / 7,
        precision=Precision(3, 1 / 3, interval(1, 3)),  # edited is not right
    )
    [measured] = found.predictors
    assert (measured.predictor, measured.predictions, measured.labels, measured.fit) == ("scripted-1", 7, 4, None)
    assert measured.brier == pytest.approx(((0.9 - 1) ** 2 + 0.9**2 + 0.9**2 + (0.4 - 1) ** 2) / 4)
    parts = measured.decomposition
    assert measured.brier == pytest.approx(parts.reliability - parts.resolution + parts.uncertainty + parts.within)
    assert sum(each.count for each in measured.reliability) == 4
    later = await clone.prediction.stats(me, since=clock.now())
    assert (later.replies.predictions, later.since) == (0, clock.now())


@on_sqlite
async def test_a_promise_names_a_threshold_once_the_labels_support_it(clone, me, owner, ask):
    await clone.prediction.stats.promise(owner, 0.1)
    assert (await clone.prediction.stats(me)).promise == PromiseFigures(0.1, None, 0, 0, None, 46)
    for _ in range(60):
        await clone.prediction.feedback(me, (await ask(0.9, threshold=0.95)).id, ACCEPTED, None)
    await clone.prediction.feedback(me, (await ask(0.2, threshold=0.95)).id, REJECTED, "no")
    kept = (await clone.prediction.stats(me)).promise
    assert (kept.threshold <= 0.9, kept.wrong <= 1, kept.bound < 0.1) == (True, True, True)
    with pytest.raises(Forbidden):
        await clone.prediction.stats.promise(me, 0.5)
    with pytest.raises(Invalid):
        await clone.prediction.stats.promise(owner, 1.5)
    await clone.prediction.stats.promise(owner, None)
    assert (await clone.prediction.stats(me)).promise is None


@on_sqlite
async def test_the_promise_may_supply_the_threshold_of_questions_that_bring_none(
    settings, storage, clock, me, owner, ask
):
    promised = wire(settings.model_copy(update={"threshold": "promise", "promise": 10.0}), storage, clock, b"test")
    usual = Question("codex", "Should the variable be called total?", usual_threshold=True)
    assert (await promised.prediction.predict(me, usual)).question.threshold == 1.0  # nothing supports one yet
    for _ in range(60):
        await promised.prediction.feedback(me, (await ask(0.9, threshold=0.95)).id, ACCEPTED, None)
    kept = (await promised.prediction.calibrate(me.tenant)).promise
    assert (await promised.prediction.predict(me, usual)).question.threshold == kept.threshold < 0.9
    named = replace(usual, threshold=0.7, usual_threshold=False)
    assert (await promised.prediction.predict(me, named)).question.threshold == 0.7
    fixed = wire(settings.model_copy(update={"threshold": "0.6"}), storage, clock, b"test")
    assert (await fixed.prediction.predict(me, usual)).question.threshold == 0.6


@on_sqlite
async def test_what_could_not_have_been_automatic_does_not_count_towards_a_promise(clone, me, owner, ask):
    await clone.prediction.switches.pause(me)
    for _ in range(60):
        paused = await ask(0.9)
        assert paused.decision is Decision.ESCALATED
        await clone.prediction.feedback(me, paused.id, ACCEPTED, None)
    await clone.prediction.stats.promise(owner, 0.1)
    assert (await clone.prediction.stats(me)).promise.threshold is None


@on_sqlite
async def test_statistics_go_over_the_wire_whole(clone, me, ask, clock):
    for outcome in [ACCEPTED] * 5 + [REJECTED]:
        await clone.prediction.feedback(me, (await ask(0.9)).id, outcome, None)
    await clone.prediction.calibrate(me.tenant)
    told = json.loads(statistics_reply(await clone.prediction.stats(me)).model_dump_json())
    assert (told["automation_rate"], told["precision"]) == (1.0, round(5 / 6, 6))
    [measured] = told["predictors"]
    assert (measured["labels"], measured["fit"]["version"], len(measured["risk_coverage"])) == (6, 1, 1)
