"""What was last read of people's replies, so that the next reading fetches only what is new.

Nothing depends on its being kept: any server can answer any question, and reads all of it where it knows nothing.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clone_mcp.models.prediction import Answer, Phrase

_TENANTS = 128
"""How many of them have their replies kept in memory."""


@dataclass(frozen=True, slots=True)
class ReadExtent:
    """What was asked for, and the counts at that moment."""

    phrases: int
    answers: int
    total: int
    """Replies that were ever learned and are still there."""
    erasures: int
    """How often some were taken away."""

    def grows_into(self, later: ReadExtent) -> bool:
        """Whether nothing but new replies lies between this reading and a later one."""
        as_many = (self.phrases, self.answers) == (later.phrases, later.answers)
        return as_many and self.erasures == later.erasures and 0 < self.total <= later.total


@dataclass(frozen=True, slots=True)
class KnownReplies:
    """One tenant's newest answers and frequent phrases, in their order."""

    read: ReadExtent
    answers: tuple[Answer, ...]
    phrases: tuple[Phrase, ...]
    latest: datetime | None
    """When the newest answer was given."""


class ReplyCache:
    """The replies last read of a bounded number of tenants."""

    def __init__(self) -> None:
        self._known: OrderedDict[UUID, KnownReplies] = OrderedDict()

    def of(self, tenant: UUID) -> KnownReplies | None:
        """What is kept of a tenant."""
        return self._known.get(tenant)

    def put(self, tenant: UUID, known: KnownReplies) -> None:
        """Keep this instead."""
        self._known[tenant] = known
        self._known.move_to_end(tenant)
        while len(self._known) > _TENANTS:
            self._known.popitem(last=False)
