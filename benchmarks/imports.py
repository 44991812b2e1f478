"""Importing a history: bytes parsed a second, turns stored a second with redaction, and the memory it takes."""

from __future__ import annotations

import asyncio
import json
import random
import time
import tracemalloc
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from benchmarks.figures import Effort, Figure, alone
from benchmarks.history import answer, question
from clone_mcp.app import opened
from clone_mcp.clients.claude_code import history as claude_code
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.settings import Settings
from clone_mcp.sources.importing import Import, ImportFilter, ImportResult
from clone_mcp.sources.registry import BY_NAME
from clone_mcp.sources.vouching import Vouching

_TURNS = 20
"""Of the person, in a session."""
_TOOLS = 6
"""Calls of tools for each of them."""


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """A made-up history of Claude Code's, most of which is what tools printed, as in real ones."""
    sessions = max(10, effort.calls // 2)
    files = [_transcript(folder / "projects" / f"s{number}.jsonl", number) for number in range(sessions)]
    size = sum(path.stat().st_size for path in files)
    rates = [size / 1e6 / _parsed(files) for _ in range(effort.rounds)]
    yield alone("imports", f"parsed, {size / 1e6:.0f} MB", "MB/s", rates)
    yield alone("imports", "memory of one large file", "MB", [_held(files)], goal=200)
    rates, grown = [], []
    for number in range(max(1, effort.rounds // 4)):
        before = psutil.Process().memory_info().rss
        done, seconds = asyncio.run(_stored(folder / f"home{number}", files))
        rates.append(done.taken.new / seconds)
        grown.append((psutil.Process().memory_info().rss - before) / 1e6)
    yield alone("imports", f"stored, {done.taken.new:,} turns", "turns/s", rates)
    yield alone("imports", "process grew while storing", "MB", grown, goal=200)
    done, seconds = asyncio.run(_stored(folder / "home0", files))
    if done.taken.new:
        raise RuntimeError("the second import found something new")
    yield alone("imports", "known already, passed over", "turns/s", [done.taken.known / seconds])


def _parsed(files: list[Path]) -> float:
    start = time.perf_counter()
    log = Log()
    for path in files:
        for _ in claude_code.read(path, log):
            pass
    return time.perf_counter() - start


def _held(files: list[Path]) -> float:
    """The most that reading all of it at one go needs, as one file."""
    tracemalloc.start()
    log = Log()
    for path in files[:5]:
        for _ in claude_code.read(path, log):
            pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most / 1e6


async def _stored(home: Path, files: list[Path]) -> tuple[ImportResult, float]:
    def moved(_done: ImportResult) -> None:
        """Nobody watches."""

    async with opened(Settings(home=home)) as clone:
        start = time.perf_counter()
        caller = Caller(LOCAL_TENANT, Scope.OWNER)
        vouching = Vouching(Machine.here(), {path.parent.resolve() for path in files})
        done = await Import(clone.recording.backfill, vouching)(
            caller, BY_NAME["claude-code"], files, ImportFilter(), moved=moved
        )
        return done, time.perf_counter() - start


def _transcript(path: Path, number: int) -> Path:
    chance = random.Random(number)
    moment = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    common = {"sessionId": f"s{number}", "cwd": f"/work/p{number % 7}", "isSidechain": False, "version": "2.1.328"}
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for turn in range(_TURNS):
            own = f"{number}-{turn}"
            for record in _records(chance, own):
                moment += timedelta(seconds=chance.randint(1, 20))
                stamped = {**record, **common, "timestamp": moment.isoformat()}
                file.write(json.dumps(stamped, separators=(",", ":"), ensure_ascii=False) + "\n")
    return path


def _records(chance: random.Random, own: str) -> Iterator[dict[str, object]]:
    prompt = {"role": "user", "content": answer(chance)}
    yield {"type": "user", "uuid": f"u{own}", "promptId": f"p{own}", "promptSource": "typed", "message": prompt}
    for call in range(_TOOLS):
        name = f"toolu_{own}_{call}"
        used = [{"type": "tool_use", "id": name, "name": "Bash", "input": {"command": "grep -rn retry src"}}]
        yield {"type": "assistant", "uuid": f"t{own}-{call}", "message": {"id": f"m{own}-{call}", "content": used}}
        printed = "".join(
            f"src/{chance.randrange(999)}.py:{n}: retry(\\t{n})\\n" for n in range(chance.randint(5, 250))
        )
        result = [{"type": "tool_result", "tool_use_id": name, "content": printed}]
        message = {"role": "user", "content": result}
        yield {
            "type": "user",
            "uuid": f"r{own}-{call}",
            "promptId": f"p{own}",
            "message": message,
            "toolUseResult": printed,
        }
    said = [{"type": "text", "text": question(chance)}]
    yield {"type": "assistant", "uuid": f"a{own}", "message": {"id": f"e{own}", "role": "assistant", "content": said}}
