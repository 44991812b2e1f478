"""Hooks as Codex, Cursor and Gemini CLI call them."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.hooks.answering import SWITCH, is_decided
from clone_mcp.hooks.asking import ask
from clone_mcp.hooks.spool import Spool
from tests.hooks.conftest import UNSURE, Call, Hook
from tests.support.noted import notes
from tests.support.person import recorded
from tests.support.predictor import Scripted


async def taken_in(home: Path) -> list[tuple[str, str]]:
    """What was said, by whom. A question makes the door take in all that was noted before."""
    await asyncio.to_thread(ask, str(home), {}, "predict_next_prompt", {"agent": "test", "agent_input": "?"})
    return [(author, text) for author, _, text in recorded(home)]


async def test_codex_is_answered_by_a_block_that_says_whose_word_it_is(
    call: Call, home: Path, predictor: Scripted
) -> None:
    await call("UserPromptSubmit", "codex", prompt="Go", turn_id="t1")
    out = await call("Stop", "codex", last_assistant_message="Is its name total?", turn_id="t1")
    assert (out["decision"], "yes" in out["reason"]) == ("block", True)
    assert out["systemMessage"].startswith("Clone answered for you (93 %): yes")
    predictor.proposal = UNSURE
    assert await call("Stop", "codex", last_assistant_message="And now?", turn_id="t1") is None
    assert await taken_in(home) == [
        ("person", "Go"),
        ("agent", "Is its name total?"),
        ("clone", "yes"),
        ("agent", "And now?"),
    ]


def test_codex_prompts_of_one_turn_have_names_of_their_own(hook: Hook, spool: Spool, tmp_path: Path) -> None:
    for text in ("Go", "Wait", "<environment_context>x"):
        hook("UserPromptSubmit", "codex", prompt=text, turn_id="t1")
    (tmp_path / "rollout.jsonl").write_text('{"type":"session_meta","payload":{"originator":"codex_exec"}}\n')
    hook(
        "UserPromptSubmit", "codex", prompt="By a script", turn_id="t2", transcript_path=str(tmp_path / "rollout.jsonl")
    )
    assert [(note["turn"], note["label"]) for note in notes(spool)] == [("t1", "user"), ("t1#1", "user"), ("t2", "")]


def test_codex_runs_clones_own_predictions_without_asking(hook: Hook) -> None:
    out = hook("PreToolUse", "codex", tool_name="mcp__clone__predict_next_prompt", tool_input={})
    assert out["hookSpecificOutput"]["permissionDecision"] == "allow"
    assert hook("PreToolUse", "codex", tool_name="mcp__clone__submit_feedback", tool_input={}) is None


async def test_what_cursor_hands_back_as_a_prompt_stays_clones(call: Call, home: Path, predictor: Scripted) -> None:
    turn = {"session_id": None, "conversation_id": "c", "generation_id": "g"}
    await call("sessionStart", "cursor", **turn, workspace_roots=["/work"])
    assert await call("beforeSubmitPrompt", "cursor", **turn, prompt="Go") == {"continue": True}
    await call("afterAgentResponse", "cursor", **turn, text="Working on it.")
    await call("afterAgentResponse", "cursor", **turn, text="Is its name total?")
    assert await call("stop", "cursor", **turn, status="completed", loop_count=0) == {"followup_message": "yes"}
    await call("beforeSubmitPrompt", "cursor", **{**turn, "generation_id": "h"}, prompt="yes")
    await call("beforeSubmitPrompt", "cursor", **{**turn, "generation_id": "i"}, prompt="yes")  # and this they typed
    assert await taken_in(home) == [
        ("person", "Go"),
        ("agent", "Is its name total?"),
        ("clone", "yes"),
        ("person", "yes"),
    ]


async def test_an_agent_that_was_stopped_by_the_person_is_not_sent_on(call: Call, predictor: Scripted) -> None:
    turn = {"conversation_id": "c", "generation_id": "g"}
    await call("afterAgentResponse", "cursor", **turn, text="Is its name total?")
    assert await call("stop", "cursor", **turn, status="aborted") is None


async def test_what_gemini_takes_as_a_plain_prompt_stays_clones(call: Call, home: Path, predictor: Scripted) -> None:
    await call("BeforeAgent", "gemini", prompt="Go")
    out = await call("AfterAgent", "gemini", prompt="Go", prompt_response="Is its name total?", stop_hook_active=False)
    assert (out["decision"], out["reason"]) == ("block", "yes")
    await call("BeforeAgent", "gemini", prompt="yes")
    predictor.proposal = UNSURE
    await call(
        "AfterAgent", "gemini", prompt="yes", prompt_response="Is its name total?\nDone.", stop_hook_active=False
    )
    await call("BeforeAgent", "gemini", prompt="Show me")
    await call(
        "AfterAgent",
        "gemini",
        prompt="Show me",
        prompt_response="Is its name total?\nDone. Here.",
        stop_hook_active=False,
    )
    await call("AfterTool", "gemini", tool_name="mcp_clone_predict_next_prompt", tool_input={}, tool_response={})
    await call("AfterTool", "gemini", tool_name="run_shell_command", tool_input={"command": "ls"}, tool_response={})
    assert await taken_in(home) == [
        ("person", "Go"),
        ("agent", "Is its name total?"),
        ("clone", "yes"),
        ("agent", "Done."),
        ("person", "Show me"),
        ("agent", "Is its name total?\nDone. Here."),
        ("tool", "run_shell_command: ls"),
    ]


async def test_it_answers_so_often_in_a_row_and_anew_once_the_person_typed(call: Call, predictor: Scripted) -> None:
    stop = {"last_assistant_message": "Is its name total?", "turn_id": "t1"}
    outs = [await call("Stop", "codex", **stop) for _ in range(5)]
    assert [bool(out) and "decision" in out for out in outs] == [True, True, True, False, False]
    assert "now leaves the word to you" in outs[3]["systemMessage"]
    assert outs[4] is None
    await call("UserPromptSubmit", "codex", prompt="Go on", turn_id="t2")
    assert (await call("Stop", "codex", **stop))["decision"] == "block"


@pytest.mark.parametrize(
    "wrong",
    [
        {"confidence": 0.79},
        {"confidence": None},
        {"confidence": True},
        {"status": "escalated"},
        {"predicted_response": ""},
        {"abstained": "It rests on claims."},
        {"predicted_response": "continue", "should_continue": True},
    ],
)
def test_neither_words_without_a_number_nor_a_number_without_words_are_decided(wrong: dict[str, Any]) -> None:
    sure = {"status": "auto", "confidence": 0.93, "predicted_response": "yes"}
    assert is_decided(sure)
    assert not is_decided({**sure, **wrong})


async def test_until_the_person_switches_it_on_nothing_is_answered(call: Call, home: Path, predictor: Scripted) -> None:
    (home / SWITCH).unlink()
    assert await call("Stop", "codex", last_assistant_message="Is its name total?", turn_id="t1") is None


async def test_while_the_agent_plans_nothing_is_answered(call: Call, predictor: Scripted) -> None:
    assert (
        await call("Stop", "codex", last_assistant_message="Is its name total?", turn_id="t1", permission_mode="plan")
        is None
    )
