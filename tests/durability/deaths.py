"""Processes that die where they are told to.

Run as a program it reads one task a line, forks a child for each and tells how the child ended: loading everything
takes a second, forking what is loaded a hundredth of that. The child does an act of `acts` through the product's own
use cases and kills itself with SIGKILL at the point named. Nothing in the product knows of it: statements and commits
are noticed through SQLAlchemy, files by the function that writes them.
"""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from clone_mcp.app import open_storage, upgrade_postgres, wire
from clone_mcp.memory.markdown import folder as folders
from clone_mcp.settings import Settings
from clone_mcp.storage import migrate  # noqa: F401 (so that no child has to load Alembic)
from tests.durability.acts import ACTS
from tests.support.clock import FixedClock

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Task:
    """Who dies, of what, doing what."""

    act: str
    home: str
    now: str
    folder: str = ""
    url: str = ""
    owner_url: str = ""
    step: str = ""
    """statement, before commit, during commit, after commit, file; or nothing, to live and count."""
    number: int = 0


@dataclass(frozen=True)
class End:
    """How the child ended, what it had said until then, and how many of each step there were."""

    killed: bool
    said: list[str]
    steps: dict[str, int]


class Deaths:
    """The process that forks."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self._popen = popen

    def __call__(self, task: Task) -> End:
        assert self._popen.stdin
        assert self._popen.stdout
        self._popen.stdin.write(json.dumps(asdict(task)) + "\n")
        self._popen.stdin.flush()
        answer = json.loads(self._popen.stdout.readline())
        assert answer["signal"] in (0, signal.SIGKILL, signal.SIGXFSZ), answer
        return End(bool(answer["signal"]), answer["said"], answer["steps"])


@contextmanager
def forking() -> Iterator[Deaths]:
    command = (sys.executable, "-m", "tests.durability.deaths")
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as popen:
        yield Deaths(popen)
        assert popen.stdin
        popen.stdin.close()


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


class Watch:
    """Counts steps, and dies at one."""

    def __init__(self, step: str, number: int) -> None:
        self._fatal = (step, number)
        self.steps: dict[str, int] = {}

    def at(self, step: str) -> None:
        self.steps[step] = self.steps.get(step, 0) + 1
        if (step, self.steps[step]) == self._fatal:
            die()

    def install(self) -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        sa.event.listen(sa.Engine, "before_cursor_execute", lambda *_: self.at("statement"))
        for dialect, during in (
            (SQLiteDialect_pysqlite, self._half_a_log),
            (PGDialect_asyncpg, self._sent_but_unanswered),
        ):
            self._around_commit(dialect, during)
        write = folders._write

        def noticed(path: Path, text: str) -> None:
            self.at("file")
            write(path, text)

        folders._write = noticed

    def _around_commit(self, dialect: Any, during: Callable[[], None]) -> None:
        commit = dialect.do_commit

        def noticed(this: Any, connection: Any) -> None:
            self.at("before commit")
            if self._fatal == ("during commit", self.steps["before commit"]):
                during()
            commit(this, connection)
            self.at("after commit")

        dialect.do_commit = noticed

    def _half_a_log(self) -> None:
        """The kernel kills who writes beyond the limit, and what fits is written: in the midst of the log's frames."""
        logs = [path.stat().st_size for path in Path(self.home).glob("*-wal")]
        resource.setrlimit(resource.RLIMIT_FSIZE, (max([*logs, 0]) + 6000, resource.RLIM_INFINITY))

    def _sent_but_unanswered(self) -> None:
        """The next thing the event loop does, once COMMIT is on its way."""
        asyncio.get_running_loop().call_soon(die)

    home: str = ""


async def _live(task: Task, watch: Watch, say: Callable[[str], None]) -> None:
    clock = FixedClock(datetime.fromisoformat(task.now))
    settings = Settings(home=Path(task.home), secret="test", database_url=task.url, db_direct_url=task.owner_url)
    watch.home = task.home
    opening = task.act == "nothing"
    if opening:
        watch.install()
        if task.url:
            await upgrade_postgres(settings)
    storage = await open_storage(settings, clock)
    if not opening:
        watch.install()
    clone = wire(settings, storage, clock, b"test")
    await ACTS[task.act](clone, clock, Path(task.folder), say)
    await storage.close()


def _child(task: Task, out: int) -> None:
    def tell(kind: str, what: Any) -> None:
        os.write(out, json.dumps([kind, what]).encode() + b"\n")

    watch = Watch(task.step, task.number)
    try:
        asyncio.run(_live(task, watch, lambda text: tell("said", text)))
        tell("steps", watch.steps)
    except BaseException as exc:
        tell("error", repr(exc))
        raise
    finally:
        os._exit(1 if sys.exc_info()[0] else 0)


def _fork(task: Task) -> dict[str, Any]:
    mine, theirs = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _child(task, theirs)
    os.close(theirs)
    with os.fdopen(mine) as told:
        lines = [json.loads(line) for line in told]
    _, status = os.waitpid(child, 0)
    errors = [what for kind, what in lines if kind == "error"]
    if errors or (os.WIFEXITED(status) and os.WEXITSTATUS(status)):
        return {"signal": -1, "errors": errors}
    steps = next((what for kind, what in lines if kind == "steps"), {})
    said = [what for kind, what in lines if kind == "said"]
    return {"signal": os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0, "said": said, "steps": steps}


def main() -> None:
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_fork(Task(**json.loads(line)))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
