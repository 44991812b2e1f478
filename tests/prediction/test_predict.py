"""Predictions of replies and of going on, from the first day to a habit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clone_mcp.app import wire
from clone_mcp.errors import Invalid, NotFound
from clone_mcp.models.prediction import Candidate, Confidence, Decision, Guess, Kind, Prediction, Proposal, Question
from clone_mcp.prediction.predict import Predict
from clone_mcp.prediction.record import KEPT
from tests.support.events import said, stopped, typed
from tests.support.predictor import Scripted
from tests.support.sql import rows
from tests.support.storage import storage_of

ASKED = "All tests pass now. Shall I commit the change?"
HARMLESS = "Should the variable be called total?"
"""Its answer sets nothing in motion."""
SECRET = "sk-ant-api03-" + "Zq8vN2mK4xR7tB1wC5yD9fG3hJ6kL0pS" * 2


async def answer(clone, me, clock, asked: str, replied: str, session: str = "s", **fields) -> None:
    clock.advance(minutes=1)
    minutes = (clock.monotonic()) / 60
    await clone.recording.ingest.batch(
        me, [said(asked, session, minutes=minutes), typed(replied, session, minutes=minutes + 0.5, **fields)]
    )


async def stored(clone, me, prediction: Prediction) -> Prediction:
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        return await uow.predictions.get(prediction.id)


async def test_the_first_answer_ever_is_honest(clone, me, clock):
    prediction = await clone.prediction.predict(me, Question("codex", ASKED, k=3, threshold=0.6))
    assert all(candidate.confidence.sent < 0.1 for candidate in prediction.candidates)
    assert prediction == Prediction(
        id=prediction.id,
        kind=Kind.REPLY,
        question=Question("codex", ASKED, k=3, threshold=0.6),
        candidates=prediction.candidates,
        decision=Decision.ESCALATED,
        abstained="No history yet: Clone has not seen this person answer anything.",
        stop_recommended=False,
        model="local-3",
        created_at=clock.now(),
        latency_ms=0.0,
    )
    assert len(prediction.candidates) == 3
    assert all(candidate.response for candidate in prediction.candidates)


@pytest.mark.parametrize("k", [1, 2, 10])
async def test_there_are_at_most_as_many_candidates_as_were_asked_for(clone, me, clock, k):
    for n in range(5):
        await answer(clone, me, clock, ASKED, f"reply number {n}")
    prediction = await clone.prediction.predict(me, Question("codex", ASKED, k=k))
    assert 1 <= len(prediction.candidates) <= k
    assert prediction.top == prediction.candidates[0]


async def test_a_prediction_is_stored_as_it_was_answered(clone, me, clock):
    await answer(clone, me, clock, ASKED, "yes, and push")
    for ask in (clone.prediction.predict, clone.prediction.continuation):
        prediction = await ask(me, Question("codex", ASKED, "s", ("a", "b"), 3, 0.6))
        assert await stored(clone, me, prediction) == prediction


async def test_what_a_person_says_again_and_again_rises(clone, me, clock):
    confidence = []
    for n in range(6):
        prediction = await clone.prediction.predict(me, Question("codex", ASKED, "s", k=10))
        confidence.append(
            max([c.confidence.calibrated for c in prediction.candidates if c.response == "commit and push it"] or [0.0])
        )
        await answer(clone, me, clock, ASKED, "commit and push it", f"session {n}")
    assert confidence[0] == 0
    assert confidence == sorted(set(confidence))
    assert prediction.top.response == "commit and push it"


async def test_a_question_like_an_earlier_one_is_told_from_another(clone, me, clock):
    for n in range(4):
        await answer(clone, me, clock, ASKED, "commit it", f"a{n}")
        await answer(clone, me, clock, "Which port should the server listen on?", "use 8787", f"b{n}")
    for asked, expected in ((ASKED, "commit it"), ("The server needs a port to listen on, which?", "use 8787")):
        assert (await clone.prediction.predict(me, Question("codex", asked))).top.response == expected


async def test_options_yield_candidates_from_the_options_only(clone, me, clock):
    options = ("Postgres", "SQLite", "Neither")
    for n in range(3):
        await answer(clone, me, clock, "Which database?", "sqlite", f"s{n}")
    prediction = await clone.prediction.predict(me, Question("codex", "Which database?", options=options, k=10))
    assert prediction.top.response == "SQLite"
    assert sorted(candidate.response for candidate in prediction.candidates) == sorted(options)
    assert prediction.abstained is None


async def test_options_about_which_nothing_is_known_are_not_chosen_for_the_person(clone, me):
    prediction = await clone.prediction.predict(
        me, Question("codex", "Which one?", options=("this", "that"), threshold=0.2)
    )
    assert prediction.decision is Decision.ESCALATED
    assert prediction.abstained
    assert prediction.top.confidence.sent < 0.2


async def test_a_threshold_of_nothing_is_refused_while_nothing_is_known(clone, me):
    for ask in (clone.prediction.predict, clone.prediction.continuation):
        with pytest.raises(Invalid):
            await ask(me, Question("codex", ASKED, threshold=0))


@given(threshold=st.floats(0, 1), score=st.floats(0, 1))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_auto_exactly_when_what_is_sent_reaches_the_threshold(storage, clock, me, threshold, score):
    predictor = Scripted()
    for chance in (score, threshold):
        predictor.proposal = Proposal((Guess("yes", chance, "because"),))
        prediction = await Predict(storage, clock, predictor, redact=True)(
            me, Question("a", HARMLESS, threshold=threshold)
        )
        assert (prediction.decision is Decision.AUTO) is (prediction.top.confidence.sent >= threshold)
        assert prediction.top == Candidate("yes", Confidence(chance, chance, chance), "because")


async def test_an_automatic_answer_says_when_it_was_acted_on(storage, clock, me, settings):
    for threshold in (0.9, 0.91):
        await Predict(storage, clock, Scripted(), redact=True)(me, Question("a", HARMLESS, threshold=threshold))
    found = await rows(settings, "SELECT decision, acted_at IS NOT NULL FROM predictions ORDER BY threshold")
    assert [(decision, bool(acted)) for decision, acted in found] == [("auto", True), ("escalated", False)]


@pytest.mark.parametrize(
    "others",
    [
        {"source": "agent"},
        {"source": "integration", "source_detail": "slack"},
        {"source": "smartglass"},
    ],
)
async def test_what_others_type_is_never_predicted(clone, me, clock, others):
    for n in range(10):
        await answer(clone, me, clock, ASKED, "a phrase of somebody else", f"s{n}", **others)
    prediction = await clone.prediction.predict(me, Question("codex", ASKED, k=10))
    assert "a phrase of somebody else" not in [candidate.response for candidate in prediction.candidates]
    assert prediction.abstained


async def test_what_an_agent_says_is_never_predicted(clone, me, clock):
    for n in range(10):
        await clone.recording.ingest.batch(me, [said("commit and push now", f"s{n}")])
    prediction = await clone.prediction.predict(me, Question("codex", "commit and push now", k=10))
    assert "commit and push now" not in [candidate.response for candidate in prediction.candidates]


async def test_a_paste_is_never_predicted(clone, me, clock):
    paste = "Traceback (most recent call last): " * 80
    for n in range(5):
        await answer(clone, me, clock, ASKED, paste, f"s{n}")
    prediction = await clone.prediction.predict(me, Question("codex", ASKED, k=10))
    assert max(len(candidate.response) for candidate in prediction.candidates) < 30


async def test_only_a_brief_reply_comes_first_because_it_may_be_sent_without_asking(clone, me, clock):
    long = "please look at all of these things one after the other " * 5
    for n in range(8):
        await answer(clone, me, clock, ASKED, long, f"s{n}")
    prediction = await clone.prediction.predict(me, Question("codex", ASKED, k=10))
    assert len(prediction.top.response) <= 60
    assert long.strip() in [candidate.response for candidate in prediction.candidates]


async def test_a_stored_prediction_is_not_changed_by_what_comes_later(clone, me, clock):
    await answer(clone, me, clock, ASKED, "commit it")
    prediction = await clone.prediction.predict(me, Question("codex", ASKED, "s", k=5))
    for n in range(5):
        await answer(clone, me, clock, ASKED, "no, wait", f"later {n}")
    assert await stored(clone, me, prediction) == prediction


async def test_the_same_history_gives_the_same_answer(clone, me, clock):
    for n in range(12):
        await clone.recording.ingest.batch(me, [said(ASKED, f"s{n % 3}"), typed(f"reply {n % 4}", f"s{n % 3}")])
    answers = [(await clone.prediction.predict(me, Question("codex", ASKED, "s1", k=10))).candidates for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]


async def test_secrets_in_a_question_are_answered_but_not_stored(clone, me, settings):
    question = Question(f"codex {SECRET}", f"Use {SECRET}?", options=(f"Use {SECRET}", "No"), k=2)
    prediction = await clone.prediction.predict(me, question)
    assert sorted(candidate.response for candidate in prediction.candidates) == ["No", f"Use {SECRET}"]
    await clone.prediction.continuation(me, question)
    assert SECRET not in repr(await rows(settings, "SELECT * FROM predictions"))
    for file in settings.home.glob("*"):
        assert SECRET.encode() not in file.read_bytes()


async def test_a_secret_that_is_cut_in_two_is_not_stored_by_half(clone, me, settings):
    cut = SECRET + " " + "word " * 1592
    assert len(cut) - KEPT > 0
    prediction = await clone.prediction.predict(me, Question("codex", cut[-KEPT - 40 :]))
    assert SECRET[-30:] not in (await stored(clone, me, prediction)).question.agent_input
    prediction = await clone.prediction.predict(
        me, Question("codex", "x " * KEPT + SECRET[:60] + " " + "y" * (KEPT - 30))
    )
    assert SECRET[30:60] not in (await stored(clone, me, prediction)).question.agent_input


async def test_of_a_long_question_the_end_is_kept(clone, me):
    text = " ".join(f"word{n}" for n in range(5000))
    prediction = await clone.prediction.predict(me, Question("codex", text))
    assert (await stored(clone, me, prediction)).question.agent_input == text[-KEPT:]


async def test_secrets_are_kept_when_the_person_says_so(settings, storage, clock, me):
    plain = wire(settings.model_copy(update={"redact": False}), storage, clock, b"test")
    prediction = await plain.prediction.predict(me, Question("codex", f"Use {SECRET}?"))
    assert (await stored(plain, me, prediction)).question.agent_input == f"Use {SECRET}?"


async def test_whether_to_go_on_is_not_claimed_to_be_known_on_the_first_day(clone, me):
    prediction = await clone.prediction.continuation(me, Question("codex", "Done.", threshold=0.6))
    assert (prediction.kind, prediction.top.response, prediction.decision) == (
        Kind.CONTINUATION,
        "continue",
        Decision.ESCALATED,
    )
    assert prediction.top.confidence.sent < 0.6
    assert prediction.abstained


async def test_a_person_who_goes_on_is_expected_to_go_on_and_one_who_stops_to_stop(clone, me, clock):
    for n in range(4):
        for _ in range(12):
            await answer(clone, me, clock, "Done, all of it.", "go on", f"long {n}")
        await clone.recording.ingest.batch(
            me, [said("Done, all of it.", f"long {n}"), stopped(f"long {n}", minutes=100)]
        )
    while await clone.memory.precedents(me.tenant):  # going on is what they approved all along
        pass
    going = await clone.prediction.continuation(me, Question("codex", "Done, all of it.", threshold=0.5))
    assert (going.top.response, going.decision, going.stop_recommended) == ("continue", Decision.AUTO, False)
    for n in range(60):
        await answer(clone, me, clock, "Which file?", "that one", f"short {n}")
        await clone.recording.ingest.batch(
            me, [said("Done, all of it.", f"short {n}"), stopped(f"short {n}", minutes=200)]
        )
    stopping = await clone.prediction.continuation(me, Question("codex", "Done, all of it.", "short 59", threshold=0.5))
    assert (stopping.top.response, stopping.decision, stopping.stop_recommended) == ("stop", Decision.AUTO, True)
    asked = await clone.prediction.continuation(me, Question("codex", "Which file do you mean?", threshold=0.5))
    assert (asked.top.response, asked.stop_recommended) == ("continue", False)
    assert (
        await clone.prediction.predict(me, Question("codex", "Done, all of it.", "short 59"))
    ).stop_recommended is True
    assert (await clone.prediction.predict(me, Question("codex", "Which file do you mean?"))).stop_recommended is False


async def test_an_unknown_prediction_is_not_found(clone, me):
    prediction = await clone.prediction.predict(me, Question("codex", ASKED))
    with pytest.raises(NotFound):
        await stored(clone, me, replace(prediction, id="another"))
