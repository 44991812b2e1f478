"""Where turns come from: a person's own record in the store, or a file with the conversations of many people.

Which turns are questions is decided in timeline.py.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.models.events import Author, Channel, StoredEvent
from clone_mcp.ports import Storage

_PAGE = 500
"""Stored turns that are read in one transaction."""
_TEXT_OF = {"agent.prompt": "prompt", "agent.response": "response"}


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one person's session with an agent."""

    session_id: str
    index: int
    by_person: bool
    text: str
    id: str = ""
    at: datetime | None = None
    """Only stored turns have an id and a time; turns from a file have neither."""
    attested: bool = False
    """Whether somebody vouches for it, and not only an agent that says so."""


async def own_turns(storage: Storage, tenant: UUID, *, page: int = _PAGE) -> AsyncIterator[Turn]:
    """What the person typed and what agents said to them, oldest first. Each page is a transaction of its own."""
    after: tuple[datetime, str] | None = None
    while True:
        async with storage.begin(tenant, readonly=True) as uow:
            events = await uow.events.turns(after=after, limit=page)
        for event in events:
            yield _stored_turn(event)
        if len(events) < page:
            return
        after = (events[-1].occurred_at, events[-1].id)


async def listed_turns(turns: Iterable[Turn]) -> AsyncIterator[Turn]:
    """Turns that are in memory already, in the form that a replay reads."""
    for turn in turns:
        yield turn


def read_people(path: Path) -> dict[str, Sequence[Turn]]:
    """Each person's turns in their order of time. Raises Invalid when the file is not such conversations."""
    rows: defaultdict[str, list[tuple[Any, int, Turn]]] = defaultdict(list)
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                rows[str(row["user"])].append((row.get("order_ts"), number, _file_turn(row)))
    except OSError as exc:
        raise Invalid(f"{path} can't be read: {exc}.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise Invalid(f"{path} does not hold one turn a line: {exc!r}.", hint="docs/reference/cli.md.") from exc
    return {person: _in_order(mine) for person, mine in rows.items()}


def _stored_turn(event: StoredEvent) -> Turn:
    text = str(event.payload[_TEXT_OF[event.type]])
    attested = event.channel is Channel.ATTESTED
    return Turn(event.session_id, 0, event.author is Author.PERSON, text, event.id, event.occurred_at, attested)


def _file_turn(row: dict[str, Any]) -> Turn:
    return Turn(str(row["session_id"]), int(row["turn_index"]), row["role"] == "user", str(row["text"]))


def _in_order(mine: Sequence[tuple[Any, int, Turn]]) -> Sequence[Turn]:
    """By order_ts if every line of this person has one, else as the file has them. Ties keep the file's order."""
    if any(order is None for order, _, _ in mine):
        return [turn for _, _, turn in mine]
    return [turn for _, _, turn in sorted(mine, key=lambda row: row[:2])]
