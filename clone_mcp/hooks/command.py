"""`clone-mcp hook EVENT`: what clients call at every turn. It notes, asks where there is something to ask, and is gone.

Standard library only, and never in the person's way: whatever goes wrong is kept for `doctor`, the output stays empty,
and the exit code says that all is well.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any

from clone_mcp.hooks.hook_call import HookCall

CLIENTS = {"claude-code": "claude_code", "codex": "codex", "cursor": "cursor", "gemini": "gemini_cli"}
"""The package of each client. What is noted names the client as its importer does: as that package, with dashes."""
POST = "--post"
"""Instead of an event: send what waits for a hosted Clone."""
LONGEST_INPUT = 16 * 1024 * 1024
"""Bytes of an event: what a tool answered can stand in it, and is cut later."""
USAGE = f"clone-mcp hook EVENT [--client {'|'.join(CLIENTS)}]   (the event's JSON on standard input)"


def run(arguments: Sequence[str]) -> int:
    """Handle one event of a client's."""
    client, words = _client(list(arguments))
    if words == [POST] and client in CLIENTS:
        _hook_call(client).post_all()
        return 0
    if client not in CLIENTS or len(words) != 1 or words[0].startswith("-"):
        print(USAGE, file=sys.stdout if {"-h", "--help"} & set(words) else sys.stderr)
        return 0 if {"-h", "--help"} & set(words) else 2
    call = _hook_call(client)
    given = b""
    try:
        given = sys.stdin.buffer.read(LONGEST_INPUT + 1) if sys.stdin else b""
        output = _handled(call, words[0], given)
    except Exception as exc:
        _set_aside(call, given, f"{client} {words[0]}: {exc!r}")
        return 0
    if output and sys.stdout:
        try:
            sys.stdout.write(json.dumps(output))
            sys.stdout.flush()
        except OSError:  # the client has gone: nobody is left to tell, and Python must not try again on leaving
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _set_aside(call: HookCall, given: bytes, reason: str) -> None:
    """Keep what can't be taken in for `clone-mcp doctor`, where anything can be kept at all."""
    try:
        call.spool.set_aside(given[:4000].decode(errors="replace"), reason)
    except OSError as exc:
        if sys.stderr:
            sys.stderr.write(f"clone-mcp: A hook's event was lost: {exc.strerror}. Check the folder in CLONE_HOME.\n")


def _handled(call: HookCall, event: str, given: bytes) -> dict[str, Any] | None:
    if len(given) > LONGEST_INPUT:
        raise ValueError(f"more than {LONGEST_INPUT:,} bytes came")
    payload = json.loads(given)
    if not isinstance(payload, dict):
        raise TypeError("no object came")
    output = import_module(f"clone_mcp.hooks.{call.client.replace('-', '_')}").handle(call, event, payload)
    if call.is_hosted and call.spool.waiting():
        _post_meanwhile()
    return output


def _post_meanwhile() -> None:
    """Send what was noted from a process that nobody waits for."""
    import subprocess  # noqa: PLC0415 (only where no server on this machine delivers)

    nothing = subprocess.DEVNULL
    command = [sys.executable, "-m", "clone_mcp", "hook", POST]
    subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing, start_new_session=True)  # noqa: S603


def _hook_call(client: str) -> HookCall:
    return HookCall(CLIENTS[client].replace("_", "-"), os.environ)


def _client(arguments: list[str]) -> tuple[str, list[str]]:
    if "--client" not in arguments:
        return "claude-code", arguments
    at = arguments.index("--client")
    return "".join(arguments[at + 1 : at + 2]), arguments[:at] + arguments[at + 2 :]
