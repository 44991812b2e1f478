"""The numbers of answers, over MCP and over REST: few digits, and never on another side of the threshold."""

from __future__ import annotations

import json
from typing import Any

import httpx2
import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.prediction import Guess, Proposal
from clone_mcp.ports import Storage
from clone_mcp.prediction.predict import Predict
from clone_mcp.settings import Settings
from tests.conftest import Connect
from tests.support.clock import FixedClock
from tests.support.mcp import answered, service, within
from tests.support.predictor import Scripted
from tests.support.storage import with_prediction

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ASK = {"agent": "a", "agent_input": "Should the variable be called total?"}
CASES = [
    (0.32000000000000006, 0.8, "escalated", 0.32),
    (0.79999999, 0.8, "escalated", 0.799999),
    (0.80000001, 0.8, "auto", 0.8),
    (0.8, 0.80000001, "escalated", 0.8),
    (0.80000002, 0.80000001, "auto", 0.800001),
]


@pytest.fixture
def predictor() -> Scripted:
    return Scripted()


@pytest.fixture
def clone(clone: Clone, storage: Storage, clock: FixedClock, predictor: Scripted) -> Clone:
    return with_prediction(clone, predict=Predict(storage, clock, predictor, redact=True))


def checked(answer: dict[str, Any], threshold: float, status: str, confidence: float) -> None:
    assert (answer["status"], answer["confidence"], answer["threshold"]) == (status, confidence, threshold)
    assert answer["candidates"][0]["confidence"] == confidence
    assert [each for each in floats(answer) if each not in (round(each, 6), threshold)] == []


@pytest.mark.parametrize(("score", "threshold", "status", "confidence"), CASES)
async def test_a_tool_answers_with_few_digits_and_a_status_that_its_number_bears_out(
    connect: Connect, predictor: Scripted, score: float, threshold: float, status: str, confidence: float
) -> None:
    predictor.proposal = Proposal((Guess("yes", score, "They said so."),))
    async with connect() as client:
        result = await client.call_tool("predict_next_prompt", {**ASK, "threshold": threshold})
    checked(answered(result), threshold, status, confidence)
    checked(json.loads(result.content[0].text), threshold, status, confidence)


@pytest.mark.parametrize(("score", "threshold", "status", "confidence"), CASES)
async def test_rest_answers_the_same_at_once_and_later(
    settings: Settings, clone: Clone, me: Any, predictor: Scripted, score: float, threshold: float, status: str,
    confidence: float,
) -> None:  # fmt: skip
    predictor.proposal = Proposal((Guess("yes", score, "They said so."),))
    _, key = await clone.access.api_keys.create(me.tenant, "test", me.scope)
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers={"x-clone-api-key": key}) as http,
    ):
        now = (await http.post("/api/predictions/predict/", json={**ASK, "threshold": threshold})).json()
        later = (await http.get(f"/api/predictions/{now['id']}/")).json()
        [listed] = (await http.get("/api/predictions/")).json()["results"]
    for answer in (now, later, listed):
        checked(answer, threshold, status, confidence)


def floats(value: Any) -> list[float]:
    if isinstance(value, dict | list):
        return [each for inner in (value.values() if isinstance(value, dict) else value) for each in floats(inner)]
    return [value] if isinstance(value, float) else []
