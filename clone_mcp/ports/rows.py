"""Memory's lowest tier, within one tenant's transaction: its rows, their embeddings, and what a bundle picks from them.

The tiers above are in memory.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from clone_mcp.models.events import Record, StoredEvent
from clone_mcp.models.memory import Episode, Fact, Profile, Raw, Ref


class Raws(Protocol):
    """L0: events as sentences."""

    async def get(self, raw_id: str) -> Raw: ...

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

    async def key_of(self, raw_id: str) -> str | None:
        """What prompts that are the same reply share; None for what counts as no reply."""
        ...

    async def questions(self, ids: Sequence[str]) -> Mapping[str, bytes]:
        """What each of the person's prompts answered, as `question_trace` packs it; empty where it answered nothing."""
        ...

    async def unsaid(self, *, limit: int) -> Sequence[StoredEvent]:
        """Events that have no sentence yet."""
        ...

    async def say(self, event_id: str, sentence: str, sketch: int) -> None: ...

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

    async def prediction_ids(
        self, *, project: str | None, session_id: str | None, since: datetime | None, until: datetime | None
    ) -> Sequence[str]:
        """Ids of the predictions that match every condition given."""
        ...

    async def erase_predictions(self, prediction_ids: Sequence[str]) -> int:
        """Remove predictions, their feedback, and all that was counted of it."""
        ...

    async def retract(
        self, shown: Sequence[Ref], *, profiles_since: datetime | None, phrase: Callable[[str], str]
    ) -> None:
        """Remove what models wrote in predictions after they were shown any of these, or a profile compiled since then.

        What the person types anyhow stays: `phrase` is how replies are counted.
        """
        ...


@dataclass(frozen=True, slots=True)
class RecordedEvent:
    """An event as it was recorded, with what recording it again elsewhere takes."""

    event: StoredEvent
    project: str | None
    """Its session's, as far as this event tells it: with a session's start, or with every event if it has none."""
    counts: bool
    """Whether it was counted as a reply of the person."""


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


class Embedder(Protocol):
    """A model of what texts mean. It runs on this machine and reaches no other.

    Embedding takes tens of milliseconds a text: never on the event loop, never within a transaction.
    """

    @property
    def name(self) -> str:
        """Tells its embeddings from those of other models."""
        ...

    def embed(self, texts: Sequence[str]) -> Sequence[bytes]:
        """Each text's embedding, as it is stored."""
        ...

    def question(self, text: str) -> bytes:
        """One text's embedding. The newest are remembered."""
        ...

    def likeness(self, question: bytes, others: Sequence[bytes]) -> Sequence[float]:
        """How near others are to a question, from -1 to 1. Quick."""
        ...


class Embeddings(Protocol):
    """Stored embeddings of raw rows. They go when their rows go."""

    async def missing(self, embedder: str, *, since: datetime, limit: int) -> Sequence[tuple[str, str]]:
        """Ids and texts of rows that this embedder has not embedded, newest first."""
        ...

    async def put(self, embedder: str, embeddings: Sequence[tuple[str, bytes]]) -> None:
        """Keep embeddings, instead of those by another embedder. Rows that are gone by now are passed over."""
        ...
