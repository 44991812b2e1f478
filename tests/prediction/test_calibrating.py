"""From outcomes to fits to later predictions, and never to earlier ones."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.app import wire
from clone_mcp.calibration.platt import STATED, Fit, Sample, fit
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.calibration import PredictionFigures
from clone_mcp.models.prediction import Decision, Feedback, Guess, Kind, Outcome, Proposal, Question
from clone_mcp.prediction.calibrate import samples
from clone_mcp.prediction.predict import Predict
from tests.support.events import NINE
from tests.support.predictor import Scripted
from tests.support.sql import rows, seen
from tests.support.storage import storage_of

ACCEPTED, EDITED, REJECTED = Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
QUESTION = Question("codex", "Shall I commit?", threshold=1.0)


@pytest.fixture
def ask(clone, me, clock):
    """Answers with a score of one's choice, by a predictor whose scores are stated as a model's are."""

    async def ask(score: float, question: Question = QUESTION):
        predictor = Scripted()
        predictor.name = "model-x"
        predictor.proposal = Proposal((Guess("yes", score, "because"),))
        clock.advance(seconds=1)
        return await Predict(storage_of(clone), clock, predictor, redact=True)(me, question)

    return ask


async def label(clone, me, ask, outcomes: str, score: float = 0.9) -> None:
    """One prediction for each letter: accepted, edited or rejected."""
    by = {"a": ACCEPTED, "e": EDITED, "r": REJECTED}
    for each in outcomes:
        await clone.prediction.feedback(me, (await ask(score)).id, by[each], "no" if each == "r" else None)


@on_sqlite
async def test_below_five_labels_a_score_is_taken_as_it_is(clone, me, ask):
    await label(clone, me, ask, "rrrr")
    done = await clone.prediction.calibrate(me.tenant)
    assert [(refit.predictor, refit.labels, refit.after) for refit in done.fits] == [("model-x", 4, None)]
    later = await ask(0.9)
    assert (later.top.confidence.calibrated, later.fit) == (0.9, None)


async def test_outcomes_change_what_later_predictions_are_worth_and_no_earlier_one(clone, me, ask, settings):
    early = await ask(0.9)
    await label(clone, me, ask, "rrarrrerrr")
    unfitted = await ask(0.9)  # ten labels are known, and no fit
    before = await rows(settings, "SELECT id, candidates, fit FROM predictions ORDER BY id")
    [refit] = (await clone.prediction.calibrate(me.tenant)).fits
    later = await ask(0.9)

    suggested, acted_on = (
        fit([Sample(0.9, {"a": 1.0, "e": edited, "r": 0.0}[each], 0.75) for each in "rrarrrerrr"], STATED)
        for edited in (0.5, 0.0)
    )
    assert (refit.after.a, refit.after.b, refit.after.labels) == pytest.approx((suggested.a, suggested.b, 10))
    assert later.top.confidence.calibrated == acted_on.apply(0.9) < suggested.apply(0.9) < 0.5
    assert (early.fit, unfitted.fit, later.fit, later.top.confidence.raw) == (None, None, 1, 0.9)
    assert unfitted.top.confidence.calibrated == 0.9
    after = await rows(settings, f"SELECT id, candidates, fit FROM predictions WHERE id <> '{later.id}' ORDER BY id")
    assert after == before


async def test_a_fit_has_a_version_and_earlier_ones_are_kept(clone, me, ask, settings):
    await label(clone, me, ask, "rrrrr")
    await clone.prediction.calibrate(me.tenant)
    [again] = (await clone.prediction.calibrate(me.tenant)).fits
    assert again.before == again.after
    await label(clone, me, ask, "aaaaa")
    [third] = (await clone.prediction.calibrate(me.tenant)).fits
    assert (third.before.version, third.after.version) == (1, 2)
    assert (await ask(0.9)).top.confidence.calibrated == Fit(third.after.a, third.after.b, 10).apply(0.9)
    assert await rows(settings, "SELECT version, labels FROM fits ORDER BY version") == [(1, 5), (2, 10)]


@on_sqlite
async def test_each_predictor_has_a_fit_of_its_own(clone, me, ask):
    await label(clone, me, ask, "rrrrrr")
    await clone.prediction.calibrate(me.tenant)
    assert (await clone.prediction.predict(me, QUESTION)).fit is None


async def test_two_that_calibrate_at_once_make_one_version(clone, second, settings, me, ask, clock):
    await label(clone, me, ask, "rrrrrr")
    other = wire(settings, second, clock, b"test")
    await asyncio.gather(*(each.prediction.calibrate(me.tenant) for each in (clone, other) * 2))
    assert await rows(settings, "SELECT version FROM fits") == [(1,)]


@on_sqlite
async def test_a_mind_that_is_changed_changes_the_next_fit(clone, me, ask):
    await label(clone, me, ask, "rrrrr")
    [low] = (await clone.prediction.calibrate(me.tenant)).fits
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        labels = await uow.calibration.labels("model-x", limit=9)
    for made in labels:
        await clone.prediction.feedback(me, made.id, ACCEPTED, None)
    [high] = (await clone.prediction.calibrate(me.tenant)).fits
    assert high.after.b > low.after.b


async def test_forgetting_everything_forgets_the_fits(clone, me, ask, settings):
    owner = Caller(me.tenant, Scope.OWNER)
    await label(clone, me, ask, "rrrrr")
    await clone.prediction.calibrate(me.tenant)
    await clone.prediction.switches.pause(me)
    await clone.memory.forget(owner, Extent(everything=True))
    assert await rows(settings, "SELECT predictor FROM fits") == []
    assert await rows(settings, "SELECT name FROM standing") == [("pause",)]


@on_sqlite
async def test_the_fit_is_read_with_the_history(clone, me, ask):
    await label(clone, me, ask, "rrrrr")
    await clone.prediction.calibrate(me.tenant)
    with seen() as watch:
        prediction = await ask(0.9)
    assert prediction.fit == 1
    assert watch.transactions == 2


async def test_the_daily_job_calibrates_when_there_is_something_new(clone, me, ask, clock):
    await label(clone, me, ask, "rrrrr")
    handlers = clone.jobs.worker._handlers
    for _ in range(2):
        await handlers["daily"](me.tenant, {})
        await clone.jobs.worker.drain()
    assert (await ask(0.9)).fit == 1


def made(
    by: str, outcome: Outcome = ACCEPTED, *, auto=False, actual=None, kind=Kind.REPLY, stood=False
) -> PredictionFigures:
    decision = Decision.AUTO if auto else Decision.ESCALATED
    feedback = Feedback("p", outcome, actual, by, NINE) if by else None
    return PredictionFigures("p", kind, "model-x", 0.9, 0.9, 0.8, decision, None, NINE, feedback, stood)


@pytest.mark.parametrize(
    ("what", "weight"),
    [
        (made("attested"), 1.0),
        (made("owner"), 0.75),
        (made("recorder", REJECTED, actual="no"), 0.75),
        (made("agent"), 0.5),
        (made("claimed"), 0.25),
        (made("recorder", auto=True), 0.25),  # nobody was asked
        (made("owner", auto=True), 0.75),
        (made("", auto=True, stood=True), 0.5),
        (made("claimed", kind=Kind.CONTINUATION), 1.0),
    ],
)
def test_a_label_weighs_as_much_as_who_told_it_is_worth(what, weight):
    assert [sample.weight for sample in samples([what])] == [weight]


@pytest.mark.parametrize("what", [made(""), made("agent", REJECTED), made("recorder", REJECTED), made("", auto=True)])
def test_what_nobody_judged_is_no_label(what):
    assert samples([what]) == []


@on_sqlite
async def test_a_replay_of_the_history_counts_until_as_many_real_outcomes_are_known(clone, me, ask):
    past = [Sample(0.9, 0.0)] * 12
    told = await clone.prediction.calibrate.replayed(me.tenant, "model-x", past, attested=past)
    assert (told.version, told.labels) == (1, 12)
    assert (await ask(0.9)).top.confidence.calibrated < 0.7
    await label(clone, me, ask, "a" * 8)
    assert (await clone.prediction.calibrate(me.tenant)).fits[0].after == told
    await label(clone, me, ask, "a" * 6)
    [refit] = (await clone.prediction.calibrate(me.tenant)).fits
    assert (refit.after.version, refit.after.labels) == (2, 14)
    assert (await ask(0.9)).top.confidence.calibrated > 0.85
    assert await clone.prediction.calibrate.replayed(me.tenant, "model-x", past, attested=past) is None
    assert await clone.prediction.calibrate.replayed(me.tenant, "model-y", [Sample(0.9, 0.0)] * 4) is None
