"""Conversations of many people, read from a file."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.errors import Invalid


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn of one person's session with an agent."""

    session_id: str
    index: int
    by_person: bool
    text: str
    id: str = ""
    at: datetime | None = None
    """Where both are known: turns that were stored."""
    attested: bool = False
    """Whether somebody vouches for it, and not only an agent that says so."""


def read_people(path: Path) -> dict[str, Sequence[Turn]]:
    """Each person's turns in their order of time. Raises Invalid when the file is not such conversations."""
    rows: defaultdict[str, list[tuple[Any, int, Turn]]] = defaultdict(list)
    try:
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                row = json.loads(line)
                rows[str(row["user"])].append((row.get("order_ts"), number, _turn(row)))
    except OSError as exc:
        raise Invalid(f"{path} can't be read: {exc}.") from exc
    except (ValueError, KeyError, TypeError) as exc:
        raise Invalid(f"{path} does not hold one turn a line: {exc!r}.", hint="docs/reference/cli.md.") from exc
    return {person: _in_order(mine) for person, mine in rows.items()}


def _turn(row: dict[str, Any]) -> Turn:
    return Turn(str(row["session_id"]), int(row["turn_index"]), row["role"] == "user", str(row["text"]))


def _in_order(mine: Sequence[tuple[Any, int, Turn]]) -> Sequence[Turn]:
    """By order_ts, which every line of a person has or none; what it does not tell apart stays as it stands."""
    if any(order is None for order, _, _ in mine):
        return [turn for _, _, turn in mine]
    return [turn for _, _, turn in sorted(mine, key=lambda row: row[:2])]
