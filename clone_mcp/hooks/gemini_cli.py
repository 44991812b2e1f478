"""What Gemini CLI tells hooks, and what it takes from them.

The extension that registers these hooks is made in install/gemini_cli.py.
"""

from __future__ import annotations

from clone_mcp.hooks import answering, conversation
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import Payload, session_of, text


def handle(call: HookCall, event: str, payload: Payload) -> Payload | None:
    """Note what happened; the output is Gemini CLI's own hook JSON."""
    session = session_of(payload, "session_id")
    match event:
        case "SessionStart":
            conversation.began(call, session, payload.get("cwd"))
        case "SessionEnd":
            call.note("stopped", session)
        case "BeforeAgent":
            label = conversation.typed(call, session, payload.get("prompt"), turn="")
            with call.state(session) as state:
                state["said"] = state.get("said", "") if label == answering.PREDICTION else ""
        case "AfterTool":
            given, answered = payload.get("tool_input"), payload.get("tool_response")
            if not text(payload, "tool_name").startswith("mcp_clone_"):
                conversation.used(call, session, text(payload, "tool_name"), given, answered, turn="")
        case "AfterAgent":
            return _after_agent(call, session, payload)
        case _:
            pass
    return None


def _after_agent(call: HookCall, session: str, payload: Payload) -> Payload | None:
    """The reason of a block becomes a plain prompt, which must not count as the person's."""
    said = _newest(call, session, text(payload, "prompt_response"))
    answer = conversation.spoke(call, session, said, turn="", free=True, typed_back=True)
    if answer is None:
        return answering.last_line(call, session, "`clone-mcp loop 10` would let it go on.")
    return {
        "decision": "block",
        "reason": answer["predicted_response"],
        "systemMessage": answering.visible(answer),
    }


def _newest(call: HookCall, session: str, all_said: str) -> str:
    """An agent that is sent back to work repeats all it said since the prompt; only what is new waits for an answer."""
    with call.state(session) as state:
        before = state.get("said", "")
        state["said"] = all_said
    return all_said.removeprefix(before).lstrip() if before and all_said != before else all_said
