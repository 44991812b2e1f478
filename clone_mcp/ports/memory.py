"""What memory needs from storage, within one tenant's transaction.

The lowest tier, raw rows with their embeddings, is in rows.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.act import CountableAnswer, DecidedAct
from clone_mcp.models.memory import Episode, Evidence, Fact, Layer, Profile, Ref, Review, Tally, Tombstone
from clone_mcp.ports.rows import BundleQuery, BundleRows, Embeddings, Raws
from clone_mcp.ports.standing import StandingAnswers


class Episodes(Protocol):
    """L1."""

    async def get(self, episode_id: str) -> Episode: ...

    async def of(self, ids: Sequence[str]) -> Sequence[Episode]:
        """Those of the episodes that exist, in no order."""
        ...

    async def put(self, episode: Episode, at: datetime) -> None: ...

    async def newest(
        self, *, since: datetime | None, limit: int, offset: int = 0, session_id: str | None = None
    ) -> Sequence[Episode]:
        """By when they ended, newest first."""
        ...

    async def unpromoted(self, *, limit: int, since: datetime | None = None, again: bool = False) -> Sequence[Episode]:
        """Episodes written since facts were last distilled from them, oldest first.

        Only those that ended `since` then; with `again`, those that were promoted before too.
        """
        ...

    async def promoted(self, episode_id: str, at: datetime) -> None:
        """Note that facts were distilled from it."""
        ...

    async def to_distil(self, *, since: datetime | None, limit: int, again: bool) -> Sequence[Episode]:
        """Episodes that no model has read since they were written, or all of them; newest first."""
        ...

    async def written_by(self, method: str) -> Sequence[tuple[Episode, datetime]]:
        """Episodes whose words are this method's, each with when it was last written; oldest first."""
        ...

    async def distilled(self, episode_id: str, at: datetime) -> None:
        """Note that a model has read it."""
        ...

    async def drop(self, episode_id: str) -> None:
        """Remove it and its links. No error when it is gone already."""
        ...

    async def pending(
        self, *, limit: int, idle_since: datetime | None = None, since: datetime | None = None, again: bool = False
    ) -> Sequence[str]:
        """Sessions with events newer than their summary that have ended or have been idle since then.

        Without `idle_since`, whether they ended or not; only those active `since` then; with `again`, those that are
        summarised up to their last event too.
        """
        ...

    async def summarised(self, session_id: str, at: datetime) -> None:
        """Note that a session's rows up to now are in episodes."""
        ...


class Facts(Protocol):
    """L2."""

    async def get(self, fact_id: str) -> Fact: ...

    async def of(self, ids: Sequence[str]) -> Sequence[Fact]:
        """Those of the facts that exist, in no order."""
        ...

    async def by_key(self, key: str) -> Fact | None:
        """The fact that makes this claim."""
        ...

    async def put(self, fact: Fact) -> None: ...

    async def top(self, *, limit: int, goal: str = "", tags: Sequence[str] = ()) -> Sequence[Fact]:
        """Facts that bundles may hold, most important first; `goal` must be in the text, one of `tags` on the fact."""
        ...

    async def all(self, *, limit: int | None = None, offset: int = 0) -> Sequence[Fact]:
        """Every fact, most important first, so archived ones last."""
        ...

    async def keys(self) -> Sequence[str]: ...

    async def confirmed(self) -> Sequence[Fact]:
        """Facts in use that the person has confirmed."""
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

    async def decays(self, *, before: datetime) -> Mapping[str, float]:
        """By key: what outcomes that were reported before a moment, and still stand, have done to facts."""
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

    async def by_any(self, citing: Sequence[Ref]) -> Sequence[tuple[Ref, Ref]]:
        """Pairs of citing and cited, for all of these that cite."""
        ...

    async def of_any(self, cited: Sequence[Ref]) -> Sequence[tuple[Ref, Ref]]:
        """Pairs of citing and cited, for all of these that are cited."""
        ...

    async def of_layer(self, citing: Layer) -> Sequence[tuple[Ref, Ref]]:
        """Pairs of citing and cited, for everything in a layer."""
        ...

    async def drop(self, refs: Sequence[Ref]) -> None:
        """Remove every citation by them and of them."""
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

    async def get(self, review_id: str) -> Review: ...

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

    async def among(self, layer: Layer, names: Sequence[str]) -> Sequence[str]:
        """Those of the names that are buried."""
        ...

    async def all(self) -> Sequence[Tombstone]:
        """Every tombstone, in a fixed order."""
        ...

    async def set_up(self, stones: Sequence[Tombstone]) -> None:
        """Put tombstones of another memory here."""
        ...


class Precedents(Protocol):
    """What answers of the person decided on acts. It goes with the answers."""

    async def uncounted(self, *, limit: int) -> Sequence[CountableAnswer]:
        """The newest answers whose decisions nobody has read yet, newest first. Claimed ones too."""
        ...

    async def decided(self, keys: Sequence[str], *, claims: bool, limit: int) -> Sequence[DecidedAct]:
        """Of each key the newest decisions, at most so many; without `claims` no approval that is a mere claim."""
        ...

    async def count(self, answer_id: str, decided: Sequence[DecidedAct]) -> None:
        """Keep what an answer decided, instead of what was kept of it before. Nothing, if it is gone by now."""
        ...

    async def take_back(self, prediction_id: str, decided: Sequence[DecidedAct]) -> None:
        """Keep what taking back an automatic answer decided, instead of what was kept before."""
        ...

    async def recount(self) -> None:
        """Have every answer counted again."""
        ...


class Memory(Protocol):
    """Memory within a unit of work."""

    async def alone(self, *, erasing: bool = False) -> None:
        """Wait until no other transaction, in any process, changes this tenant's memory; then keep the others waiting.

        Ask before reading what the changes depend on, and at the very beginning when `erasing`: events are erased
        from predictions too, which whoever reports an outcome holds before asking.
        """
        ...

    async def bundle_rows(self, wanted: BundleQuery) -> BundleRows:
        """Everything a bundle is made of, read at once. Rows without text are never among it."""
        ...

    async def counted(self, since: datetime | None) -> Mapping[Layer, Tally]:
        """How much there is in each tier."""
        ...

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
    @property
    def embeddings(self) -> Embeddings: ...
    @property
    def precedents(self) -> Precedents: ...
    @property
    def standing(self) -> StandingAnswers: ...
