"""What hooks remember of one session between two calls, and the folder where Clone keeps that and all else.

A small file for each session, because every call is a process of its own. Notes for the server are not kept here, but
in spool.py.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any

from clone_mcp.hooks.payload import an_object_in

FOLDER = "hook_states"
_FORGOTTEN_SECONDS = 30 * 24 * 3600  # a month: nobody goes on with an older session
_LARGEST = 1024 * 1024
"""Bytes of one session's state, which has some thousand."""
ANSWERS_KEPT = 20
"""For `clone-mcp undo` and `why`, which take the newest."""
HookState = dict[str, Any]
"""client, session; prompt: the one at work on, by id; stops: how often the agent stopped on it; row: answers since the
person typed; limit, plan, off: how far Clone may go; told: that they know of the limit; asked: choices put, by tool
use; answers: what Clone said for the person, newest last; guess: what it expects them to type; held: a prompt that
may be that guess, taken; typed: what Clone typed and a client hands back as a prompt; wants: permissions asked for."""


def home(environ: Mapping[str, str]) -> str:
    """The folder that CLONE_HOME names, or the platform's own."""
    if named := environ.get("CLONE_HOME"):
        return os.path.expanduser(named)  # noqa: PTH111 (pathlib alone takes 8 ms)
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support/clone")  # noqa: PTH111
    if sys.platform == "win32":
        return f"{environ.get('LOCALAPPDATA') or os.path.expanduser('~/AppData/Local')}\\clone"  # noqa: PTH111
    data = environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")  # noqa: PTH111
    return f"{data}/clone"


try:
    import fcntl
except ImportError:  # Windows: two hooks of one session at once may forget what one of them noted
    fcntl = None  # type: ignore[assignment]


@contextmanager
def hook_state(home: str, client: str, session: str) -> Generator[HookState]:
    """The session's memory, written back on leaving."""
    folder = f"{home}/{FOLDER}"
    os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
    name = f"{client}-{_as_file_name(session)}"
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
    fd = os.open(f"{folder}/{name}.json", flags, 0o600)
    try:
        if fcntl is not None:
            fcntl.flock(fd, fcntl.LOCK_EX)
        before = os.read(fd, _LARGEST)
        state = an_object_in(before) or {"client": client, "session": session}
        yield state
        after = json.dumps(state, separators=(",", ":")).encode()
        if after != before:
            os.lseek(fd, 0, os.SEEK_SET)
            os.write(fd, after)
            os.ftruncate(fd, len(after))
    finally:
        os.close(fd)


def hook_states(home: str) -> Iterator[tuple[float, HookState]]:
    """Every session's state, with when it last changed, newest first."""
    found: list[tuple[float, HookState]] = []
    with suppress(OSError), os.scandir(f"{home}/{FOLDER}") as entries:
        for entry in entries:
            with suppress(OSError), open(entry.path, "rb") as file:  # noqa: PTH123
                if state := an_object_in(file.read(_LARGEST)):
                    found.append((entry.stat().st_mtime, state))
    yield from sorted(found, key=lambda each: each[0], reverse=True)


def forget_old(home: str) -> None:
    """Remove what nobody has touched for a month."""
    oldest = time.time() - _FORGOTTEN_SECONDS
    with suppress(OSError), os.scandir(f"{home}/{FOLDER}") as entries:
        for entry in entries:
            with suppress(OSError):
                if entry.stat().st_mtime < oldest:
                    os.unlink(entry.path)  # noqa: PTH108


def _as_file_name(session: str) -> str:
    """Most ids are UUIDs and stay readable."""
    if len(session) <= 64 and session.replace("-", "").isalnum() and session.isascii():
        return session
    import hashlib  # noqa: PLC0415 (5 ms)

    return hashlib.sha256(session.encode(errors="replace")).hexdigest()
