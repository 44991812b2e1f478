"""What memory needs from storage, within one tenant's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.events import StoredEvent
from clone_mcp.models.memory import Episode, Evidence, Fact, Layer, Profile, Raw, Ref, Review


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

    async def erase(self, ids: Sequence[str], at: datetime) -> int:
        """Remove events, all that was counted of them, and any trace of their text; their ids stay taken."""
        ...


class Episodes(Protocol):
    """L1."""

    async def get(self, episode_id: str) -> Episode:
        """The episode. Raises NotFound."""
        ...

    async def put(self, episode: Episode, at: datetime) -> None:
        """Add or replace it."""
        ...

    async def newest(
        self, *, since: datetime | None, limit: int, offset: int = 0, session_id: str | None = None
    ) -> Sequence[Episode]:
        """By when they ended, newest first."""
        ...

    async def unpromoted(self, *, limit: int) -> Sequence[Episode]:
        """Episodes written since facts were last distilled from them, oldest first."""
        ...

    async def promoted(self, episode_id: str, at: datetime) -> None:
        """Note that facts were distilled from it."""
        ...

    async def drop(self, episode_id: str) -> None:
        """Remove it and its links. No error when it is gone already."""
        ...

    async def pending(self, *, idle_since: datetime, limit: int) -> Sequence[str]:
        """Sessions with events newer than their summary that have ended or have been idle since then."""
        ...

    async def summarised(self, session_id: str, at: datetime) -> None:
        """Note that a session's rows up to now are in episodes."""
        ...


class Facts(Protocol):
    """L2."""

    async def get(self, fact_id: str) -> Fact:
        """The fact. Raises NotFound."""
        ...

    async def by_key(self, key: str) -> Fact | None:
        """The fact that makes this claim."""
        ...

    async def put(self, fact: Fact) -> None:
        """Add or replace it."""
        ...

    async def top(self, *, limit: int, goal: str = "", tags: Sequence[str] = ()) -> Sequence[Fact]:
        """Facts that bundles may hold, most important first; `goal` must be in the text, one of `tags` on the fact."""
        ...

    async def all(self, *, limit: int | None = None, offset: int = 0) -> Sequence[Fact]:
        """Every fact, most important first, so archived ones last."""
        ...

    async def keys(self) -> Sequence[str]:
        """The claims of all facts."""
        ...

    async def expired(self, now: datetime) -> Sequence[Fact]:
        """Candidates whose time is up."""
        ...

    async def drop(self, fact_id: str) -> None:
        """Remove it, its links and its reviews. No error when it is gone already."""
        ...

    async def evidence(self, fact_id: str) -> Sequence[Evidence]:
        """The raw rows it cites that still exist."""
        ...

    async def decayed(self, prediction_id: str, fact_id: str, amount: float) -> None:
        """Make `amount` what this prediction has done to the fact's importance, instead of what it did before."""
        ...


class Links(Protocol):
    """Citations. What compiles cites what it was compiled from."""

    async def cite(self, citing: Ref, cited: Sequence[Ref]) -> None:
        """Add citations; known ones stay."""
        ...

    async def replace(self, citing: Ref, cited: Sequence[Ref]) -> None:
        """Make these its only citations."""
        ...

    async def cited_by(self, citing: Ref) -> Sequence[Ref]:
        """What it cites: one step towards the events."""
        ...

    async def citing(self, cited: Ref) -> Sequence[Ref]:
        """What cites it: one step towards predictions."""
        ...

    async def drop(self, ref: Ref) -> None:
        """Remove every citation by it and of it."""
        ...


class Profiles(Protocol):
    """L3."""

    async def get(self) -> Profile | None: ...

    async def put(self, profile: Profile) -> None: ...

    async def drop(self) -> None: ...


class Reviews(Protocol):
    """Questions that wait for the person."""

    async def waiting(self) -> Sequence[Review]:
        """Oldest first."""
        ...

    async def get(self, review_id: str) -> Review:
        """The question. Raises NotFound."""
        ...

    async def ask(self, review: Review) -> None:
        """Add it, unless the same is asked of the same fact already."""
        ...

    async def drop(self, review_id: str) -> None: ...


class Tombstones(Protocol):
    """What was deleted and must not come back by itself."""

    async def bury(self, layer: Layer, name: str, at: datetime) -> None: ...

    async def buried(self, layer: Layer, name: str) -> datetime | None:
        """When it was deleted, if it was."""
        ...

    async def unbury(self, layer: Layer, name: str) -> None: ...


class Memory(Protocol):
    """Memory within a unit of work."""

    @property
    def raws(self) -> Raws: ...
    @property
    def episodes(self) -> Episodes: ...
    @property
    def facts(self) -> Facts: ...
    @property
    def links(self) -> Links: ...
    @property
    def profiles(self) -> Profiles: ...
    @property
    def reviews(self) -> Reviews: ...
    @property
    def tombstones(self) -> Tombstones: ...
