"""The local door: an owner-only socket for hooks, and the delivery of what they left.

Of all servers on a home one holds the door, by a lock that ends with its process; the others wait for their turn.
Whoever comes through runs as the same user and counts as the person's recorder: a process of the same user is no
boundary anywhere on this machine.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import Any, cast

from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError
from clone_mcp.hooks.asking import DOOR
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.standing import StandingStatus
from clone_mcp.settings import Settings
from clone_mcp.tools.registry import BY_NAME, call

log = logging.getLogger(__name__)

RECORDER = Caller(LOCAL_TENANT, Scope.RECORDER)
LONGEST_REQUEST = 4 * 1024 * 1024
_LOCK = "door.lock"
_SOCKET = "door.sock"
_LONGEST_PATH = 100
"""A Unix socket's path may have 104 bytes on macOS and 108 on Linux."""
_DELIVER_SECONDS = 1.0
"""How often the spool is looked at."""
_TAKE_OVER_SECONDS = 2.0
"""How often a server that waits for its turn tries the lock."""
_PATIENCE_SECONDS = 10.0
"""How long a caller may take to say what it wants."""


class LocalDoor:
    """Opens the door as soon as nobody else holds it, and keeps delivering while it is open."""

    def __init__(self, home: Path, clone: Callable[[], Awaitable[Clone]]) -> None:
        self._home = home
        self._clone = clone
        self._task: asyncio.Task[None] | None = None
        self._token = secrets.token_hex(16)

    def start(self) -> None:
        """Starting again changes nothing."""
        if self._task is None:
            self._task = asyncio.create_task(self._stand())

    async def stop(self) -> None:
        """Close the door, before Clone is closed."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task], timeout=2.0)

    async def _stand(self) -> None:
        while True:
            try:
                with _lock(self._home / _LOCK) as mine:
                    if mine:
                        await self._clone()  # a hook that asks must not wait until storage is loaded
                        async with self._open():
                            await self._deliver()
            except (CloneError, OSError) as exc:
                log.warning("Hooks can't ask this server: %s", exc)
            await asyncio.sleep(_TAKE_OVER_SECONDS)

    async def _deliver(self) -> None:
        while True:
            try:
                await (await self._clone()).jobs.deliver()
            except (CloneError, OSError) as exc:  # it stays in the spool
                log.warning("What hooks left is not delivered yet: %s", exc)
            await asyncio.sleep(_DELIVER_SECONDS)

    @asynccontextmanager
    async def _open(self) -> AsyncGenerator[None]:
        server, where = await self._listen()
        door = self._home / DOOR
        try:
            _write(door, {**where, "token": self._token, "pid": os.getpid()})
            yield
        finally:
            server.close()
            for path in (door, Path(str(where.get("path", door)))):
                with suppress(OSError):
                    path.unlink()

    async def _listen(self) -> tuple[asyncio.Server, dict[str, Any]]:
        if sys.platform == "win32":
            server = await asyncio.start_server(self._answer, "127.0.0.1", 0, limit=LONGEST_REQUEST)
            return server, {"port": server.sockets[0].getsockname()[1]}
        path = socket_path(self._home)
        with suppress(FileNotFoundError):
            path.unlink()  # of a server that died; the lock says that nobody uses it
        before = os.umask(0o177)
        try:
            server = await asyncio.start_unix_server(self._answer, path, limit=LONGEST_REQUEST)
        finally:
            os.umask(before)
        return server, {"path": str(path)}

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                line = await reader.readline()
            writer.write(json.dumps(await self._reply(line)).encode() + b"\n")
            await writer.drain()
        except (OSError, ValueError, TimeoutError) as exc:  # a request too long is a ValueError
            log.info("A hook asked in vain: %s", exc)
        finally:
            writer.close()

    async def _reply(self, line: bytes) -> dict[str, Any]:
        """One tool's answer. What was noted before the question is taken in before it is answered."""
        request = _parsed(line)
        tool = BY_NAME.get(str(request.get("tool")))
        if tool is None or not secrets.compare_digest(str(request.get("token")).encode(), self._token.encode()):
            return {"error": "That is no question of a hook's."}
        with suppress(CloneError, OSError):
            await (await self._clone()).jobs.deliver()
        result = await call(tool, self._clone, lambda: RECORDER, request.get("arguments"))
        if result.is_error:
            return {"error": cast("Any", result.content[0]).text}
        return {"answer": await self._with_gravity(result.structured_content or {})}

    async def _with_gravity(self, answer: dict[str, Any]) -> dict[str, Any]:
        """A prediction, with whether it would begin something that only the person may. Clients suggest no such thing.

        Where the session is likely over, also with how many standing answers wait to be decided on.

        One that is less likely than not is no suggestion at all, so nobody looked whether it would.
        """
        if not isinstance(answer.get("predicted_response"), str):
            return answer
        clone = await self._clone()
        stored = await clone.prediction.read.one(RECORDER.tenant, answer["id"])
        told = {**answer, "grave": stored.grave is True}
        if not answer.get("stop_recommended"):
            return told
        offers = await clone.memory.standing.list(RECORDER.tenant, statuses=[StandingStatus.OFFERED])
        return {**told, "offers": len(offers)}  # for a line at the end of the session


def home_of(settings: Settings) -> Path | None:
    """Where hooks leave and ask: the home, when the database is a file of this one person's."""
    return settings.home if settings.url.startswith("sqlite") else None


def socket_path(home: Path) -> Path:
    """Beside the database; where that is too long a path, in a folder of the person's own under the temporary one."""
    path = home / _SOCKET
    if len(os.fsencode(path)) <= _LONGEST_PATH:
        return path
    folder = Path(tempfile.gettempdir()) / f"clone-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid() or folder.is_symlink() or folder.stat().st_mode & 0o077:
        raise PermissionError(f"{folder} is not ours alone")
    return folder / f"{sha256(os.fsencode(home)).hexdigest()[:16]}.sock"


def _write(path: Path, value: dict[str, Any]) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(value, file)
    draft.replace(path)


def _parsed(line: bytes) -> dict[str, Any]:
    try:
        read = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return cast("dict[str, Any]", read) if isinstance(read, dict) else {}


@contextmanager
def _lock(path: Path) -> Generator[bool]:
    """Holds a file for this process alone, if nobody else does. A process that dies lets go of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fd = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        yield _try_lock(fd)
    finally:
        os.close(fd)


def _try_lock(fd: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 (there alone)

            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 (not there)

            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
