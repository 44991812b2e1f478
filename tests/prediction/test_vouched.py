"""What agents report of predictions can lower what is acted on, and never raises it."""

from __future__ import annotations

import asyncio

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from clone_mcp.calibration.platt import LEAST_LABELS, Sample, worth
from clone_mcp.calibration.statistics import promised
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.calibration import PredictionFigures, StoredFit
from clone_mcp.models.prediction import Decision, Feedback, Guess, Kind, Outcome, Proposal, Question
from clone_mcp.prediction.calibrate import fitted
from clone_mcp.prediction.predict import Predict
from tests.support.events import NINE
from tests.support.predictor import Scripted
from tests.support.storage import storage_of

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ACCEPTED, REJECTED = Outcome.ACCEPTED, Outcome.REJECTED
AT_ONCE = 10
QUESTION = Question("codex", "Shall I commit?", threshold=1.0)


@pytest.fixture
def ask(clone, me, clock):
    """Answers with a score of one's choice, by a predictor whose scores are stated as a model's are."""

    async def ask(score: float, threshold: float = 1.0):
        predictor = Scripted()
        predictor.name = "model-x"
        predictor.proposal = Proposal((Guess("yes", score, "because"),))
        clock.advance(seconds=1)
        question = Question("codex", "Shall I commit?", threshold=threshold)
        return await Predict(storage_of(clone), clock, predictor, redact=True)(me, question)

    return ask


@pytest.fixture
def report(clone, tenant, ask):
    """Tells how so many predictions came out, with a key of this scope."""

    async def report(scope: Scope, outcome: Outcome, times: int, score: float = 0.2) -> None:
        actual = "no" if outcome is REJECTED else None

        async def one() -> None:
            await clone.prediction.feedback(Caller(tenant, scope), (await ask(score)).id, outcome, actual)

        for start in range(0, times, AT_ONCE):
            await asyncio.gather(*(one() for _ in range(min(AT_ONCE, times - start))))

    return report


PAST = [Sample(0.5, 0.0)] * 12


async def test_no_number_of_agents_reports_makes_answered_what_the_person_mostly_refuses(clone, me, ask, report):
    await report(Scope.RECORDER, ACCEPTED, 12)
    await report(Scope.RECORDER, REJECTED, 48)
    await clone.prediction.calibrate(me.tenant)
    alone = (await ask(0.2)).top.confidence.calibrated
    assert alone == pytest.approx(0.2, abs=0.05)
    for more in (650, 250):
        await report(Scope.AGENT, ACCEPTED, more)
        await clone.prediction.calibrate(me.tenant)
        after = await ask(0.2, threshold=0.3)
        assert (after.top.confidence.calibrated, after.decision) == (alone, Decision.ESCALATED)
    await clone.prediction.switches.trust(Caller(me.tenant, Scope.OWNER))  # of what is typed: reports are another thing
    await clone.prediction.calibrate(me.tenant)
    assert (await ask(0.2)).top.confidence.calibrated == alone


@on_sqlite
async def test_what_agents_report_against_an_answer_counts(clone, me, ask, report):
    await report(Scope.OWNER, ACCEPTED, 20, score=0.8)
    await clone.prediction.calibrate(me.tenant)
    alone = (await ask(0.8)).top.confidence.calibrated
    await report(Scope.AGENT, REJECTED, 20, score=0.8)
    await clone.prediction.calibrate(me.tenant)
    assert (await ask(0.8)).top.confidence.calibrated < alone - 0.1


@on_sqlite
@pytest.mark.parametrize("vouched", [0, 4])
async def test_without_enough_of_the_persons_own_outcomes_a_score_is_at_most_what_it_is(
    clone, me, ask, report, vouched
):
    await report(Scope.RECORDER, ACCEPTED, vouched, score=0.5)
    await report(Scope.AGENT, ACCEPTED, 40, score=0.5)
    await clone.prediction.calibrate(me.tenant)
    assert (await ask(0.5)).top.confidence.calibrated == 0.5
    await report(Scope.AGENT, REJECTED, 80, score=0.5)
    await clone.prediction.calibrate(me.tenant)
    assert (await ask(0.5)).top.confidence.calibrated < 0.5


@on_sqlite
async def test_a_fit_from_before_reports_were_told_apart_lowers_and_does_not_raise(clone, me, ask):
    async with storage_of(clone).begin(me.tenant) as uow:
        await uow.calibration.put(StoredFit("model-x", 1, 1.0, 2.0, 900, NINE))
    assert (await ask(0.5)).top.confidence.calibrated == 0.5
    async with storage_of(clone).begin(me.tenant) as uow:
        await uow.calibration.put(StoredFit("model-x", 2, 1.0, -2.0, 900, NINE))
    assert (await ask(0.5)).top.confidence.calibrated < 0.2


async def test_reports_do_not_push_the_persons_outcomes_out_of_sight(clone, me, report):
    await report(Scope.RECORDER, REJECTED, 6)
    await report(Scope.AGENT, ACCEPTED, 9)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        newest = await uow.calibration.labels("model-x", limit=6)
        vouched = await uow.calibration.labels("model-x", limit=6, vouched=True)
    assert {each.feedback.by for each in newest} == {"agent"}
    assert [(each.feedback.by, each.vouched) for each in vouched] == [("recorder", True)] * 6


@on_sqlite
async def test_reports_do_not_put_aside_what_a_replay_of_the_persons_history_told(clone, me, ask, report):
    await clone.prediction.calibrate.replayed(me.tenant, "model-x", PAST, attested=PAST)
    alone = (await ask(0.5)).top.confidence.calibrated
    await report(Scope.AGENT, ACCEPTED, 30, score=0.5)
    await clone.prediction.calibrate(me.tenant)
    assert (await ask(0.5)).top.confidence.calibrated == alone < 0.3


