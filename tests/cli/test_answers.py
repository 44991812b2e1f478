"""`clone-mcp why`: what Clone answered, what that set in motion, and what let it."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace

from clone_mcp.app import SystemClock, open_storage
from clone_mcp.hooks.state import hook_state
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.act import Act, Ground, Leave, Weight, Where
from clone_mcp.models.prediction import Candidate, Confidence, Decision, Kind, Prediction, Question
from clone_mcp.settings import Settings
from tests.support.command import Command

RUN = Act("run", "tests", (), Where.QUESTION, Weight.REVERSIBLE, None, "run the tests", "run test")
LEAVE = Leave(Ground.PRECEDENT, "You approved *run tests* 9 times in 4 sessions.")
MADE = Prediction(
    id="p",
    kind=Kind.REPLY,
    question=Question("codex", "Shall I run the tests?", "s"),
    candidates=(Candidate("yes", Confidence(0.9, 0.9, 0.9), "You always say so."),),
    decision=Decision.AUTO,
    abstained=None,
    stop_recommended=False,
    model="local",
    created_at=SystemClock().now(),
    latency_ms=1.0,
    acts=(RUN,),
    leave=(LEAVE,),
)


def answered(settings: Settings, prediction: Prediction) -> None:
    async def within() -> None:
        storage = await open_storage(settings, SystemClock())
        async with storage.begin(LOCAL_TENANT) as uow:
            await uow.predictions.add(prediction)
        await storage.close()

    asyncio.run(within())
    with hook_state(str(settings.home), "claude-code", prediction.question.session_id or "") as state:
        said = {"prediction": prediction.id, "text": "yes", "question": prediction.question.agent_input}
        state["answers"] = [*state.get("answers", []), {**said, "confidence": 0.9, "at": 1_780_000_000}]


def test_why_names_the_act_and_what_let_it(command: Command, settings: Settings) -> None:
    answered(settings, MADE)
    lines = command("why").out.splitlines()
    assert "  What it set in motion: run tests (reversible)." in lines
    assert f"  {LEAVE.evidence}" in lines
    told = json.loads(command("why", "--json").out)
    assert [act["verb"] for act in told["acts"]] == ["run"]
    assert told["leave"] == [{"ground": "precedent", "evidence": LEAVE.evidence, "fact_id": None}]


def test_an_answer_from_before_acts_were_kept_shows_none(command: Command, settings: Settings) -> None:
    answered(settings, replace(MADE, acts=(), leave=()))
    told = json.loads(command("why", "--json").out)
    assert (told["acts"], told["leave"]) == ([], [])
    assert "set in motion" not in command("why").out
