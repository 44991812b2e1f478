"""What memory needs of its lowest tier, within one tenant's transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.events import Record, StoredEvent
from clone_mcp.models.memory import Raw, Ref


class Raws(Protocol):
    """L0: events as sentences."""

    async def get(self, raw_id: str) -> Raw:
        """The row. Raises NotFound."""
        ...

    async def of(self, ids: Sequence[str]) -> Sequence[Raw]:
        """Those of the rows that exist, oldest first."""
        ...

    async def of_session(self, session_id: str) -> Sequence[Raw]:
        """A session's rows, oldest first."""
        ...

    async def newest(self, *, since: datetime | None, limit: int, offset: int = 0) -> Sequence[Raw]:
        """Newest first."""
        ...

    async def holding(self, words: Sequence[str], *, every: bool, limit: int) -> Sequence[Raw]:
        """The newest rows with every one of the words in them, or any: also inside a longer one. Reads all rows."""
        ...

    async def saying(self, key: str, *, limit: int) -> Sequence[Raw]:
        """The newest prompts of the person that count as the same reply."""
        ...

    async def unsaid(self, *, limit: int) -> Sequence[StoredEvent]:
        """Events that have no sentence yet."""
        ...

    async def say(self, event_id: str, sentence: str, sketch: int) -> None:
        """Give an event its sentence."""
        ...

    async def select(
        self, *, project: str | None, session_id: str | None, since: datetime | None, until: datetime | None
    ) -> Sequence[str]:
        """Ids of all events, sentences or not, that match every condition given."""
        ...

    async def add(self, record: Record) -> bool:
        """Append an event in this transaction. False, and nothing changed, when its id is known."""
        ...

    async def erase(self, ids: Sequence[str], at: datetime) -> int:
        """Remove events, all that was counted of them, and any trace of their text; their ids stay taken."""
        ...

    async def asked(
        self, *, project: str | None, session_id: str | None, since: datetime | None, until: datetime | None
    ) -> Sequence[str]:
        """Ids of the predictions that match every condition given."""
        ...

    async def erase_asked(self, prediction_ids: Sequence[str]) -> int:
        """Remove predictions, their feedback, and all that was counted of it."""
        ...

    async def retract(
        self, shown: Sequence[Ref], *, profiles_since: datetime | None, phrase: Callable[[str], str]
    ) -> None:
        """Remove what models wrote in predictions after they were shown any of these, or a profile compiled since then.

        What the person types anyhow stays: `phrase` is how replies are counted.
        """
        ...
