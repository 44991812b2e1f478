"""Questions over REST, and what becomes of the answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Guess, Proposal
from clone_mcp.prediction.predict import Predict, PredictBatch
from tests.memory.person import Person
from tests.support.events import NINE
from tests.support.predictor import Scripted
from tests.support.storage import with_prediction

ASK = {"agent": "claude-code", "agent_input": "Tests pass. Should the variable be called total?", "threshold": 0.8}
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def predictor() -> Scripted:
    return Scripted()


@pytest.fixture
def clone(clone, storage, clock, predictor):
    predict = Predict(storage, clock, predictor, redact=True)
    return with_prediction(clone, predict=predict, batch=PredictBatch(clock, predict))


async def asked(http, **more) -> dict:
    response = await http.post("/api/predictions/predict/", json={**ASK, **more})
    assert response.status_code == 200, response.text
    return response.json()


@on_sqlite
async def test_a_prediction_says_what_it_cost_and_what_was_passed_over(http):
    answer = await asked(http, session_id=None, colour="blue")
    assert (answer["status"], answer["predicted_response"], answer["threshold"]) == ("auto", "yes", 0.8)
    assert answer["usage"] == {"input_tokens": 0, "output_tokens": 0}
    assert answer["ignored_arguments"] == ["colour"]
    near = await http.post("/api/predictions/predict/", json={**ASK, "treshold": 0.1})
    assert (near.status_code, near.json()) == (
        400,
        {"error": "There is no field 'treshold'. Did you mean 'threshold'?"},
    )


@on_sqlite
async def test_a_prediction_asked_again_under_one_key_is_made_once(http, predictor):
    retry = {"Idempotency-Key": "turn-7"}
    first = (await http.post("/api/predictions/predict/", json=ASK, headers=retry)).json()
    predictor.proposal = Proposal((Guess("no", 0.9, "They changed their mind."),))
    again = (await http.post("/api/predictions/predict/", json=ASK, headers=retry)).json()
    assert (again["id"], again["predicted_response"]) == (first["id"], "yes")
    other = await http.post("/api/predictions/predict/", json={**ASK, "agent_input": "Push?"}, headers=retry)
    assert (other.status_code, other.json()["error"]) == (
        409,
        "This Idempotency-Key came with another question before. Send a new one.",
    )
    assert len((await http.get("/api/predictions/")).json()["results"]) == 1


@on_sqlite
async def test_a_batch_answers_each_question_in_its_place(http):
    prompts = [ASK, {**ASK, "k": 99}, "nonsense", {**ASK, "threshold": 0.95}]
    results = (await http.post("/api/predictions/predict/batch/", json={"prompts": prompts})).json()["results"]
    assert [(each["index"], each["status"]) for each in results] == [(0, 200), (1, 400), (2, 400), (3, 200)]
    assert results[0]["prediction"]["status"] == "auto"
    assert results[3]["prediction"]["status"] == "escalated"
    assert results[1]["error"].startswith("k must be ")
    many = await http.post("/api/predictions/predict/batch/", json={"prompts": [ASK] * 101})
    assert many.status_code == 413


@on_sqlite
async def test_a_prediction_is_kept_with_everything_that_became_of_it(http, clock):
    made = await asked(http, session_id="s", options=["yes", "no"])
    clock.advance(minutes=1)
    for report in ({"status": "rejected"}, {"status": "accepted", "actual_response": "yes"}):
        response = await http.post(f"/api/predictions/{made['id']}/feedback/", json=report)
        assert response.json()["changed"] is True
        clock.advance(minutes=1)
    kept = (await http.get(f"/api/predictions/{made['id']}/")).json()
    assert kept["candidates"] == made["candidates"]
    assert (kept["status"], kept["decision"], kept["acted_at"]) == ("accepted", "auto", "2026-11-20T09:00:00Z")
    assert (kept["agent_input"], kept["options"], kept["session_id"]) == (ASK["agent_input"], ["yes", "no"], "s")
    assert [(report["status"], report["by"], report["at"]) for report in kept["feedback"]] == [
        ("rejected", "owner", "2026-11-20T09:01:00Z"),
        ("accepted", "owner", "2026-11-20T09:02:00Z"),
    ]
    assert kept["outcome"] == kept["feedback"][1]


async def test_predictions_are_listed_by_what_they_are_now(http, clock, predictor):
    made = {}
    for name, guess, session in (("settled", 0.9, "a"), ("auto", 0.9, "b"), ("escalated", 0.2, "b")):
        predictor.proposal = Proposal((Guess(name, guess, ""),))
        made[name] = (await asked(http, session_id=session, agent=session))["id"]
        clock.advance(minutes=1)
    await http.post(f"/api/predictions/{made['settled']}/feedback/", json={"status": "edited"})

    async def listed(**query) -> list[str]:
        found = (await http.get("/api/predictions/", params=query)).json()["results"]
        return [each["predicted_response"] for each in found]

    assert await listed() == ["escalated", "auto", "settled"]
    assert await listed(limit=1, offset=1) == ["auto"]
    assert await listed(status="auto") == ["auto"]
    assert await listed(status="escalated") == ["escalated"]
    assert await listed(status="edited") == ["settled"]
    assert await listed(session_id="b", agent="b") == ["escalated", "auto"]
    assert await listed(since=(NINE + timedelta(minutes=1)).isoformat(), until="2026-11-20T09:02:00Z") == ["auto"]


async def test_stats_hold_confidences_against_outcomes(http, predictor, clock):
    """Three automatic answers, of which one was right, one only in part, one not told; and two escalations."""
    empty = (await http.get("/api/predictions/stats/")).json()
    assert (empty["automation_rate"], empty["precision"], empty["predictors"]) == (None, None, [])
    for guess, report in (
        (0.9, {"status": "accepted"}),
        (0.8, {"status": "edited"}),
        (0.9, None),
        (0.4, {"status": "rejected"}),  # what some clients say of every escalation: no judgement
        (0.4, {"status": "rejected", "actual_response": "no"}),
    ):
        predictor.proposal = Proposal((Guess("yes", guess, ""),))
        made = await asked(http)
        if report:
            await http.post(f"/api/predictions/{made['id']}/feedback/", json=report)
        clock.advance(minutes=1)
    await http.post("/api/predictions/continuation/", json=ASK)
    stats = (await http.get("/api/predictions/stats/")).json()
    replies, [predictor_stats] = stats["replies"], [each for each in stats["predictors"] if each["kind"] == "reply"]
    assert (replies["predictions"], replies["auto"], replies["escalated"]) == (5, 3, 2)
    assert (stats["automation_rate"], stats["precision"], replies["precision"]["answered"]) == (0.6, 0.5, 2)
    assert replies["precision"]["interval"]["low"] < 0.5 < replies["precision"]["interval"]["high"]
    assert predictor_stats["labels"] == 3
    assert predictor_stats["brier"] == round((0.1**2 + 0.8**2 + 0.4**2) / 3, 6)
    later = (await http.get("/api/predictions/stats/", params={"since": "2026-11-20T09:03:00Z"})).json()
    assert (later["replies"]["predictions"], later["automation_rate"]) == (2, 0.0)


@on_sqlite
async def test_a_kept_prediction_says_what_it_would_set_in_motion_and_what_lets_it(http, clone, me, clock):
    made = await asked(http, agent_input="Shall I run the tests?")
    kept = (await http.get(f"/api/predictions/{made['id']}/")).json()
    assert [(act["verb"], act["object"], act["weight"]) for act in kept["acts"]] == [("run", "tests", "reversible")]
    assert (kept["status"], kept["leave"]) == ("escalated", [])
    person = Person(clone, me, Caller(me.tenant, Scope.OWNER), clock)
    for session in "abc":
        await person.hears("Shall I run the tests?", session)
        await person.says("yes", session=session)
    made = await asked(http, agent_input="Shall I run the tests?")
    [kept, _] = (await http.get("/api/predictions/")).json()["results"]
    assert (kept["id"], kept["status"]) == (made["id"], "auto")
    assert kept["leave"] == [
        {"ground": "precedent", "evidence": "You approved *run tests* 3 times in 3 sessions.", "fact_id": None}
    ]