@on_sqlite
async def test_nor_do_reports_raise_how_likely_the_person_goes_on(clone, me, tenant):
    async def told(scope: Scope, outcome: Outcome, times: int) -> None:
        actual = "stop" if outcome is REJECTED else None
        for _ in range(times):
            asked = await clone.prediction.continuation(me, QUESTION)
            await clone.prediction.feedback(Caller(tenant, scope), asked.id, outcome, actual)

    await told(Scope.OWNER, REJECTED, 30)
    await clone.prediction.calibrate(tenant)
    alone = (await clone.prediction.continuation(me, QUESTION)).top.confidence
    await told(Scope.AGENT, ACCEPTED, 200)
    await clone.prediction.calibrate(tenant)
    after = (await clone.prediction.continuation(me, QUESTION)).top.confidence
    assert after.calibrated == alone.calibrated < alone.raw == after.raw


RAW = st.floats(0.0, 1.0)
VOUCHED, REPORTED = ("attested", "owner", "recorder"), ("agent", "claimed")


def made(kind: Kind, by: tuple[str, ...], limit: int) -> st.SearchStrategy[list[PredictionFigures]]:
    def one(raw: float, outcome: Outcome, who: str, auto: bool, number: int) -> PredictionFigures:
        decision = Decision.AUTO if auto else Decision.ESCALATED
        feedback = Feedback("p", outcome, "so", who, NINE)
        return PredictionFigures(
            f"{who}{number}", kind, "model-x", raw, raw, 0.8, decision, None, NINE, feedback, False
        )

    drawn = st.builds(one, RAW, st.sampled_from(Outcome), st.sampled_from(by), st.booleans(), st.integers())
    return st.lists(drawn, max_size=limit)


def stood(raw: float) -> PredictionFigures:
    return PredictionFigures("s", Kind.REPLY, "model-x", raw, raw, 0.8, Decision.AUTO, None, NINE, None, True)


@settings(deadline=None)
@given(st.data(), st.sampled_from(Kind), st.lists(RAW, max_size=30), RAW)
def test_no_reports_of_agents_raise_what_is_acted_on(data, kind, stood_at, score):
    vouched = data.draw(made(kind, VOUCHED, 40))
    reported = [*data.draw(made(kind, REPORTED, 80)), *map(stood, stood_at)]
    together = data.draw(st.permutations([*vouched, *reported]))
    alone = worth(fitted("model-x", vouched, vouched, NINE), score)
    assert worth(fitted("model-x", together, vouched, NINE), score) <= alone
    assume(len(reported) >= LEAST_LABELS)
    assert worth(fitted("model-x", reported, vouched, NINE), score) <= alone  # so many that they fill what is read


def test_what_was_half_right_is_no_way_round_that():
    def one(raw: float, outcome: Outcome, who: str) -> PredictionFigures:
        told = Feedback("p", outcome, "so", who, NINE)
        return PredictionFigures(who, Kind.REPLY, "model-x", raw, raw, 0.8, Decision.ESCALATED, None, NINE, told, False)

    edited = [one(0.0, Outcome.EDITED, "attested"), one(0.0, Outcome.EDITED, "owner")]
    vouched = [*[one(0.0, ACCEPTED, "attested")] * 2, *edited, one(0.5, ACCEPTED, "attested")]
    alone = worth(fitted("model-x", vouched, vouched, NINE), 1.0)
    assert worth(fitted("model-x", [*vouched, stood(0.0)], vouched, NINE), 1.0) <= alone


def judged(by: str, rights: list[bool], confidence: float) -> list[PredictionFigures]:
    told = [Feedback("p", ACCEPTED if right else REJECTED, "so", by, NINE) for right in rights]
    return [
        PredictionFigures(
            f"{by}{n}", Kind.REPLY, "x", confidence, confidence, 0.8, Decision.ESCALATED, None, NINE, each, False
        )
        for n, each in enumerate(told)
    ]


def test_agents_reports_keep_no_promise_that_the_persons_outcomes_do_not():
    refused = judged("attested", [True, False] * 30, 0.9)
    praised = judged("agent", [True] * 600, 0.9)
    assert promised(praised, 0.1, watched="").threshold is None
    assert promised([*refused, *praised], 0.1, watched="").threshold is None
    kept = judged("owner", [True] * 60, 0.9)
    assert promised(kept, 0.1, watched="").threshold is not None
    assert promised([*kept, *judged("agent", [False] * 60, 0.9)], 0.1, watched="").threshold is None


RATES = st.lists(st.booleans(), max_size=10).map(lambda rights: rights * 12)


@settings(deadline=None)
@given(RATES, RATES, st.sampled_from((0.3, 0.6, 0.9)), st.sampled_from((0.3, 0.6, 0.9)), st.sampled_from((0.1, 0.5)))
def test_no_reports_of_agents_lower_the_threshold_of_a_promise(vouched, reported, sure, praised, at_most):
    known, more = judged("attested", vouched, sure), judged("agent", reported, praised)
    alone, after = (promised(made, at_most, watched="").threshold for made in (known, [*known, *more]))
    assert after is None or (alone is not None and after >= alone)


@settings(deadline=None, max_examples=20)
@given(st.integers(5, 40), st.floats(0.05, 0.3), RAW)
def test_beside_outcomes_at_a_low_rate_no_reports_lift_a_score_over_the_rate(times, raw, score):
    refused = judged("attested", [n % 5 == 0 for n in range(times)], raw)
    reports = judged("agent", [True] * 900, raw)
    alone, after = (fitted("model-x", [*more, *refused], refused, NINE) for more in ([], reports))
    assert worth(after, score) <= worth(alone, score)
    assert worth(after, raw) < 0.35
