"""Servers as child processes, and what they cost."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import psutil

ROOT = Path(__file__).parents[1]
CLONE = (sys.executable, "-m", "clone_mcp")
FLOOR = (sys.executable, "-m", "benchmarks.floor")
MIB = 1024 * 1024
_NOT_THEIRS = ("CLONE_", "MCP_", "PYTHONDONTWRITEBYTECODE")
"""Nobody has a server compile its sources at every start: without a place for bytecode that is half of the start."""


def environment(home: Path | None = None) -> Mapping[str, str]:
    """This environment without anybody's settings, and with Clone's data in `home`."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_THEIRS)}
    return ours if home is None else {**ours, "CLONE_HOME": str(home), "CLONE_LOG_LEVEL": "error"}


def spawn(
    command: tuple[str, ...],
    home: Path | None = None,
    *,
    piped: bool,
    settings: Mapping[str, str] | None = None,
    env: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start a server. Our own's stderr stays ours: what goes wrong must be seen. Others, with an `env`, talk a lot."""
    pipe = subprocess.PIPE if piped else subprocess.DEVNULL
    quiet = None if env is None else subprocess.DEVNULL
    given = {**environment(home), **(settings or {})} if env is None else env
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=quiet, env=given, cwd=ROOT)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process, all its threads together."""
    if sys.platform == "linux":
        # The process's own clock, as clock_getcpuclockid(3) numbers it: /proc and psutil count in steps of 10 ms.
        return time.clock_gettime((~pid << 3) | 2)
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def rss_mib(pid: int) -> float:
    """Resident memory of a process."""
    return psutil.Process(pid).memory_info().rss / MIB


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server the way a client does: close its stdin, or else ask it to go."""
    if process.stdin is not None:
        with suppress(BrokenPipeError):  # it ended by itself, with something unread
            process.stdin.close()
    else:
        process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
