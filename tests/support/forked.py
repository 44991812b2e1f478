"""`clone-mcp` commands, each in a process of its own with the streams that a test asks for.

Everything is loaded once and forked for each command, so that hundreds of them take seconds. A fork opens its streams
as Python does at its start: one that is closed is None, and what is left in them is flushed on leaving.

Run as a program, it reads one case a line and answers with one line of JSON.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import traceback
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

PATIENCE_SECONDS = 60
_NAMES = ("stdin", "stdout", "stderr")


@dataclass(frozen=True)
class Case:
    """A command, and what is unusual where it runs."""

    arguments: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict[str, str])
    closed: Sequence[int] = ()
    """Of 0, 1 and 2."""
    gone: bool = False
    """Whoever reads stdout has left."""
    full: Sequence[int] = ()
    """Of 1 and 2: nothing fits in."""
    encoding: str = "utf-8"
    most_bytes: int = 0
    """How long a file may get: no more room on the disk. 0 is any length."""


@dataclass(frozen=True)
class Ended:
    """How it ended. Negative codes are signals."""

    code: int
    out: str
    err: str


@dataclass
class Commands:
    """Forks commands, one after the other."""

    process: subprocess.Popen[str]

    def __call__(self, case: Case) -> Ended:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps(asdict(case)) + "\n")
        self.process.stdin.flush()
        return Ended(**json.loads(self.process.stdout.readline()))


@contextmanager
def commands() -> Generator[Commands]:
    """The program, loaded, for as long as the block lasts."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
    command = [sys.executable, "-m", "tests.support.forked"]
    process = subprocess.Popen(
        command, env=kept, cwd=Path(__file__).parents[2], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Commands(process)
    finally:
        assert process.stdin
        assert process.stdout
        process.stdin.close()
        process.stdout.close()
        process.wait(PATIENCE_SECONDS)


def _serve() -> None:
    import clone_mcp.app
    import clone_mcp.cli.parser
    import clone_mcp.storage.migrate
    import clone_mcp.storage.postgres
    import clone_mcp.storage.sql_storage
    import clone_mcp.storage.sqlite  # noqa: F401

    for line in sys.stdin:
        sys.stdout.write(json.dumps(asdict(_run(json.loads(line)))) + "\n")
        sys.stdout.flush()


def _run(case: dict[str, Any]) -> Ended:
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        child = os.fork()
        if child == 0:
            _become(case, out.fileno(), err.fileno())
        _, status = os.waitpid(child, 0)
        texts = [(each.seek(0), each.read().decode(errors="replace"))[1] for each in (out, err)]
    return Ended(os.waitstatus_to_exitcode(status), *texts)


def _become(case: dict[str, Any], out: int, err: int) -> None:
    """Does not return."""
    signal.alarm(PATIENCE_SECONDS)
    code = 1
    try:
        os.environ.clear()
        os.environ.update(case["env"])
        _open_streams(case, out, err)
        if case["most_bytes"]:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (case["most_bytes"], resource.RLIM_INFINITY))
        sys.argv = ["clone-mcp", *case["arguments"]]
        code = _exit_code()
    finally:
        os._exit(code)


def _open_streams(case: dict[str, Any], out: int, err: int) -> None:
    nothing, full = os.open(os.devnull, os.O_RDONLY), os.open("/dev/full", os.O_WRONLY)
    reader, writer = os.pipe()
    os.close(reader)
    signal.signal(signal.SIGPIPE, signal.SIG_IGN)  # as Python starts
    for fd, usual in enumerate((nothing, writer if case["gone"] else out, err)):
        os.dup2(full if fd in case["full"] else usual, fd)
    os.closerange(3, 256)
    for fd in case["closed"]:
        os.close(fd)
    for fd, name in enumerate(_NAMES):
        errors = "backslashreplace" if fd == 2 else "strict"
        stream = None
        if fd not in case["closed"]:
            stream = open(fd, "w" if fd else "r", encoding=case["encoding"], errors=errors, closefd=False)  # noqa: SIM115
        setattr(sys, name, stream)


def _exit_code() -> int:
    """What Python itself does with the program's end."""
    from clone_mcp.__main__ import main

    try:
        main()
        code = 0
    except SystemExit as exc:
        code = exc.code if isinstance(exc.code, int) else int(exc.code is not None)
    except BaseException:
        if sys.stderr:
            traceback.print_exc()
        code = 1
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        if sys.stderr:
            traceback.print_exc()
        code = 120
    if sys.stderr:
        sys.stderr.flush()
    return code


if __name__ == "__main__":
    _serve()
