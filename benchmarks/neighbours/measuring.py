"""The neighbours by turns, so that whatever else the machine does weighs on all of them."""

from __future__ import annotations

import random
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from benchmarks.figures import Effort, Figure, alone, percentile
from benchmarks.history import answer
from benchmarks.neighbours.basic_memory import BASIC_MEMORY
from benchmarks.neighbours.mcp_memory_service import MCP_MEMORY_SERVICE
from benchmarks.neighbours.neighbour import Neighbour, numbers
from benchmarks.neighbours.ours import OURS
from benchmarks.neighbours.server_memory import SERVER_MEMORY
from benchmarks.stdio import Cost, StdioServer

NEIGHBOURS = (OURS, SERVER_MEMORY, MCP_MEMORY_SERVICE, BASIC_MEMORY)
SIZES = (1_000, 10_000)
_CALLS = 10
_WORDS = ("tests", "commit", "webhook")
_PREPARED = 100
_WRITES = 50
_NEW = 3
_PATIENCE_SECONDS = 120.0
_FAILURES = (OSError, RuntimeError, LookupError, ValueError, sqlite3.Error, subprocess.SubprocessError)


class _Bench:
    """One neighbour with its stores, and what has been measured of it."""

    def __init__(self, neighbour: Neighbour, folder: Path) -> None:
        self._folder = folder
        self._neighbour = neighbour
        self._command: tuple[str, ...] = ()
        self._values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
        self.failed = ""
        self.name = neighbour.name

    def attempt(self, step: Callable[[_Bench], None]) -> None:
        """One that fails is left out from then on, and the reason kept."""
        if self.failed:
            return
        try:
            step(self)
        except _FAILURES as exc:
            self.failed = " ".join(str(exc).split())[:160] or type(exc).__name__
            print(f"{self.name} could not be measured: {self.failed}", file=sys.stderr)

    def prepare(self) -> None:
        """Install it, make its stores, and see that what they were filled with can be found."""
        self._command = self._neighbour.command()
        with self._server(self._home("empty")) as server:
            server.list_tools()
        for size in SIZES:
            home = self._filled(str(size), size)
            with self._server(home) as server:
                server.list_tools()
                if self._neighbour.held(home) < size or not self._neighbour.found(server, size):
                    raise RuntimeError(f"what its store was filled with is not found, of {size:,} items")

    def turn(self) -> None:
        """A start on an empty store, and on every filled one a start and some calls."""
        with self._server(self._home("empty")) as server:
            server.list_tools()
            self._add("to tools/list", "ms", (time.perf_counter() - server.started) * 1000)
            self._add("memory at tools/list", "MiB", server.rss_mib)
        for size in SIZES:
            self._calls(f"{size:,} items", self._home(str(size)))

    def two_writers(self) -> None:
        """Two servers at once on a store that is there, and on one that isn't."""
        home = self._filled("two", _PREPARED)
        with ExitStack() as stack:
            servers = [stack.enter_context(self._server(home)) for _ in range(2)]
            for server in servers:
                server.list_tools()
            before = self._neighbour.held(home)
            with ThreadPoolExecutor(2) as threads:
                acknowledged = sum(threads.map(self._written, servers, [_WRITES] * 2))
        lost = acknowledged - (self._neighbour.held(home) - before)
        self._add("two writers: refused", f"of {2 * _WRITES}", 2 * _WRITES - acknowledged)
        self._add("two writers: acknowledged and lost", f"of {2 * _WRITES}", lost)
        failed = sum(self._failing_together(f"new-{number}") for number in range(_NEW))
        self._add("two servers at once on a new store: failed", f"of {2 * _NEW}", failed)

    def figures(self) -> Iterator[Figure]:
        if self.failed:
            yield alone(self.name, f"not measured: {self.failed.replace('|', '/')}", "", [float("nan")])
        for (what, unit), values in self._values.items():
            yield alone(self.name, what, unit, values)

    def _calls(self, size: str, home: Path) -> None:
        with self._server(home) as server:
            server.list_tools()
            server.costs([self._neighbour.store(self._text()), self._neighbour.fetch(_WORDS[0])])  # warm
            stored = server.costs([self._neighbour.store(self._text()) for _ in range(_CALLS)])
            fetched = server.costs([self._neighbour.fetch(word) for word in _WORDS * (_CALLS // len(_WORDS))])
            self._add(f"store one, {size}", "ms", _p50(*stored.values()))
            self._add(f"fetch context, {size}", "ms", _p50(*fetched.values()))
            if uri := self._neighbour.resource:
                read = [server.timed("resources/read", {"uri": uri}) for _ in range(_CALLS)]
                self._add(f"read the profile, {size}", "ms", _p50(read))
            self._add(f"memory, {size}", "MiB", server.rss_mib)

    def _failing_together(self, store: str) -> int:
        """Of two servers started at once where nothing is yet, how many don't come to store an item."""
        with ExitStack() as stack:
            servers = [stack.enter_context(self._server(self._home(store))) for _ in range(2)]
            return sum(not self._works(server) for server in servers)

    def _filled(self, store: str, size: int) -> Path:
        home = self._home(store)
        began = time.monotonic()
        self._neighbour.fill(home, size)
        print(f"{self.name}: {size:,} items in {time.monotonic() - began:.0f} s", file=sys.stderr)
        return home

    def _home(self, store: str) -> Path:
        home = self._folder / store
        home.mkdir(parents=True, exist_ok=True)
        return home

    def _server(self, home: Path) -> StdioServer:
        return StdioServer(self._command, home, env=self._neighbour.env(home), patience=_PATIENCE_SECONDS)

    def _text(self) -> str:
        number = next(numbers)
        return f"{answer(random.Random(number))} (new {number})"

    def _written(self, server: StdioServer, times: int) -> int:
        """How many of so many writes were acknowledged."""
        acknowledged = 0
        for _ in range(times):
            try:
                server.costs([self._neighbour.store(self._text())])
                acknowledged += 1
            except (OSError, RuntimeError):
                continue
        return acknowledged

    def _works(self, server: StdioServer) -> bool:
        try:
            server.list_tools()
        except (OSError, RuntimeError):
            return False
        return bool(self._written(server, 1))

    def _add(self, what: str, unit: str, value: float) -> None:
        self._values[what, unit].append(value)


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Half as many rounds as elsewhere, because some take seconds to start."""
    benches = [_Bench(neighbour, folder / str(place)) for place, neighbour in enumerate(NEIGHBOURS)]
    for step in (_Bench.prepare, *[_Bench.turn] * ((effort.rounds + 1) // 2), _Bench.two_writers):
        for bench in benches:
            bench.attempt(step)
    for bench in benches:
        yield from bench.figures()


def _p50(*costs: list[Cost]) -> float:
    return percentile([wall for each in costs for wall, _ in each], 0.5)
