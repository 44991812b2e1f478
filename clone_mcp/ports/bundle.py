"""What a bundle is read from: candidates, looked through where they lie, and the rows of those that were picked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from clone_mcp.models.memory import Episode, Fact, Profile, Raw

Mark = tuple[str, bytes | None, bytes | None]
"""A row's id, its sketch, and its embedding: enough to rank it by, without its text."""

Pick = Callable[[Sequence[Mark]], Sequence[str]]
"""From marks, newest first, to the ids of the rows that are worth reading. Runs in the transaction, so it must be quick
and touch nothing."""


@dataclass(frozen=True, slots=True)
class BundleQuery:
    """What to read."""

    since: datetime
    raws_looked_at: int
    episodes_looked_at: int
    """So many of the newest are looked through."""
    facts: int
    episodes: Pick
    raws: Pick
    goal: str = ""
    tags: tuple[str, ...] = ()
    embedder: str | None = None
    """The name of the embedder whose embeddings to bring along."""


@dataclass(frozen=True, slots=True)
class BundleRows:
    """What was read. Episodes and raw rows as they were picked, best first."""

    profile: Profile | None
    facts: Sequence[Fact]
    episodes: Sequence[Episode]
    raws: Sequence[Raw]
