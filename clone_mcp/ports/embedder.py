"""What turns texts into numbers by their meaning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol


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
