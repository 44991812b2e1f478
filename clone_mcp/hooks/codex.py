"""What Codex tells hooks, and what it takes from them.

Whether Clone answers is decided in answering.py. Codex's stored rollouts are read in clients/codex.py.
"""

from __future__ import annotations

import re

from clone_mcp.hooks import answering, conversation
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import Payload, codex_turn, session_of, text

_OWN_TOOL = re.compile(r"mcp__clone__(?P<predicts>predict_)?\w+$")
_ORIGIN = re.compile(rb'"originator"\s*:\s*"([^"]*)"')
_MACHINE = re.compile(r"<(?:environment_context|user_instructions|hook_prompt|INSTRUCTIONS|turn_aborted)")
_HOW = "`clone-mcp loop 10` would let it go on."


def handle(call: HookCall, event: str, payload: Payload) -> Payload | None:
    """Note what happened; the output is Codex's own hook JSON."""
    session = session_of(payload, "session_id")
    match event:
        case "SessionStart":
            conversation.began(call, session, payload.get("cwd"))
        case "SessionEnd":
            call.note("stopped", session)
        case "UserPromptSubmit":
            if not _MACHINE.match(text(payload, "prompt")):
                driven, turn = _driven(payload), _prompt_id(call, session, payload)
                conversation.typed(call, session, payload.get("prompt"), turn=turn, driven=driven)
        case "Stop":
            return _stop(call, session, payload)
        case "PreToolUse":
            own = _OWN_TOOL.match(text(payload, "tool_name"))
            return _allowed() if own and own["predicts"] else None
        case "PostToolUse":
            name, use = text(payload, "tool_name"), text(payload, "tool_use_id")
            if not _OWN_TOOL.match(name):
                given, answered = payload.get("tool_input"), payload.get("tool_response")
                # Codex counts its calls anew in every session, and so the turn is part of the name.
                turn = f"{text(payload, 'turn_id')}:{use}:used" if use else ""
                conversation.used(call, session, name, given, answered, turn=turn)
        case _:
            pass
    return None


def _prompt_id(call: HookCall, session: str, payload: Payload) -> str:
    """The turn, and which of its prompts this is: what is typed while the agent works belongs to the same turn."""
    turn = text(payload, "turn_id")
    with call.state(session) as state:
        steered = state.get("steered", 0) + 1 if state.get("prompt") == turn else 0
        state.update(prompt=turn, steered=steered, stops=0)
    return turn and codex_turn(turn, steered=steered)


def _stop(call: HookCall, session: str, payload: Payload) -> Payload | None:
    said, turn = payload.get("last_assistant_message"), text(payload, "turn_id")
    with call.state(session) as state:
        back = state["stops"] = state.get("stops", 0) + 1
    own = "" if back > 1 or not turn else codex_turn(turn)  # sent back to work, it speaks again in the same turn
    planning = payload.get("permission_mode") == "plan"
    answer = conversation.spoke(call, session, said, turn=own, free=True, planning=planning, typed_back=False)
    if answer is None:
        return answering.last_line(call, session, _HOW)
    message = f"{answering.visible(answer)}  (`clone-mcp undo` takes it back)"
    return {"decision": "block", "reason": answering.told_to_the_agent(answer), "systemMessage": message}


def _driven(payload: Payload) -> bool:
    """Whether no person sits before it: `codex exec`, or a program that embeds Codex."""
    try:
        with open(text(payload, "transcript_path"), "rb") as file:  # noqa: PTH123 (pathlib alone takes 8 ms)
            found = _ORIGIN.search(file.read(64 * 1024))
    except OSError:
        return False
    return found is not None and b"exec" in found[1]


def _allowed() -> Payload:
    decision = {"permissionDecision": "allow", "permissionDecisionReason": "Clone's own predictions change nothing."}
    return {"hookSpecificOutput": {"hookEventName": "PreToolUse", **decision}}
