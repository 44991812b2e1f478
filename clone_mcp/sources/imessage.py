"""Reads Messages on a Mac: its database, of which only the person's own messages are taken.

The database is opened in clients/database_files.py, which never writes to it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from clone_mcp.clients.database_files import opened, rows
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log, Turn, regular
from clone_mcp.sources.messages import message

_BEGIN = datetime(2001, 1, 1, tzinfo=UTC)
_NANOSECONDS = 10**11
"""Older systems counted seconds; so large a number counts something finer."""
# Types from 2000 to 3006 are reactions to other messages.
_SENT = """
SELECT m.guid, m.text, m.attributedBody, m.date, COALESCE(c.guid, '')
FROM message m
LEFT JOIN chat_message_join j ON j.message_id = m.ROWID
LEFT JOIN chat c ON c.ROWID = j.chat_id
WHERE m.is_from_me = 1 AND COALESCE(m.associated_message_type, 0) NOT BETWEEN 2000 AND 3006
  AND length(COALESCE(m.attributedBody, '')) < 1048576
ORDER BY m.ROWID
"""


def databases(machine: Machine) -> Iterator[Path]:
    """The database, which only a program with Full Disk Access can read."""
    path = machine.home / "Library" / "Messages" / "chat.db"
    if regular(path):
        yield path


def read(path: Path, log: Log) -> Iterator[Turn]:
    """The person's own messages."""
    with opened(path, log) as connection:
        if connection is None:
            return
        for guid, plain, packed, date, chat in rows(connection, path, log, _SENT):
            words = plain if isinstance(plain, str) and plain else _unpacked(packed)
            at = _at(date)
            if words.strip("\ufffc \n") and at:
                yield message(str(chat), words.replace("\ufffc", "").strip(), at, str(guid))
            else:
                log.drop("messages without words")


def _at(date: object) -> datetime | None:
    if not isinstance(date, int):
        return None
    try:
        return _BEGIN + timedelta(seconds=date / 1e9 if date > _NANOSECONDS else date)
    except OverflowError:
        return None


def _unpacked(packed: object) -> str:
    """The text in an archived attributed string: it stands behind its class's name, with its length before it."""
    if not isinstance(packed, bytes):
        return ""
    at = packed.find(b"+", packed.find(b"NSString")) + 1
    if at <= 0 or at >= len(packed) or b"NSString" not in packed:
        return ""
    size, width = packed[at], {0x81: 2, 0x82: 4}.get(packed[at], 0)
    if width:
        size = int.from_bytes(packed[at + 1 : at + 1 + width], "little")
    return packed[at + 1 + width : at + 1 + width + size].decode("utf-8", "replace")
