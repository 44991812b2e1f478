"""MCP and REST are two doors to one thing: the same call has the same answer."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from mcp.client import Client

from clone_mcp.tools.registry import BY_NAME, prose
from clone_mcp.tools.server import build
from clone_mcp.transports.rest.answering import refusal
from clone_mcp.wire.errors import STATUS
from tests.conftest import new_tenant
from tests.support.events import NINE, said, typed
from tests.support.mcp import already, answered, refused

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ASK = {"agent": "codex", "agent_input": "The tests pass. Shall I commit?", "threshold": 0.6}
WRONG = "00000000-0000-4000-8000-00000000dead"
CALLS: list[tuple[str, dict[str, Any], str]] = [
    ("predict_next_prompt", {**ASK, "k": 3, "session_id": "s"}, "predict/"),
    ("predict_next_prompt", {**ASK, "options": ["yes", "no"], "colour": "blue"}, "predict/"),
    ("predict_next_prompt", {**ASK, "agent_input": "NUL \x00 and half a \ud83d pair"}, "predict/"),
    ("predict_next_prompt", {**ASK, "k": 11}, "predict/"),
    ("predict_next_prompt", {"agent": "codex"}, "predict/"),
    ("predict_continuation", ASK, "continuation/"),
    ("predict_continuation", {**ASK, "threshold": 0}, "continuation/"),
    ("submit_feedback", {"prediction_id": WRONG, "status": "accepted"}, f"{WRONG}/feedback/"),
    ("submit_feedback", {"prediction_id": WRONG, "status": "perhaps"}, f"{WRONG}/feedback/"),
]


def masked(answer: dict[str, Any]) -> dict[str, Any]:
    """Without what is made up anew for every answer, and what only REST tells."""
    return {name: value for name, value in answer.items() if name not in ("id", "usage", "event_id", "latency_ms")}


@pytest.fixture
def both(http, clone, owner) -> Callable:
    """One call by each door: status, and answer or complaint."""

    async def call(tool: str, arguments: dict[str, Any], path: str) -> list[tuple[int, Any]]:
        async with Client(build(already(clone), lambda _ctx: owner)) as client:
            told = await client.call_tool(tool, arguments)
        if told.is_error:
            status, text = re.fullmatch(r"Error (\d+) \(\w+\): (.*)", refused(told)).groups()
            by_mcp = int(status), text
        else:
            by_mcp = 200, masked(answered(told))
        body = {name: value for name, value in arguments.items() if name != "prediction_id"}
        response = await http.post(f"/api/predictions/{path}", content=json.dumps(body))
        by_rest = response.json()
        return [by_mcp, (response.status_code, by_rest.get("error") or masked(by_rest))]

    return call


@on_sqlite
async def test_what_is_asked_is_answered_alike(both, clone, owner):
    await clone.recording.ingest.batch(
        owner,
        [each for n in range(9) for each in (said(ASK["agent_input"], f"s{n}"), typed("yes, commit", f"s{n}"))],
    )
    for call in CALLS:
        by_mcp, by_rest = await both(*call)
        assert by_rest == by_mcp


@on_sqlite
async def test_feedback_by_one_door_is_known_to_the_other(both, clone, owner):
    from clone_mcp.models.prediction import Question

    made = [await clone.prediction.predict(owner, Question("codex", "Shall I?")) for _ in range(2)]
    report = {"status": "edited", "actual_response": "no, wait"}
    for prediction in made:
        by_mcp, by_rest = await both(
            "submit_feedback", {"prediction_id": prediction.id, **report}, f"{prediction.id}/feedback/"
        )
        assert (by_mcp[1]["changed"], by_rest[1]["changed"]) == (True, False)
        assert (by_mcp[1]["status"], by_mcp[1]["prediction_id"]) == (by_rest[1]["status"], by_rest[1]["prediction_id"])


@on_sqlite
async def test_a_turn_is_recorded_alike(http_as, clone, storage, clock):
    """The seven tools make CloneEvents; sent as such they are kept as the same."""
    from clone_mcp.models.access import Caller, Scope

    kept = []
    for door in ("mcp", "rest"):
        caller = Caller(await new_tenant(storage, clock), Scope.RECORDER)
        prompt = {"session_id": "s", "agent": "codex", "prompt": "use key ghp_0123456789abcdefghijklmnopqrstuvwxyz"}
        if door == "mcp":
            async with Client(build(already(clone), lambda _ctx, caller=caller: caller)) as client:
                told = answered(await client.call_tool("record_agent_prompt", {**prompt, "source": "cli"}))
            own = told["event_id"]
        else:
            own = "e"
            event = {"id": own, "type": "agent.prompt", "source": "cli", "occurred_at": NINE.isoformat(), **prompt}
            async with http_as(caller) as http:
                assert (await http.post("/api/recording/events/", json=[event])).json()["accepted"] == 1
        async with http_as(caller) as http:
            shown = (await http.get(f"/api/recording/events/{own}/")).json()
        kept.append({**shown, "id": ""})
    assert kept[0] == kept[1]
    assert kept[0]["author"] == "person"


def test_both_doors_have_the_same_numbers_for_what_goes_wrong():
    for kind in STATUS:
        exc = kind("No.")
        assert prose(exc) == f"Error {refusal(exc).status_code} ({kind.code}): No."
    assert {name for name, _, _ in CALLS} <= set(BY_NAME)
