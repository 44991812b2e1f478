"""What Gemini CLI tells hooks, and what it takes from them. Standard library only: a hook waits for it."""

from __future__ import annotations

from clone_mcp.clients import answering, conversation
from clone_mcp.clients.conversation import Payload, text
from clone_mcp.clients.occasion import Occasion


def handle(occasion: Occasion, event: str, payload: Payload) -> Payload | None:
    """Note what happened; the output is Gemini CLI's own hook JSON."""
    session = conversation.session_of(payload)
    match event:
        case "SessionStart":
            conversation.began(occasion, session, payload.get("cwd"))
        case "SessionEnd":
            occasion.note("stopped", session)
        case "BeforeAgent":
            label = conversation.typed(occasion, session, payload.get("prompt"), turn="")
            with occasion.sitting(session) as remembered:
                remembered["said"] = remembered.get("said", "") if label == answering.PREDICTION else ""
        case "AfterTool":
            given, answered = payload.get("tool_input"), payload.get("tool_response")
            if not text(payload, "tool_name").startswith("mcp_clone_"):
                conversation.used(occasion, session, text(payload, "tool_name"), given, answered, turn="")
        case "AfterAgent":
            return _after_agent(occasion, session, payload)
        case _:
            pass
    return None


def _after_agent(occasion: Occasion, session: str, payload: Payload) -> Payload | None:
    """The reason of a block becomes a plain prompt, which must not count as the person's."""
    said = _newest(occasion, session, text(payload, "prompt_response"))
    answer = conversation.spoke(occasion, session, said, turn="", free=True, typed_back=True)
    if answer is None:
        told = conversation.told(occasion, session, "`clone-mcp loop 10` would let it go on.")
        return {"systemMessage": told} if told else None
    return {
        "decision": "block",
        "reason": answer["predicted_response"],
        "systemMessage": answering.visible(answer),
    }


def _newest(occasion: Occasion, session: str, all_said: str) -> str:
    """An agent that is sent back to work repeats all it said since the prompt; only what is new waits for an answer."""
    with occasion.sitting(session) as remembered:
        before = remembered.get("said", "")
        remembered["said"] = all_said
    return all_said.removeprefix(before).lstrip() if before and all_said != before else all_said
