"""How a hook reaches Clone: a question over the local socket or HTTP, and notes for a hosted Clone by its tools.

Whatever goes wrong, the answer is None, soon: the person sits before the agent. What a server on this machine takes in
by itself is in spool.py. An event's id comes out the same either way, because the tools take the client's own name for
a turn.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from clone_mcp.hooks.payload import an_object
from clone_mcp.hooks.spool import Spool

if TYPE_CHECKING:
    import socket

CONNECT_SECONDS = 0.25
"""A server on this machine accepts within milliseconds, or is not there."""
ANSWER_SECONDS = 3.0
"""Who sits before the agent answers sooner than that themselves."""
HOSTED = "hosted.json"
"""Address and key of a hosted Clone, readable by its owner alone; `clone-mcp install --hosted` writes it."""
DOOR = "door.json"
"""Where the local socket is, written by the server that holds it."""
_LONGEST_ANSWER = 4 * 1024 * 1024
"""Bytes. An answer has some thousand; whatever has more does not come from Clone."""
Call = Callable[[str, dict[str, Any]], dict[str, Any] | None]
"""A call of one of Clone's tools; None when nobody answers."""
POST_SECONDS = 2.0
"""For notes while somebody waits; the rest is left to the next time."""
_PATIENT_SECONDS, _PAUSE_SECONDS = 30.0, 0.2
"""While nobody waits: how long in all, and between two looks for more."""


def ask(home: str, environ: Mapping[str, str], tool: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    """What the tool answers, or None when nobody answers in time."""
    try:
        if server := hosted(home, environ):
            return _over_http(*server, tool, arguments)
        return _over_the_socket(home, {"tool": tool, "arguments": arguments})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None


def hosted(home: str, environ: Mapping[str, str]) -> tuple[str, str] | None:
    """Address and key of the hosted Clone, if the person has one."""
    if url := environ.get("CLONE_HOSTED_URL"):
        return url, environ.get("CLONE_HOOK_TOKEN") or environ.get("CLONE_API_TOKEN", "")
    try:
        with open(f"{home}/{HOSTED}", encoding="utf-8") as file:  # noqa: PTH123
            read = json.load(file)
        return read["url"], read["key"]
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _over_the_socket(home: str, request: dict[str, Any]) -> dict[str, Any] | None:
    with open(f"{home}/{DOOR}", encoding="utf-8") as file:  # noqa: PTH123
        door = json.load(file)
    with _connected(door) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.sendall(json.dumps({**request, "token": door["token"]}).encode() + b"\n")
        answer = json.loads(_line(connection))
    return an_object(answer.get("answer")) or None


def _connected(door: dict[str, Any]) -> socket.socket:
    import socket  # noqa: PLC0415 (5 ms that a hook which only notes need not wait for)

    if "port" in door:  # Windows
        return socket.create_connection(("127.0.0.1", int(door["port"])), CONNECT_SECONDS)
    if os.stat(door["path"]).st_uid != os.getuid():  # noqa: PTH116
        raise ValueError("somebody else's socket")
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(CONNECT_SECONDS)
    try:
        connection.connect(door["path"])
    except OSError:
        connection.close()
        raise
    return connection


def _line(connection: socket.socket) -> bytes:
    read = bytearray()
    while not read.endswith(b"\n"):
        part = connection.recv(65536)
        if not part or len(read) > _LONGEST_ANSWER:
            raise ValueError("no answer")
        read += part
    return bytes(read)


def _over_http(url: str, key: str, tool: str, arguments: dict[str, Any]) -> dict[str, Any] | None:
    from urllib.request import Request, urlopen  # noqa: PLC0415 (26 ms that local hooks need not wait for)

    if not url.startswith(("https://", "http://127.0.0.1", "http://localhost", "http://[::1]")):
        raise ValueError("the key must not travel in the clear")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "X-Clone-API-Key": key,
    }
    request = Request(url, json.dumps(call).encode(), headers)  # noqa: S310 (checked above)
    with urlopen(request, timeout=ANSWER_SECONDS) as response:  # noqa: S310
        text = response.read(_LONGEST_ANSWER).decode()
    data = [line[5:] for line in text.splitlines() if line.startswith("data:")] or [text]
    result = next(parsed for line in data if line.strip() and (parsed := json.loads(line)))["result"]
    return None if result.get("isError") else json.loads(result["content"][0]["text"])


def post_all(spool: Spool, call: Call) -> None:
    """Send what waits where nobody else does: also what comes meanwhile, and what another process holds and leaves."""
    until = time.monotonic() + _PATIENT_SECONDS
    while post(spool, call, until=until) and spool.waiting() and time.monotonic() < until:
        time.sleep(_PAUSE_SECONDS)


def post(spool: Spool, call: Call, *, until: float) -> bool:
    """Send what waits, in its order, until then. Whether all that could be had was sent."""
    for file in spool.claimed():
        for line in file.lines():
            if time.monotonic() > until or not _sent(spool, call, line):
                return False
        file.delivered = True
    return True


def _sent(spool: Spool, call: Call, line: bytes) -> bool:
    try:
        tool, arguments = _tool_call(json.loads(line))
    except (ValueError, KeyError, TypeError) as exc:
        spool.set_aside(line.decode(errors="replace"), f"it can't be sent: {exc!r}")
        return True
    return call(tool, arguments) is not None


def _tool_call(note: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The tool call that says the same."""
    session, client, kind = note["session"], note["client"], note["kind"]
    origin = {"source": note.get("label") or "integration", "source_detail": client}
    turn = {"session_id": session, "agent": client, "client_id": note.get("turn") or note["id"]}
    match kind:
        case "started":
            return "start_session", {"session_id": session, "project": note.get("project") or "", **origin}
        case "stopped":
            return "stop_session", {"session_id": session, **origin}
        case "prompt":
            return "record_agent_prompt", {**turn, "prompt": note["text"], **origin}
        case "response":
            said = {"response": note["text"], **({"options": note["options"]} if note.get("options") else {})}
            return "record_agent_response", {**turn, **said, **origin}
        case "outcome":
            told = {"prediction_id": note["prediction"], "status": note["status"]}
            return "submit_feedback", {**told, "actual_response": note.get("text", "")}
        case _:
            raise ValueError(f"a note of kind {kind!r}")
