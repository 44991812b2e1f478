"""A client of stdio servers that costs next to nothing: raw JSON lines, no SDK."""

from __future__ import annotations

import json
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from benchmarks.figures import percentile
from benchmarks.process import cpu_seconds, rss_mib, spawn, stop

Era = Literal["legacy", "modern"]
Call = tuple[str, dict[str, Any]]
Cost = tuple[float, float]
"""Milliseconds of a call: on the clock, and of the server's CPU."""
_ABOUT = {"name": "benchmarks", "version": "1"}
_MODERN = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientInfo": _ABOUT,
    "io.modelcontextprotocol/clientCapabilities": {},
}


@dataclass(frozen=True, slots=True)
class Round:
    """Some calls of one tool."""

    p50_ms: float
    p99_ms: float
    cpu_ms: float
    """Of the server, per call."""

    @classmethod
    def of(cls, costs: Sequence[Cost]) -> Round:
        """CPU is a mean: what a call leaves for later must be paid by somebody."""
        wall = [each for each, _ in costs]
        return cls(percentile(wall, 0.5), percentile(wall, 0.99), sum(cpu for _, cpu in costs) / len(costs))


class StdioServer:
    """A server and the pipe to it."""

    def __init__(
        self,
        command: tuple[str, ...],
        home: Path | None = None,
        *,
        era: Era = "legacy",
        env: Mapping[str, str] | None = None,
        patience: float | None = None,
    ) -> None:
        """`env` is the whole environment; by default it is this one, with Clone's data in `home`.

        A server that is not done after `patience` seconds is ended, and whoever waits for its answer is told so."""
        self.started = time.perf_counter()
        self._process = spawn(command, home, piped=True, env=env)
        self._era = era
        self._ids = count(1)
        self._watch = None if patience is None else threading.Timer(patience, self._process.kill)

    def __enter__(self) -> StdioServer:
        if self._watch is not None:
            self._watch.daemon = True
            self._watch.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _value: BaseException | None, _trace: TracebackType | None
    ) -> None:
        if self._watch is not None:
            self._watch.cancel()
        stop(self._process)

    @property
    def cpu_ms(self) -> float:
        return cpu_seconds(self._process.pid) * 1000

    @property
    def rss_mib(self) -> float:
        return rss_mib(self._process.pid)

    def list_tools(self) -> list[dict[str, Any]]:
        """What a client does first: open the connection, then ask for the tools."""
        if self._era == "legacy":
            opening = {"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": _ABOUT}
            self.ask("initialize", opening)
            self._write(b'{"jsonrpc":"2.0","method":"notifications/initialized"}\n')
        return self.ask("tools/list", {})["tools"]

    def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        """One request and its result."""
        return _result(self._exchange(self._line(method, params)))

    def call(self, tool: str, arguments: dict[str, Any]) -> dict[str, Any]:
        """One call of a tool, which must work."""
        return self.ask("tools/call", {"name": tool, "arguments": arguments})

    def costs(self, calls: Sequence[Call]) -> dict[str, list[Cost]]:
        """Make the calls one after the other, and tell by tool what they cost. The client's own work is not timed."""
        lines = [self._line("tools/call", {"name": tool, "arguments": arguments}) for tool, arguments in calls]
        costs: defaultdict[str, list[Cost]] = defaultdict(list)
        answers: list[bytes] = []
        for (tool, _), line in zip(calls, lines, strict=True):
            answer, cost = self._costing(line)
            answers.append(answer)
            costs[tool].append(cost)
        for answer in answers:
            _result(answer)
        return costs

    def timed(self, method: str, params: dict[str, Any]) -> Cost:
        """What one request costs that is no call of a tool."""
        answer, cost = self._costing(self._line(method, params))
        _result(answer)
        return cost

    def _costing(self, line: bytes) -> tuple[bytes, Cost]:
        cpu, began = self.cpu_ms, time.perf_counter()
        answer = self._exchange(line)
        return answer, ((time.perf_counter() - began) * 1000, self.cpu_ms - cpu)

    def _line(self, method: str, params: dict[str, Any]) -> bytes:
        if self._era == "modern":
            params = {**params, "_meta": _MODERN}
        request = {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": params}
        return json.dumps(request).encode() + b"\n"

    def _exchange(self, line: bytes) -> bytes:
        self._write(line)
        assert self._process.stdout is not None
        answer = self._process.stdout.readline()
        while b'"id"' not in answer:
            if not answer:
                raise RuntimeError("the server is gone")
            answer = self._process.stdout.readline()
        return answer

    def _write(self, line: bytes) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(line)
        self._process.stdin.flush()


def _result(answer: bytes) -> dict[str, Any]:
    message = json.loads(answer)
    result = message.get("result")
    if result is None or result.get("isError"):
        raise RuntimeError(f"the server refused: {answer[:500].decode()}")
    return result
