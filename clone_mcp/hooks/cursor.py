"""What Cursor tells hooks, and what it takes from them.

Which hooks Cursor is given is set in install/cursor.py. Its stored conversations are read in clients/cursor.py.
"""

from __future__ import annotations

from clone_mcp.hooks import conversation
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import Payload, session_of, text


def handle(call: HookCall, event: str, payload: Payload) -> Payload | None:
    """Note what happened; the output is Cursor's own hook JSON."""
    session = session_of(payload, "conversation_id", "session_id")
    turn = text(payload, "generation_id")
    match event:
        case "sessionStart":
            folders = payload.get("workspace_roots")
            conversation.began(call, session, folders[0] if isinstance(folders, list) and folders else None)
        case "sessionEnd":
            call.note("stopped", session)
        case "beforeSubmitPrompt":
            conversation.typed(call, session, payload.get("prompt"), turn=turn)
            return {"continue": True}
        case "afterAgentResponse":
            # It speaks more than once in a turn, and `stop` does not say what came last: the newest is kept for it.
            with call.state(session) as state:
                state["last"] = text(payload, "text")
        case "postToolUse":
            given, answered = payload.get("tool_input"), payload.get("tool_output", payload.get("tool_response"))
            use = text(payload, "tool_use_id")
            name = text(payload, "tool_name") or "tool"
            conversation.used(call, session, name, given, answered, turn=use and f"{use}:used")
        case "stop":
            return _stop(call, session, payload, turn)
        case _:
            pass
    return None


def _stop(call: HookCall, session: str, payload: Payload, turn: str) -> Payload:
    """A followup is handed back as a prompt, which must not count as the person's."""
    with call.state(session) as state:
        said = state.pop("last", "")
    free = payload.get("status", "completed") == "completed"
    answer = conversation.spoke(call, session, said, turn=turn, free=free, typed_back=True)
    return {"followup_message": answer["predicted_response"]} if answer else {}
