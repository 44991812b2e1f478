"""Outcomes that nobody has to report: read off what the person types next, once, by whoever comes by first."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from clone_mcp.app import wire
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.events import IDLE
from clone_mcp.models.prediction import CitedFact, Decision, Feedback, Guess, Outcome, Proposal, Question
from clone_mcp.prediction.predict import Predict
from clone_mcp.recording.sessions import Origin
from tests.support.events import said, typed
from tests.support.predictor import Scripted
from tests.support.remembered import COMMITS, remember
from tests.support.sql import rows, seen
from tests.support.storage import storage_of

ACCEPTED, EDITED, REJECTED = Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED
ASKED = "All tests pass now. Shall I commit the change?"


class Talk:
    """A session in which a predictor always guesses the same, citing a fact."""

    def __init__(self, clone, me, clock, guess: str = "yes") -> None:
        self.clone, self.me, self._clock = clone, me, clock
        predictor = Scripted()
        fact = CitedFact(COMMITS, 0.95, "strong")
        predictor.proposal = Proposal((Guess(guess, 0.9, "because", facts=(fact,)),))
        self._predict = Predict(storage_of(clone), clock, predictor, redact=True)

    async def asks(self, threshold: float = 0.95, session: str | None = "s", question: str = ASKED) -> str:
        self._clock.advance(minutes=1)
        asked = Question("codex", question, session, threshold=threshold)
        prediction = await self._predict(self.me, asked)
        assert (prediction.decision is Decision.AUTO) is (threshold <= 0.9)
        return prediction.id

    async def types(self, text: str, caller: Caller | None = None, **fields) -> str:
        self._clock.advance(minutes=1)
        event = typed(text, minutes=self._clock.monotonic() / 60, **fields)
        await self.clone.recording.ingest.batch(caller or self.me, [event])
        return event["id"]

    async def outcome(self, prediction: str) -> Feedback | None:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return await uow.predictions.outcome(prediction)

    async def importance(self) -> float:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            [fact] = await uow.memory.facts.of([COMMITS])
        return round(fact.base + fact.decay, 6)


@pytest.fixture
async def talk(clone, me, clock) -> Talk:
    await remember(storage_of(clone), me)
    return Talk(clone, me, clock)


@pytest.mark.parametrize(
    ("reply", "outcome", "importance"),
    [("go ahead", ACCEPTED, 0.99), ("yes, but run the linter first", EDITED, 0.95), ("not yet", REJECTED, 0.87)],
)
async def test_the_next_prompt_settles_the_prediction_and_moves_what_it_cited(
    talk, clock, settings, reply, outcome, importance
):
    prediction = await talk.asks()
    event = await talk.types(reply)
    await talk.asks()
    told = Feedback(prediction, outcome, None, "attested", clock.now())
    assert (await talk.outcome(prediction), await talk.importance()) == (told, importance)
    assert (await talk.outcome(prediction)).implicit
    assert await rows(settings, "SELECT outcome, by, event_id, actual_response FROM feedback") == [
        (outcome, "attested", event, None)
    ]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("guess", "question", "reply", "outcome"),
    [
        ("run the tests", "Done. What next?", "don't run the tests", REJECTED),
        ("use pnpm", "Which package manager?", "use npm", REJECTED),
        ("port 8080", "Which port?", "port 9090", REJECTED),
        ("yes", "Is that right?", "yes, do B", EDITED),
        ("yes", "Shall I use the SQLite one?", "yes, use the SQLite one", ACCEPTED),
    ],
)
async def test_what_is_typed_is_the_guess_if_it_means_the_same(clone, me, clock, guess, question, reply, outcome):
    talk = Talk(clone, me, clock, guess)
    prediction = await talk.asks(question=question)
    await talk.types(reply)
    await clone.prediction.settle(me.tenant)
    assert (await talk.outcome(prediction)).outcome is outcome


async def test_what_is_not_the_persons_own_tells_nothing(talk, clone, me, clock, settings):
    for number, label in enumerate(("clone-prediction", "auto-answer", "tool-use", "")):
        session = f"s{number}"
        await talk.asks(session=session)
        clock.advance(minutes=1)
        origin = Origin(label or "agent", "codex" if label else "")
        await clone.recording.turns.prompt(me, origin, session_id=session, agent="codex", text="yes", client_id=None)
        await talk.types("yes", session=session)
    for number, paste in enumerate(
        ("> yes\n> go ahead", "#### yes\n\nDone.", "User: yes\nAssistant: Done.", "$ yes\ny")
    ):
        await talk.asks(session=f"pasted{number}")
        await talk.types(paste, session=f"pasted{number}")
    await talk.asks(session=None)
    await clone.prediction.settle(me.tenant)
    assert await rows(settings, "SELECT outcome FROM feedback") == []
    assert await talk.importance() == 0.95


async def test_an_automatic_answer_is_rejected_when_it_is_taken_back_and_stands_otherwise(
    talk, clone, me, settings, clock
):
    for session, reply in (("back", "no, stop, revert that"), ("on", "now add the settings page")):
        prediction = await talk.asks(threshold=0.8, session=session, question="Should the variable be called total?")
        origin = Origin("clone-prediction", "loop")
        clock.advance(minutes=1)
        await clone.recording.turns.prompt(me, origin, session_id=session, agent="a", text="yes", client_id=None)
        await clone.recording.ingest.batch(me, [said("Renamed it.", session)])
        await talk.types(reply, session=session)
        await clone.prediction.settle.session(me.tenant, session)
        outcome = await talk.outcome(prediction)
        assert (outcome and outcome.outcome) == (REJECTED if session == "back" else None)
    stood = await rows(settings, "SELECT session_id, count(*) FROM predictions WHERE stood GROUP BY session_id")
    assert stood == [("on", 1)]
    assert await talk.importance() == 0.87


on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
STRONGER = [("attested", "owner"), ("recorder", "agent"), ("agent", "claimed"), ("owner", "claimed")]


@on_sqlite
@pytest.mark.parametrize("first", ["weaker first", "stronger first"])
@pytest.mark.parametrize(("stronger", "weaker"), STRONGER)
async def test_outcomes_stand_by_who_told_them(talk, clone, me, first, stronger, weaker):
    """The stronger one says accepted, the weaker one edited."""
    prediction = await talk.asks()

    async def tell(by: str, outcome: Outcome) -> None:
        if by in ("attested", "claimed"):
            scope = Scope.RECORDER if by == "attested" else Scope.AGENT
            reply = "go ahead" if outcome is ACCEPTED else "yes, but run the linter first"
            await talk.types(reply, Caller(me.tenant, scope))
            await clone.prediction.settle(me.tenant)
        else:
            await clone.prediction.feedback(Caller(me.tenant, Scope(by)), prediction, outcome, None)

    steps = [(weaker, EDITED), (stronger, ACCEPTED)]
    for by, outcome in steps if first == "weaker first" else reversed(steps):
        await tell(by, outcome)
    stands = await talk.outcome(prediction)
    assert (stands.outcome, stands.by) == (ACCEPTED, stronger)
    assert await talk.importance() == 0.99


@on_sqlite
@pytest.mark.parametrize("reported", ["before", "after"])
async def test_an_escalation_that_a_client_reports_as_rejected_takes_nothing_from_what_was_typed(
    talk, clone, me, reported
):
    prediction = await talk.asks()
    agent = Caller(me.tenant, Scope.AGENT)
    if reported == "before":
        await clone.prediction.feedback(me, prediction, REJECTED, None)
    await talk.types("go ahead", agent)
    await clone.prediction.settle(me.tenant)
    if reported == "after":
        await clone.prediction.feedback(me, prediction, REJECTED, None)
    stands = await talk.outcome(prediction)
    assert (stands.outcome, stands.by, await talk.importance()) == (ACCEPTED, "claimed", 0.99)


async def test_many_that_settle_at_once_count_once(talk, clone, second, settings, me, clock):
    other = wire(settings, second, clock, b"test")
    predictions = [await talk.asks() for _ in range(4)]
    await talk.types("go ahead")
    told = await asyncio.gather(
        *(each.prediction.settle.session(me.tenant, "s") for each in (clone, other) * 3),
        *(other.prediction.feedback(me, prediction, ACCEPTED, None) for prediction in predictions),
    )
    assert sum(told[:6]) == 4
    assert await talk.importance() == round(0.95 + 4 * 0.04, 6)
    counted = await rows(settings, "SELECT count(*) FROM feedback WHERE by = 'attested'")
    assert counted == [(4,)]


async def test_a_session_that_nobody_asks_about_again_is_settled_when_it_is_quiet(talk, clone, me, clock):
    prediction = await talk.asks()
    await clone.recording.ingest.batch(me, [said(ASKED, minutes=clock.monotonic() / 60)])
    await talk.types("go ahead")
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert await uow.predictions.outcome(prediction) is None
    clock.advance(seconds=IDLE.total_seconds() + 60)
    handled = clone.jobs.worker._handlers["episodes"]
    await handled(me.tenant, {"session_id": "s"})
    assert (await talk.outcome(prediction)).outcome is ACCEPTED


async def test_predicting_costs_two_transactions_with_or_without_something_to_settle(talk, clone, me):
    await talk.asks()
    await talk.types("go ahead")
    with seen() as busy:
        await clone.prediction.predict(me, Question("codex", ASKED, "s"))
    with seen() as idle:
        await clone.prediction.predict(me, Question("codex", ASKED, "s"))
    with seen() as alone:
        await clone.prediction.predict(me, Question("codex", ASKED))
    assert (busy.transactions, idle.transactions, alone.transactions) == (2, 2, 2)
    assert len(idle.statements) - len(alone.statements) == 1  # a look whether anything followed


async def test_whether_they_went_on_is_learned_from_silence_too(clone, me, clock, settings):
    for number, reply in enumerate(("and now the settings page", "thanks!", None)):
        session = str(uuid4()) if number else "first"
        clock.advance(minutes=1)
        await clone.prediction.continuation(me, Question("codex", "Done.", session))
        clock.advance(minutes=1)
        if reply:
            await clone.recording.ingest.batch(me, [typed(reply, session, minutes=clock.monotonic() / 60)])
    clock.advance(hours=2)
    await clone.prediction.settle(me.tenant)
    found = await rows(settings, "SELECT outcome, outcome_by FROM predictions ORDER BY created_at")
    assert found == [("accepted", "attested"), ("rejected", "attested"), ("rejected", "claimed")]
