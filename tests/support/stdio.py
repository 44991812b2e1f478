"""A `clone-mcp` process and a client that speaks plain JSON-RPC to it, line by line, as the wire has it."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import IO, Any

from clone_mcp.settings import Settings
from tests.support.mcp import MODERN

PATIENCE = 60.0
"""Seconds until a process that hangs is killed, so that its test fails instead of hanging too."""

CLONE = (sys.executable, "-m", "clone_mcp")
INITIALIZE = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}}
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": {"name": "test", "version": "1"},
}


def environment(settings: Settings) -> dict[str, str]:
    """What a process needs to run with these settings, and nothing else of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
    ours = {
        "HOME": str(settings.home.parent),
        "CLONE_HOME": str(settings.home),
        "CLONE_SECRET": settings.secret,
        "CLONE_DATABASE_URL": settings.database_url,
        "CLONE_DB_DIRECT_URL": settings.db_direct_url,
    }
    return kept | {name: value for name, value in ours.items() if value}


class Process:
    """The process and its pipes."""

    def __init__(self, popen: subprocess.Popen[bytes]) -> None:
        self._popen = popen
        self._asked = 0
        self.noise: list[str] = []
        """Lines on stdout that were not JSON-RPC."""

    @property
    def pid(self) -> int:
        return self._popen.pid

    def send(self, method: str, params: dict[str, Any] | None = None, *, number: int | None = None) -> None:
        """A request if it has a number, else a notification."""
        message: dict[str, Any] = {"jsonrpc": "2.0", "method": method}
        if number is not None:
            message["id"] = number
        if params is not None:
            message["params"] = params
        self.write(json.dumps(message).encode() + b"\n")

    def write(self, data: bytes) -> None:
        assert self._popen.stdin
        self._popen.stdin.write(data)
        self._popen.stdin.flush()

    def wrote_within(self, seconds: float) -> bool:
        """Whether it writes anything before this time is over. A bounded wait for an outside process."""
        assert self._popen.stdout
        return bool(select.select([self._popen.stdout], [], [], seconds)[0])

    def ask(self, method: str, params: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a request and wait for the message that answers it."""
        self._asked += 1
        self.send(method, params, number=self._asked)
        return self.answer(self._asked)

    def answer(self, number: int) -> dict[str, Any]:
        while line := self.line():
            try:
                message = json.loads(line)
            except ValueError:
                self.noise.append(line)
                continue
            if message.get("id") == number:
                return message
        raise AssertionError("the server ended without answering")

    def line(self) -> str:
        """The next line of stdout; empty at its end."""
        assert self._popen.stdout
        return self._popen.stdout.readline().decode()

    def errors(self) -> Generator[str]:
        """The lines of stderr, as they come."""
        assert self._popen.stderr
        for line in self._popen.stderr:
            yield line.decode().rstrip("\n")

    def initialize(self, version: str = "2025-11-25") -> dict[str, Any]:
        return self.ask("initialize", {**INITIALIZE, "protocolVersion": version})["result"]

    def call(self, tool: str, **arguments: Any) -> dict[str, Any]:
        """The result of a tool call in the handshake's era."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})["result"]

    def record(self, text: str, session: str = "s") -> str:
        """Record a prompt; returns once it is acknowledged, with its id."""
        result = self.call("record_agent_prompt", session_id=session, agent="test", prompt=text, source="user")
        return result["structuredContent"]["event_id"]

    @property
    def output(self) -> IO[bytes]:
        assert self._popen.stdout
        return self._popen.stdout

    def close_stdout(self) -> None:
        """Our end of it: nobody reads any more."""
        self.output.close()

    def close_stdin(self) -> None:
        assert self._popen.stdin
        self._popen.stdin.close()

    def signal(self, number: int) -> None:
        self._popen.send_signal(number)

    def rest(self) -> bytes:
        """What is left on stdout, up to its end."""
        assert self._popen.stdout
        return self._popen.stdout.read()

    def wait(self) -> int:
        return self._popen.wait(PATIENCE)


@contextmanager
def running(
    env: dict[str, str],
    command: Sequence[str] = CLONE,
    *,
    stderr: int | None = subprocess.DEVNULL,
    patience: float = PATIENCE,
) -> Generator[Process]:
    """The command, for as long as the block lasts and no longer than `patience`."""
    popen = subprocess.Popen(command, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=stderr)
    timer = threading.Timer(patience, popen.kill)
    timer.start()
    try:
        with popen:
            try:
                yield Process(popen)
            finally:
                if popen.stdin and not popen.stdin.closed:
                    popen.stdin.close()
                if popen.poll() is None:
                    popen.kill()
    finally:
        timer.cancel()
