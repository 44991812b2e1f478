"""The prompts of Claude Code: which of them the person typed, and which came from Clone or another program.

Hooks are not told of all. The end of the session's transcript says how a prompt came to be, a little later.
"""

from __future__ import annotations

import os
import re
import time
from datetime import datetime
from typing import Any

from clone_mcp.hooks import answering
from clone_mcp.hooks.hook_call import HookCall
from clone_mcp.hooks.payload import Payload, a_list, a_text, an_object, an_object_in, claude_code_turn, text
from clone_mcp.hooks.state import HookState

# What the program itself puts in as if it had been typed, and its own commands.
_MACHINE = re.compile(r"<(?:task-notification|system-reminder|command-|local-command|bash-)|\[Request interrupted")
_COMMAND = re.compile(r"/[a-z][\w:-]*(?:\s|$)")
_LOOKS, _LOOK_AGAIN_SECONDS = 12, 0.025
"""For the transcript to be written: a third of a second in all, which the person does not notice."""
_READ = 512 * 1024
"""Bytes of the transcript's end: the newest prompt, and what tools have printed since."""
ACCEPTED = "suggestion_accepted"
BY_HAND = ("typed", "queued", ACCEPTED)
"""How prompts get into the prompt box that a person sends; the last is Clone's text, or another program's."""


def note_prompt(call: HookCall, session: str, payload: Payload) -> None:
    """Note what was typed, by whom, and what that makes of the guess that was shown."""
    words, prompt = payload.get("prompt"), text(payload, "prompt_id")
    settle_held(call, session, payload)
    with call.state(session) as state:
        if prompt and state.get("prompt") == prompt:
            # Typed while the agent works, and named after that work: it gets its own name when its turn comes.
            state["queued"] = [*state.get("queued", []), [words, time.time()]][-20:]
            return
        state.update(prompt=prompt, stops=0)
        if not isinstance(words, str) or not _is_said(words):
            return
        label = _by_whom(call, state, payload, words)
        guess: Payload | None = state.pop("guess", None) if label == answering.PERSON else None
        if label == answering.PERSON:
            answering.person_typed(state)
        if guess and answering.is_guess(guess, words):
            # Taken from the prompt box, or typed by themselves? The transcript will say, in a moment.
            state["held"] = {"prompt": prompt, "text": words, "at": time.time(), "guess": guess["prediction"]}
            return
    call.note("prompt", session, turn=claude_code_turn(prompt), text=words, label=label)
    if guess:
        answering.note_outcome(call, session, guess, words)


def _source_of(transcript: str, prompt: str) -> str:
    """How the prompt came to be. The transcript is written a little later than hooks run, so it is given a moment."""
    for _ in range(_LOOKS if os.path.exists(transcript) else 1):  # noqa: PTH110
        if source := _prompt_of(transcript, prompt)[0]:
            return source
        time.sleep(_LOOK_AGAIN_SECONDS)
    return ""


def notice_queued(call: HookCall, session: str, payload: Payload) -> None:
    """Note what was typed while the agent worked: no hook is called for that, and the transcript tells."""
    settle_held(call, session, payload)
    prompt = text(payload, "prompt_id")
    with call.state(session) as state:
        if not prompt or state.get("prompt") == prompt:
            return
        state.update(prompt=prompt, stops=0)
        queued: list[Any] = state.get("queued", [])
        source, words, at = _prompt_of(text(payload, "transcript_path"), prompt)
        if not source and queued:  # not written yet
            source, (words, at) = BY_HAND[0], queued[0]
        state["queued"] = queued[1:]
        if source not in BY_HAND or not _is_said(words):
            return
        label = answering.PREDICTION if source == ACCEPTED else answering.PERSON
        if label == answering.PERSON:
            answering.person_typed(state)
    call.note("prompt", session, turn=claude_code_turn(prompt), text=words, label=label, **({"at": at} if at else {}))


def _is_said(words: Any) -> bool:
    """Whether it is neither empty, nor the program's, nor a command to it."""
    return isinstance(words, str) and bool(words.strip()) and not (_MACHINE.match(words) or _COMMAND.match(words))


def settle_held(call: HookCall, session: str, payload: Payload) -> None:
    """Note the prompt that was what Clone had guessed. What was taken from the prompt box is Clone's."""
    with call.state(session) as state:
        held: Payload | None = state.pop("held", None)
    if held is None:
        return
    source = _source_of(text(payload, "transcript_path"), held["prompt"])
    label = answering.PERSON if source and source != ACCEPTED else answering.PREDICTION
    call.note("prompt", session, turn=claude_code_turn(held["prompt"]), text=held["text"], label=label, at=held["at"])
    call.note("outcome", session, prediction=held["guess"], status="accepted")


def _by_whom(call: HookCall, state: HookState, payload: Payload, words: str) -> str:
    """A program that drives Claude Code is nobody in particular."""
    driven = call.environ.get("CLAUDE_CODE_ENTRYPOINT", "").startswith("sdk")
    if payload.get("source", "user") not in ("user", "typed") or driven:
        return ""
    return answering.author_label(state, words)


def _prompt_of(path: str, prompt_id: str) -> tuple[str, str, float | None]:
    """How a prompt came to be, its text and its time; empty when the transcript doesn't say, or not yet."""
    for line in reversed(_last_lines(path)):
        if prompt_id.encode() in line and b"promptSource" in line:
            record = an_object_in(line)
            if record.get("promptId") == prompt_id and record.get("type") == "user" and not record.get("isMeta"):
                return str(record.get("promptSource") or ""), _words(record), _moment(record.get("timestamp"))
    return "", "", None


def _last_lines(path: str) -> list[bytes]:
    try:
        with open(path, "rb") as file:  # noqa: PTH123 (pathlib alone takes 8 ms)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - _READ))
            return file.read().splitlines()
    except OSError:
        return []


def _words(record: dict[str, Any]) -> str:
    content = an_object(record.get("message")).get("content")
    blocks = [an_object(block) for block in a_list(content)]
    return a_text(content) or "\n".join(a_text(block.get("text")) for block in blocks if block.get("type") == "text")


def _moment(text: Any) -> float | None:
    try:
        return datetime.fromisoformat(text).timestamp()
    except (TypeError, ValueError):
        return None
