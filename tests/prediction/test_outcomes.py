"""What became of a prediction: who may say so, how often, and what is learned from it."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Feedback, Guess, Outcome, Proposal, Question
from clone_mcp.prediction.feedback import SettledOutcome
from clone_mcp.prediction.predict import Predict
from tests.support.events import said, typed
from tests.support.predictor import Scripted
from tests.support.sql import rows
from tests.support.storage import storage_of

ACCEPTED, EDITED, REJECTED = Outcome.ACCEPTED, Outcome.EDITED, Outcome.REJECTED
ASKED = "All tests pass now. Shall I commit the change?"
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SECRET = "sk-ant-api03-" + "Zq8vN2mK4xR7tB1wC5yD9fG3hJ6kL0pS" * 2


@pytest.fixture
async def asked(clone, me) -> str:
    """The id of a prediction."""
    return (await clone.prediction.predict(me, Question("codex", ASKED, "s"))).id


@pytest.fixture
def by(tenant):
    return {scope: Caller(tenant, scope) for scope in Scope}


async def outcome(clone, me, prediction: str) -> Feedback | None:
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        return await uow.predictions.outcome(prediction)


async def reports(settings) -> list[tuple]:
    return sorted(await rows(settings, "SELECT outcome, actual_response, by FROM feedback"), key=repr)


async def learned(clone, me) -> tuple[int, dict[str, int]]:
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        known = await uow.replies.history(phrases=9, answers=9)
    return known.total, {phrase.text: phrase.times for phrase in known.phrases}


async def test_a_prediction_has_no_outcome_until_somebody_reports_one(clone, me, asked):
    assert await outcome(clone, me, asked) is None


async def test_a_report_becomes_the_outcome(clone, me, asked, clock):
    clock.advance(minutes=2)
    assert await clone.prediction.feedback(me, asked, EDITED, "yes, but run the linter first") == SettledOutcome(
        asked, EDITED, True, True
    )
    assert await outcome(clone, me, asked) == Feedback(
        asked, EDITED, "yes, but run the linter first", "recorder", clock.now()
    )


@pytest.mark.parametrize("said_of_it", Outcome)
@pytest.mark.parametrize(
    ("predicted", "question", "actual", "meant"),
    [
        ("run the tests", "What next?", "don't run the tests", REJECTED),
        ("use pnpm", "Which package manager?", "use npm", REJECTED),
        ("port 8080", "Which port?", "port 9090", REJECTED),
        ("yes", "Is that right?", "yes, do B", EDITED),
        ("yes", "Shall I use the SQLite one?", "yes, use the SQLite one", ACCEPTED),
        ("yes", ASKED, "go ahead", ACCEPTED),
    ],
)
@on_sqlite
async def test_what_was_typed_decides_whatever_it_is_called(
    clone, me, clock, predicted, question, actual, meant, said_of_it
):
    predictor = Scripted()
    predictor.proposal = Proposal((Guess(predicted, 0.5, "because"),))
    made = await Predict(storage_of(clone), clock, predictor, redact=True)(me, Question("codex", question))
    learned = said_of_it is not ACCEPTED  # else Clone wrote it
    settled = await clone.prediction.feedback(me, made.id, said_of_it, actual)
    assert settled == SettledOutcome(made.id, meant, True, learned)
    assert (await outcome(clone, me, made.id)).outcome is meant


@pytest.mark.parametrize("said_of_it", Outcome)
@pytest.mark.parametrize(
    ("predicted", "question", "options", "actual", "meant"),
    [
        ("yes", "Shall I run the tests?", (), "1", None),
        ("run the tests", "Shall I run the tests?", (), "1", None),
        ("SQLite", "Which database?", ("SQLite", "Postgres"), "yes", None),
        ("SQLite", "Which database?", ("SQLite", "Postgres"), "1", ACCEPTED),
        ("SQLite", "Which database?", ("SQLite", "Postgres"), "2", REJECTED),
        ("SQLite", "Shall I take SQLite?", ("SQLite", "Postgres"), "yes", ACCEPTED),
    ],
)
@on_sqlite
async def test_a_number_or_a_yes_is_what_the_question_makes_of_it_or_else_what_it_was_reported_as(
    clone, me, clock, predicted, question, options, actual, meant, said_of_it
):
    predictor = Scripted()
    predictor.proposal = Proposal((Guess(predicted, 0.5, "because"),))
    asked = Question("codex", question, options=options)
    made = await Predict(storage_of(clone), clock, predictor, redact=True)(me, asked)
    assert (await clone.prediction.feedback(me, made.id, said_of_it, actual)).outcome is (meant or said_of_it)


@pytest.mark.parametrize("blank", ["", "   ", "\n\t", "\u3000"])
async def test_blanks_are_nothing_that_anybody_typed(clone, me, asked, clock, blank):
    assert await clone.prediction.feedback(me, asked, ACCEPTED, blank) == SettledOutcome(asked, ACCEPTED, True, False)
    assert await outcome(clone, me, asked) == Feedback(asked, ACCEPTED, None, "recorder", clock.now())


async def test_saying_it_again_changes_nothing(clone, me, asked, clock, settings):
    await clone.prediction.feedback(me, asked, EDITED, "yes, but run the linter first")
    before = await outcome(clone, me, asked)
    clock.advance(minutes=2)
    again = await clone.prediction.feedback(me, asked, EDITED, "yes, but run the linter first")
    assert again == SettledOutcome(asked, EDITED, False, False)
    assert await outcome(clone, me, asked) == before
    assert await reports(settings) == [("edited", "yes, but run the linter first", "recorder")]


async def test_the_same_report_many_times_at_once_counts_once(clone, me, asked, settings):
    results = await asyncio.gather(*(clone.prediction.feedback(me, asked, REJECTED, "not now") for _ in range(8)))
    assert sorted(result.changed for result in results) == [False] * 7 + [True]
    assert await reports(settings) == [("rejected", "not now", "recorder")]
    assert await learned(clone, me) == (1, {"not now": 1})


async def test_changing_ones_mind_is_allowed_and_recorded(clone, me, asked, settings):
    await clone.prediction.feedback(me, asked, ACCEPTED, None)
    assert await clone.prediction.feedback(me, asked, REJECTED, None) == SettledOutcome(asked, REJECTED, True, False)
    assert (await outcome(clone, me, asked)).outcome is REJECTED
    assert await reports(settings) == [("accepted", None, "recorder"), ("rejected", None, "recorder")]


@pytest.mark.parametrize("person", [Scope.RECORDER, Scope.OWNER])
async def test_an_agent_is_heard_but_does_not_overrule_the_person(clone, me, asked, by, person, settings):
    await clone.prediction.feedback(by[person], asked, REJECTED, None)
    for _ in range(3):
        assert await clone.prediction.feedback(
            by[Scope.AGENT], asked, EDITED, "yes, but run the linter first"
        ) == SettledOutcome(asked, REJECTED, False, False)
    assert (await outcome(clone, me, asked)).by == person
    assert await reports(settings) == [
        ("edited", "yes, but run the linter first", "agent"),
        ("rejected", None, person.value),
    ]
    assert await learned(clone, me) == (0, {})


@pytest.mark.parametrize("person", [Scope.RECORDER, Scope.OWNER])
async def test_the_person_overrules_an_agent(clone, me, asked, by, person):
    await clone.prediction.feedback(by[Scope.AGENT], asked, ACCEPTED, None)
    assert await clone.prediction.feedback(by[person], asked, REJECTED, None) == SettledOutcome(
        asked, REJECTED, True, False
    )


@pytest.mark.parametrize("first", [Scope.RECORDER, Scope.OWNER])
async def test_recorder_and_owner_weigh_the_same(clone, asked, by, first):
    second = {Scope.RECORDER: Scope.OWNER, Scope.OWNER: Scope.RECORDER}[first]
    await clone.prediction.feedback(by[first], asked, REJECTED, None)
    assert (await clone.prediction.feedback(by[second], asked, ACCEPTED, None)).outcome is ACCEPTED


async def test_an_unknown_prediction_is_not_found_and_nothing_is_stored(clone, me, settings):
    with pytest.raises(NotFound, match=r"There is no such prediction\. Use the id"):
        await clone.prediction.feedback(me, "unknown", ACCEPTED, "yes")
    assert await reports(settings) == []


@pytest.mark.parametrize(
    ("status", "actual", "known"),
    [
        (ACCEPTED, None, (0, {})),
        (ACCEPTED, "yes", (0, {})),  # Clone wrote it
        (REJECTED, None, (0, {})),
        (REJECTED, "not yet", (1, {"not yet": 1})),
        (EDITED, "yes, but run the linter first", (1, {"yes, but run the linter first": 1})),
        (REJECTED, "x" * 3000, (0, {})),
    ],
)
async def test_only_what_the_person_really_typed_is_learned(clone, me, asked, status, actual, known):
    settled = await clone.prediction.feedback(me, asked, status, actual)
    assert settled == SettledOutcome(asked, status, True, known != (0, {}))
    assert await learned(clone, me) == known


async def test_nothing_is_learned_of_how_a_person_replies_from_whether_they_went_on(clone, me):
    prediction = await clone.prediction.continuation(me, Question("codex", ASKED, "s"))
    assert await clone.prediction.feedback(me, prediction.id, REJECTED, "stop") == SettledOutcome(
        prediction.id, REJECTED, True, False
    )
    assert await learned(clone, me) == (0, {})


async def test_a_reply_that_was_told_and_then_recorded_counts_once(clone, me, asked):
    await clone.recording.ingest.batch(me, [said(ASKED)])
    await clone.prediction.feedback(me, asked, EDITED, "Not yet.")
    await clone.recording.ingest.batch(me, [typed("not yet")])
    assert await learned(clone, me) == (1, {"Not yet.": 1})
    await clone.recording.ingest.batch(me, [typed("not yet")])
    assert (await learned(clone, me))[0] == 2  # the next one is another


async def test_a_reply_that_was_recorded_and_then_told_counts_once(clone, me, asked):
    await clone.recording.ingest.batch(me, [said(ASKED), typed("not yet")])
    assert (await clone.prediction.feedback(me, asked, EDITED, "Not yet.")).learned is False
    assert await learned(clone, me) == (1, {"not yet": 1})


async def test_a_reply_told_without_a_recorded_session_is_learned_with_its_question(clone, me, asked):
    await clone.prediction.feedback(me, asked, EDITED, "not yet")
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        [answer] = (await uow.replies.history(phrases=9, answers=9)).answers
    assert (answer.key, answer.session_id, answer.question != 0, answer.previous) == ("not yet", "s", True, None)


async def test_secrets_in_what_the_person_typed_are_not_stored(clone, me, asked, settings):
    await clone.prediction.feedback(me, asked, EDITED, f"use {SECRET}")
    for table in ("feedback", "predictions", "replies", "phrases"):
        assert SECRET not in repr(await rows(settings, f"SELECT * FROM {table}"))
    for file in settings.home.glob("*"):
        assert SECRET.encode() not in file.read_bytes()
