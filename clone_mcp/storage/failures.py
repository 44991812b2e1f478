"""What a database driver says went wrong, as the error that the core knows: what happened, why, and what to do.

The driver's own text stays in the cause, never in the message: it quotes statements, and names files and logins.
"""

from __future__ import annotations

import sqlite3

from sqlalchemy.exc import DBAPIError, InterfaceError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from clone_mcp.errors import CloneError, Unavailable

_AGAIN = "Try again in a minute."
_ROOM = "Free some space on that disk, then try again."
_OWNER = "Check who may read and write it: `ls -ld` on the folder and on the files in it."
_DAMAGED = "Put a backup in its place: `clone-mcp db restore FILE`. The damaged file is kept beside it."

# Not ours to mend: locked, out of memory or space, not writable, unreadable, damaged.
_SQLITE = {
    sqlite3.SQLITE_BUSY: ("another program holds the file locked", "End that program, or try again in a minute."),
    sqlite3.SQLITE_LOCKED: ("another program holds the file locked", "End that program, or try again in a minute."),
    sqlite3.SQLITE_PROTOCOL: ("another program holds the file locked", "End that program, or try again in a minute."),
    sqlite3.SQLITE_NOMEM: ("there is not enough memory", "End other programs, then try again."),
    sqlite3.SQLITE_READONLY: ("the file or its folder can't be written", _OWNER),
    sqlite3.SQLITE_CANTOPEN: ("the file can't be opened", _OWNER),
    sqlite3.SQLITE_INTERRUPT: ("it was interrupted", _AGAIN),
    sqlite3.SQLITE_IOERR: ("the disk can't be read or written", "Check its free space: `df -h`. Then try again."),
    sqlite3.SQLITE_FULL: ("the disk is full", _ROOM),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", _DAMAGED),
    sqlite3.SQLITE_NOTADB: ("the file is damaged, or it is no SQLite database", _DAMAGED),
}
_LOGIN = "Correct the user and the password in CLONE_DATABASE_URL or CLONE_DB_DIRECT_URL."
# The same for Postgres, by how the SQLSTATE begins, the longer before the shorter.
_POSTGRES = {
    "25006": ("the server only reads", "Point CLONE_DATABASE_URL to the server that writes."),
    "42501": ("its login lacks a right that this needs", "Give it the role clone_app: see docs/howto/postgres.md."),
    "55P03": ("another program holds a lock", _AGAIN),
    "57P03": ("the server is just starting or stopping", _AGAIN),
    "53100": ("the server's disk is full", _ROOM),
    "53300": ("the server has too many connections", "Lower CLONE_DB_CONNECTIONS, or try again in a minute."),
    "3D": ("the server has no database of that name", "Make it with `createdb`, then run `clone-mcp db upgrade`."),
    "28": ("the server refused the login", _LOGIN),
    "08": ("the connection to the server was lost", _AGAIN),
    "40": ("another program was changing the same rows", _AGAIN),
    "53": ("the server is short of memory, disk or connections", _AGAIN),
    "57": ("the server broke the work off", _AGAIN),
    "58": ("the server can't read or write its files", "See the log of Postgres."),
}


def translated(exc: Exception) -> CloneError:
    """The error that the core knows for one of the driver's."""
    if found := _reason(exc, sqlstate(exc)):
        reason, hint = found
        return Unavailable(f"The database can't be used right now: {reason}.", hint=hint)
    return CloneError("The database refused what Clone asked of it.", hint="This is a bug; please report it.")


def lacks_a_right(exc: Exception) -> bool:
    """Whether the login may not do that. A row of another tenant has the same code, and is a bug of ours."""
    return sqlstate(exc) == "42501" and "row-level security" not in str(getattr(exc, "orig", ""))


def sqlstate(exc: Exception) -> str:
    """What Postgres calls it; empty where it is none of its errors."""
    return str(getattr(getattr(exc, "orig", None), "sqlstate", None) or "")


def _reason(exc: Exception, state: str) -> tuple[str, str] | None:
    for start, found in _POSTGRES.items():
        if state.startswith(start) and (state != "42501" or lacks_a_right(exc)):
            return found
    if isinstance(exc, PoolTimeoutError):
        return "every connection is in use", "Raise CLONE_DB_CONNECTIONS, or try again in a minute."
    if isinstance(exc, InterfaceError):
        return "the connection to the server was lost", _AGAIN
    if isinstance(exc, OSError):
        return _out_of_reach(exc)
    code = getattr(getattr(exc, "orig", exc), "sqlite_errorcode", None)
    invalidated = isinstance(exc, DBAPIError) and exc.connection_invalidated
    lost = ("the connection to the server was lost", _AGAIN) if invalidated else None
    return lost if code is None else _SQLITE.get(code & 0xFF, lost)


def _out_of_reach(exc: OSError) -> tuple[str, str]:
    """A file that can't be opened has a name; a server that can't be reached has none."""
    if exc.filename is not None:
        return (
            f"its file can't be opened ({_why_unreachable(exc)})",
            "Run `clone-mcp doctor`: it names the file and what to do.",
        )
    return (
        f"the server can't be reached ({_why_unreachable(exc)})",
        "Start Postgres, or correct the host and the port in CLONE_DATABASE_URL.",
    )


def _why_unreachable(exc: OSError) -> str:
    """Why, without the address: asyncio puts it into the text."""
    kinds = {ConnectionRefusedError: "connection refused", TimeoutError: "it did not answer in time"}
    found = next((said for kind, said in kinds.items() if isinstance(exc, kind)), "")
    return found or (exc.strerror or "no connection").partition(" (")[0][:100]
