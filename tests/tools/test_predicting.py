"""predict_next_prompt, predict_continuation and submit_feedback, through the SDK's client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.prediction import Guess, Proposal
from clone_mcp.ports import Storage
from clone_mcp.prediction.predict import Predict
from tests.conftest import Connect
from tests.support.clock import FixedClock
from tests.support.mcp import answered, refused
from tests.support.predictor import Scripted
from tests.support.storage import with_prediction

ASK = {"agent": "claude-code", "agent_input": "Tests pass. Should the variable be called total?"}


@pytest.fixture
def predictor() -> Scripted:
    return Scripted()


@pytest.fixture
def clone(clone: Clone, storage: Storage, clock: FixedClock, predictor: Scripted) -> Clone:
    return with_prediction(clone, predict=Predict(storage, clock, predictor, redact=True))


async def predicted(connect: Connect, **arguments: Any) -> dict[str, Any]:
    async with connect() as client:
        return answered(await client.call_tool("predict_next_prompt", {**ASK, **arguments}))


async def test_an_answer_to_act_on_says_everything(connect: Connect, predictor: Scripted) -> None:
    predictor.proposal = Proposal(
        (Guess("yes", 0.9, "They always say so."), Guess("no", 0.05, "Once they did not.")), stop_recommended=True
    )
    answer = await predicted(connect, k=2, threshold=0.6, session_id="host-session", options=["yes", "no"])
    UUID(answer.pop("id"))
    assert answer == {
        "ignored_arguments": [],
        "predicted_response": "yes",
        "confidence": 0.9,
        "raw_confidence": 0.9,
        "calibrated_confidence": 0.9,
        "reasoning": "They always say so.",
        "candidates": [
            {
                "response": "yes",
                "confidence": 0.9,
                "raw_confidence": 0.9,
                "calibrated_confidence": 0.9,
                "reasoning": "They always say so.",
            },
            {
                "response": "no",
                "confidence": 0.05,
                "raw_confidence": 0.05,
                "calibrated_confidence": 0.05,
                "reasoning": "Once they did not.",
            },
        ],
        "k": 2,
        "status": "auto",
        "threshold": 0.6,
        "stop_recommended": True,
        "abstained": None,
        "degraded": False,
        "degraded_reason": None,
        "cited_facts": [],
        "model": "scripted-1",
        "latency_ms": 0.0,
    }


async def test_an_abstaining_answer_never_reaches_the_threshold(connect: Connect, predictor: Scripted) -> None:
    predictor.proposal = Proposal((Guess("yes", 0.9, "A guess."),), abstained="Nobody knows.")
    answer = await predicted(connect, threshold=0.7)
    assert answer["abstained"] == "Nobody knows."
    assert answer["predicted_response"] == "yes"
    assert answer["status"] == "escalated"
    assert answer["raw_confidence"] == answer["calibrated_confidence"] == 0.9
    assert answer["confidence"] < 0.7
    assert [candidate["confidence"] for candidate in answer["candidates"]] == [answer["confidence"]]


async def test_the_threshold_is_echoed_exactly_and_decides(connect: Connect) -> None:
    async with connect() as client:
        for threshold in (0.0, 1e-9, 0.1, 0.3, 0.6, 0.7, 0.8, 0.9, 0.9000000000000001, 1.0, 1):
            for tool in ("predict_next_prompt", "predict_continuation")[: 2 if threshold else 1]:
                answer = answered(await client.call_tool(tool, {**ASK, "threshold": threshold}))
                assert answer["threshold"] == threshold
                assert (answer["status"] == "auto") == (answer["confidence"] >= threshold)


async def test_what_is_left_out_has_the_documented_defaults(connect: Connect) -> None:
    answer = await predicted(connect)
    assert (answer["k"], answer["threshold"], answer["status"]) == (1, 0.8, "auto")


async def test_a_threshold_of_zero_on_an_abstaining_answer_is_refused(connect: Connect, predictor: Scripted) -> None:
    predictor.proposal = Proposal((Guess("yes", 0.9, "A guess."),), abstained="Nobody knows.")
    async with connect() as client:
        text = refused(await client.call_tool("predict_next_prompt", {**ASK, "threshold": 0}))
    assert text == (
        "Error 400 (invalid): With a threshold of 0 every answer would be acted on, and this one must not be: "
        "Nobody knows. Send a threshold above 0."
    )


async def test_a_stranger_gets_a_low_honest_guess_and_the_reason(
    connect: Connect, predictor: Scripted, storage: Storage, clock: FixedClock
) -> None:
    from clone_mcp.prediction.predictors.local import LocalPredictor

    predictor.propose = LocalPredictor().propose  # the one that ships
    answer = await predicted(connect, k=10)
    assert 1 <= len(answer["candidates"]) <= 10
    assert answer["predicted_response"] == answer["candidates"][0]["response"] != ""
    assert answer["confidence"] < 0.3
    assert answer["status"] == "escalated"
    assert answer["abstained"]
    assert answer["stop_recommended"] is False
    assert answer["cited_facts"] == []


async def test_a_continuation_says_everything(connect: Connect) -> None:
    async with connect() as client:
        answer = answered(
            await client.call_tool("predict_continuation", {**ASK, "threshold": 0.6, "session_id": "host"})
        )
    assert set(answer) == {
        "ignored_arguments",
        "id",
        "should_continue",
        "confidence",
        "raw_confidence",
        "calibrated_confidence",
        "reasoning",
        "status",
        "threshold",
        "abstained",
        "cited_facts",
        "model",
        "latency_ms",
    }
    UUID(answer["id"])
    assert isinstance(answer["should_continue"], bool)
    assert (answer["threshold"], answer["status"]) == (0.6, "escalated")
    assert answer["confidence"] < 0.6
    assert answer["abstained"]


async def test_feedback_is_taken_repeated_and_changed(connect: Connect) -> None:
    async with connect() as client:
        prediction = answered(await client.call_tool("predict_next_prompt", ASK))["id"]

        async def report(status: str, **more: str) -> dict[str, Any]:
            given = {"prediction_id": prediction, "status": status, **more}
            return answered(await client.call_tool("submit_feedback", given))

        said = {"ignored_arguments": [], "prediction_id": prediction}
        assert await report("accepted") == {**said, "status": "accepted", "changed": True, "learned": False}
        assert await report("accepted") == {**said, "status": "accepted", "changed": False, "learned": False}
        changed = await report("rejected", actual_response="no, squash first")
        assert changed == {**said, "status": "rejected", "changed": True, "learned": True}


async def test_an_unknown_prediction_is_not_found(connect: Connect) -> None:
    async with connect() as client:
        text = refused(
            await client.call_tool("submit_feedback", {"prediction_id": "no-such-secret-id", "status": "accepted"})
        )
    assert text.startswith("Error 404 (not_found): ")
    assert "no-such-secret-id" not in text
