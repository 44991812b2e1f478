"""Hooks as Claude Code calls them, before a Clone that is not there. The rig in tests/e2e calls them for real."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.hooks.spool import Spool
from clone_mcp.hooks.state import home as home_of
from clone_mcp.hooks.state import hook_state
from clone_mcp.models.prediction import Guess, Proposal
from clone_mcp.settings import Settings, from_env
from tests.hooks.conftest import UNSURE, Call, Hook
from tests.support.noted import notes, said
from tests.support.predictor import Scripted

PROMPT = {"prompt": "Add a button", "prompt_id": "p1"}


def test_a_conversation_is_noted_with_who_said_what(hook: Hook, spool: Spool) -> None:
    hook("SessionStart", cwd="/work", source="startup")
    hook("UserPromptSubmit", **PROMPT)
    use = {"tool_name": "Bash", "tool_input": {"command": "make"}, "tool_use_id": "t1", "prompt_id": "p1"}
    hook("PostToolUse", **use, tool_response={"stdout": "all good\n"})
    assert hook("Stop", last_assistant_message="Done. More?", prompt_id="p1") is None
    hook("SessionEnd", reason="other")
    assert [(n["kind"], n["turn"], n["label"], n["text"], n.get("project")) for n in notes(spool)] == [
        ("started", "start", "", "", "/work"),
        ("prompt", "p1", "user", "Add a button", None),
        ("response", "t1:used", "tool-use", "Bash: make → all good", None),
        ("response", "p1", "", "Done. More?", None),
        ("stopped", "", "", "", None),
    ]


def test_an_agent_that_speaks_again_on_the_same_prompt_gets_another_name(hook: Hook, spool: Spool) -> None:
    hook("UserPromptSubmit", **PROMPT)
    for _ in range(2):
        hook("Stop", last_assistant_message="Still at it.", prompt_id="p1")
    assert [note["turn"] for note in notes(spool)] == ["p1", "p1", "p1#1"]


@pytest.mark.parametrize(
    "text",
    ["/clone:status", "/compact now", "<task-notification>x", "<command-message>x", "  ", "[Request interrupted"],
)
def test_what_nobody_typed_as_words_is_not_noted(hook: Hook, spool: Spool, text: str) -> None:
    hook("UserPromptSubmit", prompt=text, prompt_id="p1")
    assert notes(spool) == []


def test_a_path_is_no_command(hook: Hook, spool: Spool) -> None:
    hook("UserPromptSubmit", prompt="/etc/hosts is wrong", prompt_id="p1")
    assert said(spool) == [("prompt", "user", "/etc/hosts is wrong")]


def test_a_program_that_drives_it_is_not_the_person(hook: Hook, spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLAUDE_CODE_ENTRYPOINT", "sdk-cli")
    hook("UserPromptSubmit", **PROMPT)
    assert said(spool) == [("prompt", "", "Add a button")]


@pytest.mark.parametrize(
    ("source", "label"), [("typed", "user"), ("suggestion_accepted", "clone-prediction"), ("", "clone-prediction")]
)
def test_a_prompt_that_was_guessed_is_whose_the_transcript_says(
    hook: Hook, home: Path, spool: Spool, tmp_path: Path, source: str, label: str
) -> None:
    with hook_state(str(home), "claude-code", "s") as state:
        state["guess"] = {"prediction": "g1", "text": "run the tests", "prompt": "p0", "shown": True}
    hook("UserPromptSubmit", prompt="Run the tests", prompt_id="p1")
    assert notes(spool) == []  # not yet: the transcript has no word of it
    record = {"type": "user", "promptId": "p1", "promptSource": source, "message": {"content": "Run the tests"}}
    (tmp_path / "t.jsonl").write_text(json.dumps(record) + "\n")
    hook("Stop", last_assistant_message="Done.", prompt_id="p1", transcript_path=str(tmp_path / "t.jsonl"))
    first, outcome, _ = notes(spool)
    assert (first["label"], first["text"], first["turn"]) == (label, "Run the tests", "p1")
    assert (outcome["prediction"], outcome["status"]) == ("g1", "accepted")


@pytest.mark.parametrize("typed", ["run the tests again", "don't run the tests", "stop and show me the diff"])
def test_another_prompt_than_the_guess_is_noted_for_those_who_judge_it(
    hook: Hook, home: Path, spool: Spool, typed: str
) -> None:
    with hook_state(str(home), "claude-code", "s") as state:
        state["guess"] = {"prediction": "g1", "text": "run the tests", "prompt": "p0", "shown": True}
    hook("UserPromptSubmit", prompt=typed, prompt_id="p1")
    prompt, outcome = notes(spool)
    assert (prompt["label"], outcome["status"], outcome["text"]) == ("user", "rejected", typed)


def test_what_is_typed_while_the_agent_works_is_noted_once_under_its_own_name(
    hook: Hook, spool: Spool, tmp_path: Path
) -> None:
    hook("UserPromptSubmit", **PROMPT)
    hook("UserPromptSubmit", prompt="And a menu", prompt_id="p1")  # as it is queued, named after the running turn
    record = {"type": "user", "promptId": "p2", "promptSource": "queued", "timestamp": "2026-11-20T08:00:00Z"}
    line = json.dumps({**record, "message": {"content": [{"type": "text", "text": "And a menu"}]}})
    (tmp_path / "t.jsonl").write_text(f"{line}\nnot json promptSource p2\n")
    hook("Stop", last_assistant_message="Both done.", prompt_id="p2", transcript_path=str(tmp_path / "t.jsonl"))
    assert [(note["turn"], note["text"]) for note in notes(spool)] == [
        ("p1", "Add a button"),
        ("p2", "And a menu"),
        ("p2", "Both done."),
    ]


def test_what_the_transcript_does_not_say_yet_is_noted_as_it_was_queued(hook: Hook, spool: Spool) -> None:
    hook("UserPromptSubmit", **PROMPT)
    hook("UserPromptSubmit", prompt="And a menu", prompt_id="p1")
    hook("Stop", last_assistant_message="Both done.", prompt_id="p2", transcript_path="/nowhere")
    assert [(note["turn"], note["text"]) for note in notes(spool)][1:] == [("p2", "And a menu"), ("p2", "Both done.")]


def test_a_permission_that_was_asked_for_and_used_was_given(hook: Hook, spool: Spool) -> None:
    use: dict[str, Any] = {"tool_name": "Bash", "tool_input": {"command": "make"}}
    hook("PermissionRequest", **use)
    hook("PostToolUse", **use, tool_use_id="t1", tool_response="ok")
    hook("PostToolUse", **use, tool_use_id="t2", tool_response="ok")  # allowed by now, and so not asked again
    assert said(spool) == [
        ("response", "", "May I use Bash: make?"),
        ("prompt", "user", "allow"),
        ("response", "tool-use", "Bash: make → ok"),
        ("response", "tool-use", "Bash: make → ok"),
    ]


def test_clones_own_predictions_need_no_leave_and_leave_no_trace(hook: Hook, spool: Spool) -> None:
    name = "mcp__plugin_clone_clone__predict_next_prompt"
    allowed = hook("PreToolUse", tool_name=name, tool_input={})
    assert allowed["hookSpecificOutput"]["permissionDecision"] == "allow"
    assert hook("PreToolUse", tool_name="mcp__clone__submit_feedback", tool_input={}) is None
    assert hook("PreToolUse", tool_name="mcp__evil__clone__predict_x", tool_input={}) is None
    hook("PostToolUse", tool_name=name, tool_use_id="t1", tool_response="{}")
    assert notes(spool) == []


@pytest.mark.parametrize("given", [b"", b"[]", b"{", b'{"prompt": "x"}', b"\xff\xfe", b"[" * 100_000])
def test_whatever_a_client_sends_it_is_not_held_up(hook: Hook, spool: Spool, given: bytes) -> None:
    assert hook("UserPromptSubmit", given=given) is None
    assert len(spool.failures()) == 1


def test_it_loads_nothing_but_the_standard_library(tmp_path: Path) -> None:
    program = (
        "import sys, runpy\nsys.argv = ['clone-mcp', 'hook', 'Stop']\n"
        "try:\n    runpy.run_module('clone_mcp', run_name='__main__')\n"
        "except SystemExit as left:\n    code = left.code\n"
        "names = {name.partition('.')[0] for name in sys.modules}\n"
        "print(code, sorted(names - set(sys.stdlib_module_names) - {'clone_mcp', '__main__'}))"
    )
    done = subprocess.run(
        [sys.executable, "-S", "-c", program],
        input=json.dumps({"session_id": "s", "last_assistant_message": "Hm?", "cwd": "/"}),
        env={"CLONE_HOME": str(tmp_path), "PYTHONPATH": str(Path(__file__).parents[2])},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout.strip(), done.stderr) == ("0 []", "")


def test_hooks_and_settings_agree_on_the_home(monkeypatch: pytest.MonkeyPatch) -> None:
    for environ in ({}, {"CLONE_HOME": "~/elsewhere"}, {"XDG_DATA_HOME": "/data"}):
        monkeypatch.delenv("XDG_DATA_HOME", raising=False)
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        settings: Settings = from_env(environ)
        assert home_of(environ) == str(settings.home)


STOP = {"last_assistant_message": "Is its name total?", "prompt_id": "p1"}
ASKED = {"tool_name": "AskUserQuestion", "tool_use_id": "t1"}


def question(*labels: str, multiple: bool = False) -> dict[str, Any]:
    return {"question": "Which?", "options": [{"label": label} for label in labels], "multiSelect": multiple}


async def test_it_goes_on_for_the_person_where_they_see_it(call: Call, predictor: Scripted) -> None:
    out = await call("Stop", **STOP)
    assert out["systemMessage"] == "Clone answered for you (93 %): yes  (/clone:undo takes it back)"
    assert "yes" in out["hookSpecificOutput"]["additionalContext"]


@pytest.mark.parametrize(
    "busy",
    [
        {"background_tasks": [{"id": "b1"}]},
        {"session_crons": [{"id": "c1"}]},
        {"permission_mode": "plan"},
        {"last_assistant_message": " "},
        {"last_assistant_message": None},
    ],
)
async def test_it_leaves_the_word_to_them_while(call: Call, predictor: Scripted, busy: dict[str, Any]) -> None:
    assert await call("Stop", **{**STOP, **busy}) is None


async def test_choices_are_made_for_all_questions_of_a_call_or_for_none(call: Call, predictor: Scripted) -> None:
    given = {"questions": [question("yes", "no")]}
    out = (await call("PreToolUse", **ASKED, tool_input=given))["hookSpecificOutput"]
    assert out["updatedInput"] == {**given, "answers": {"Which?": "yes"}}
    for odd in ({}, {"questions": []}, {"questions": "?"}, {"questions": [3]}, None):
        assert await call("PreToolUse", **ASKED, tool_input=odd) is None
    predictor.proposal = UNSURE
    assert await call("PreToolUse", **ASKED, tool_input=given) is None


@pytest.mark.parametrize(("chosen", "status"), [("yes", "accepted"), ("no", "rejected")])
def test_what_the_person_chose_is_the_outcome(hook: Hook, home: Path, spool: Spool, chosen: str, status: str) -> None:
    with hook_state(str(home), "claude-code", "s") as state:
        state["asked"] = {"t1": {"by_clone": False, "predictions": {"Which?": ["g1", "yes"]}}}
    answered = {"answers": {"Which?": chosen}, "questions": [question("yes", "no")]}
    hook("PostToolUse", **ASKED, tool_response=answered)
    assert [(note["kind"], note["text"], note.get("options"), note.get("status")) for note in notes(spool)] == [
        ("response", "Which?", ["yes", "no"], None),
        ("prompt", chosen, None, None),
        ("outcome", chosen, None, status),
    ]


SEVERAL = {"questions": [question("a", "b, or c", "d", multiple=True)]}


async def test_several_options_are_taken_together_or_not_at_all(call: Call, predictor: Scripted) -> None:
    predictor.proposal = Proposal((Guess("a, d", 0.93, "They took these before."),))
    out = (await call("PreToolUse", **ASKED, tool_input=SEVERAL))["hookSpecificOutput"]
    assert out["updatedInput"]["answers"] == {"Which?": "a, d"}
    for odd in ("d, a", "a, e", "a,d", "b"):
        predictor.proposal = Proposal((Guess(odd, 0.93, "They took these before."),))
        assert await call("PreToolUse", **ASKED, tool_input=SEVERAL) is None
    predictor.proposal = Proposal((Guess("a, d", 0.93, "They took these before."),))
    one = {"questions": [question("a", "d")]}
    assert await call("PreToolUse", **ASKED, tool_input=one) is None


@pytest.mark.parametrize("chosen", [["a", "b, or c"], "a, b, or c"])
def test_several_are_noted_alike_however_the_client_hands_them_over(hook: Hook, spool: Spool, chosen: Any) -> None:
    hook("PostToolUse", **ASKED, tool_response={"answers": {"Which?": chosen}, **SEVERAL})
    assert [note["text"] for note in notes(spool)] == ["Which?", "a, b, or c"]
