"""What Claude Code tells hooks, and what it takes from them. Whose a prompt is stands in claude_code_prompts.py."""

from __future__ import annotations

import json
import os
import re
from typing import Any

from clone_mcp.hooks import answering
from clone_mcp.hooks.claude_code_prompts import note_prompt, notice_queued, settle_held
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import (
    Payload,
    a_list,
    a_text,
    an_object,
    claude_code_turn,
    permission_id,
    question_id,
    session_of,
    summary,
    text,
)
from clone_mcp.hooks.state import forget_old

_QUESTION = "AskUserQuestion"
_BETWEEN = ", "
_OWN_TOOL = re.compile(r"mcp__(?:plugin_clone_)?clone__(?P<predicts>predict_)?\w+$")
_OTHER_LOOP = (".claude", "clone-loop.local.md")
"""Another Clone plugin keeps its loop there. While it runs, it is the one that answers."""


def handle(call: HookCall, event: str, payload: Payload) -> Payload | None:
    """Note what happened; the output is Claude Code's own hook JSON."""
    session = session_of(payload, "session_id")
    match event:
        case "SessionStart":
            forget_old(call.home)
            call.note("started", session, turn="start", project=payload.get("cwd"))
        case "SessionEnd":
            settle_held(call, session, payload)
            call.note("stopped", session)
        case "UserPromptSubmit":
            note_prompt(call, session, payload)
        case "Stop":
            return _stop(call, session, payload)
        case "PreToolUse":
            return _before_tool(call, session, payload)
        case "PostToolUse":
            _after_tool(call, session, payload)
        case "PermissionRequest":
            with call.state(session) as state:
                state["wants"] = [*state.get("wants", []), _tool_call_key(payload)][-20:]
        case _:
            pass
    return None


def _stop(call: HookCall, session: str, payload: Payload) -> Payload | None:
    said = text(payload, "last_assistant_message").strip()
    prompt = text(payload, "prompt_id")
    notice_queued(call, session, payload)
    with call.state(session) as state:
        back = state["stops"] = state.get("stops", 0) + 1
    if not said:
        return None
    call.note("response", session, turn=prompt and claude_code_turn(prompt, continued=back - 1), text=said)
    planning = payload.get("permission_mode") == "plan"
    answer = answering.next_words(call, session, said, free=not _busy(payload), planning=planning)
    if answer is None:
        return answering.last_line(call, session, "/clone:loop 10 would let it go on.")
    return {
        "systemMessage": f"{answering.visible(answer)}  (/clone:undo takes it back)",
        "hookSpecificOutput": {"hookEventName": "Stop", "additionalContext": answering.told_to_the_agent(answer)},
    }


def _busy(payload: Payload) -> bool:
    """Whether the agent has work of its own under way, or another Clone plugin answers here."""
    if payload.get("background_tasks") or payload.get("session_crons"):
        return True
    return os.path.exists(os.path.join(text(payload, "cwd"), *_OTHER_LOOP))  # noqa: PTH110, PTH118


def _before_tool(call: HookCall, session: str, payload: Payload) -> Payload | None:
    name = text(payload, "tool_name")
    if own := _OWN_TOOL.match(name):  # asking Clone is why the person has it
        return _allowed("Clone's own predictions change nothing.") if own["predicts"] else None
    if name != _QUESTION or _busy({**payload, "background_tasks": None}):
        return None
    notice_queued(call, session, payload)
    planning = payload.get("permission_mode") == "plan"
    with call.state(session) as state:
        if not answering.may_answer(call, state, planning=planning):
            return None
    return _chosen(call, session, payload)


