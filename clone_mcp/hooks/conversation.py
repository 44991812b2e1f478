"""What hooks of most clients have in common: something was typed, something was said, a tool was used.

It reads no client's payloads: each client has a file for that. Claude Code's hooks do without it.
"""

from __future__ import annotations

from typing import Any

from clone_mcp.hooks import answering
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import Payload, summary
from clone_mcp.hooks.state import forget_old


def began(call: HookCall, session: str, project: Any) -> None:
    """A session began, or goes on."""
    forget_old(call.home)
    call.note("started", session, turn="start", project=project if isinstance(project, str) else None)


def typed(call: HookCall, session: str, said: Any, *, turn: str, driven: bool = False) -> str:
    """Somebody typed: the person, unless Clone did, or a program drives the client. Says whose label it got."""
    if not isinstance(said, str) or not said.strip():
        return ""
    with call.state(session) as state:
        label = "" if driven else answering.author_label(state, said)
        guess = state.pop("guess", None) if label == answering.PERSON else None
        if label == answering.PERSON:
            answering.person_typed(state)
    call.note("prompt", session, turn=turn, text=said, label=label)
    if guess:
        answering.note_outcome(call, session, guess, said)
    return label


def spoke(
    call: HookCall, session: str, said: Any, *, turn: str, free: bool, planning: bool = False, typed_back: bool
) -> Payload | None:
    """The agent said its last words and waits; what Clone says for the person then, if it is sure."""
    if not isinstance(said, str) or not said.strip():
        return None
    call.note("response", session, turn=turn, text=said.strip())
    return answering.next_words(call, session, said.strip(), free=free, planning=planning, typed_back=typed_back)


def used(call: HookCall, session: str, tool: str, given: Any, answered: Any, *, turn: str) -> None:
    """The agent used a tool."""
    call.note("response", session, turn=turn, text=summary(tool, given, answered), label="tool-use")