def _chosen(call: HookCall, session: str, payload: Payload) -> Payload | None:
    """Choices for all questions of the call, or none."""
    given = an_object(payload.get("tool_input"))
    put = [
        (a_text(each.get("question")), _labels(each), bool(each.get("multiSelect")))
        for each in map(an_object, a_list(given.get("questions")))
    ]
    if not put or not all(question and labels for question, labels, _ in put):
        return None
    found: list[tuple[str, Payload]] = []
    sure = True
    for question, labels, several in put:
        answer = answering.predicted(call, session, question, options=labels, several=several)
        if answer is None:  # nobody is there, and the person is: don't ask for the others
            sure = False
            break
        sure = (
            sure
            and answering.is_decided(answer)
            and _are_options(answer["predicted_response"], labels, several=several)
        )
        found.append((question, answer))
    with call.state(session) as state:
        asked = {**state.get("asked", {}), text(payload, "tool_use_id"): _question_record(found, by_clone=sure)}
        state["asked"] = dict(list(asked.items())[-20:])
        for question, answer in found if sure else ():
            answering.keep(state, answer, question)
    if not sure:
        return None
    answers = {question: answer["predicted_response"] for question, answer in found}
    return {
        "systemMessage": "  ".join(answering.visible(answer) for _, answer in found),
        **_allowed("Clone answered for the person.", updatedInput={**given, "answers": answers}),
    }


def _labels(put: Payload) -> list[str]:
    labels = [a_text(an_object(option).get("label")) for option in a_list(put.get("options"))]
    return [label for label in labels if label]


def _are_options(answer: str, labels: list[str], *, several: bool) -> bool:
    """Whether an answer is one of the options; or some of them, joined as Claude Code joins them."""
    if answer in labels:
        return True
    parts = answer.split(_BETWEEN)
    return several and _BETWEEN.join(label for label in labels if label in parts) == answer


def _question_record(found: list[tuple[str, Payload]], *, by_clone: bool) -> Payload:
    predictions = {question: [answer.get("id"), answer.get("predicted_response")] for question, answer in found}
    return {"by_clone": by_clone, "predictions": predictions}


def _allowed(reason: str, **more: Any) -> Payload:
    decision = {"permissionDecision": "allow", "permissionDecisionReason": reason}
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision, **more}}


def _after_tool(call: HookCall, session: str, payload: Payload) -> None:
    name, use = text(payload, "tool_name"), text(payload, "tool_use_id")
    if _OWN_TOOL.match(name):
        return
    notice_queued(call, session, payload)
    if name == _QUESTION:
        _answered(call, session, use, payload.get("tool_response"))
        return
    with call.state(session) as state:
        wants: list[str] = state.get("wants", [])
        decided = _tool_call_key(payload) in wants
        if decided:
            state["wants"] = [want for want in wants if want != _tool_call_key(payload)]
    told = summary(name, payload.get("tool_input"), payload.get("tool_response"))
    if decided:
        question = f"May I use {summary(name, payload.get('tool_input'), None)}?"
        call.note("response", session, turn=permission_id(use), text=question)
        # A yes or no to a tool's use says nothing of how they reply to an agent's words.
        call.note("prompt", session, turn=permission_id(use), text="allow", label=answering.PERSON, counts=False)
    call.note("response", session, turn=f"{use}:used" if use else "", text=told, label="tool-use")


def _answered(call: HookCall, session: str, use: str, response: Any) -> None:
    """Questions that were put, and what was chosen, by whom."""
    answers = an_object(an_object(response).get("answers"))
    if not answers:
        return
    with call.state(session) as state:
        asked: Payload = state.get("asked", {}).pop(use, {})
    by_clone = bool(asked.get("by_clone"))
    put = {a_text(each.get("question")): each for each in map(an_object, a_list(an_object(response).get("questions")))}
    for index, (question, answer) in enumerate(answers.items()):
        chosen = _chosen_text(answer)
        turn = question_id(use, index)
        call.note("response", session, turn=turn, text=question, options=_labels(put.get(question, {})))
        label = answering.ANSWER if by_clone else answering.PERSON
        call.note("prompt", session, turn=turn, text=chosen, label=label)
        if not by_clone and (guess := asked.get("predictions", {}).get(question)):
            status = "accepted" if guess[1] == chosen else "rejected"
            call.note("outcome", session, prediction=guess[0], text=chosen, status=status)


def _chosen_text(answer: Any) -> str:
    """What was chosen, as the importer reads it: several options come joined, or as a list."""
    if isinstance(answer, list):
        return _BETWEEN.join(map(a_text, a_list(answer)))
    return answer if isinstance(answer, str) else json.dumps(answer)


def _tool_call_key(payload: Payload) -> str:
    return f"{text(payload, 'tool_name')} {json.dumps(payload.get('tool_input'), sort_keys=True)}"[:2000]
