"""How alike rows are to a question: one scorer, whatever the database.

All rows are ranked by their sketches first, which costs next to nothing, then the best by their words. What is rare
counts more, in both: a word that every row has tells them apart from nothing. With an embedder, rows that mean the same
in other words rank beside those that share them.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from clone_mcp.language.wording import SKETCH_BITS, sketch, words
from clone_mcp.models.memory import Episode, Raw
from clone_mcp.ports.rows import Embedder, Mark

Row = TypeVar("Row", Episode, Raw)

_TAIL = 1200
_WORDS = 60
"""What an agent waits on stands at the end of what it says."""

_BYTES = SKETCH_BITS // 8
_IS_SET = [bytes(byte >> bit & 1 for byte in range(256)) for bit in range(8)]
"""For each bit of a byte, a translation from bytes to whether they have it."""

_LANE = 2
_MOST = 0xFFFF
"""A row's score is summed in a lane of two bytes."""

_LONG = 20
"""Words that a row may have without being held to be about everything."""

_FUSION = 60
"""Of reciprocal rank fusion: how much being first is worth over being tenth."""


@dataclass(frozen=True, slots=True)
class RankQuery:
    """A question, ready to be compared with."""

    words: frozenset[str] = frozenset()
    embedding: bytes | None = None
    embedder: Embedder | None = None

    @classmethod
    def of(cls, text: str, embedder: Embedder | None = None) -> RankQuery:
        """With an embedder this is slow: see there."""
        if not text.strip():
            return cls()
        asked = frozenset(words(text[-_TAIL:])[-_WORDS:])
        return cls(asked, embedder.question(text[-_TAIL:]) if embedder else None, embedder)


class Ranking:
    """Ranks the rows of one kind: first their marks, then those that were picked by their texts."""

    def __init__(self, asked: RankQuery, *, most: int) -> None:
        self._asked = asked
        self._most = most
        self._bits = {word: sketch(word).bit_length() - 1 for word in asked.words}
        self._weights: dict[int, float] = {}
        self._meaning: dict[str, int] = {}

    def pick(self, marks: Sequence[Mark]) -> list[str]:
        """The best `most`, best first; among equals the newest."""
        self._meaning = self._by_meaning(marks)
        scores = self._by_sketch(marks)
        order = sorted(range(len(marks)), key=scores.__getitem__, reverse=True)
        by_words = [marks[place][0] for place in order]
        if not self._meaning:
            return by_words[: self._most]
        sharing = {marks[place][0]: rank for rank, place in enumerate(order) if scores[place]}
        return self._fused(by_words, sharing)[: self._most]

    def ranked(self, rows: Sequence[Row], text: Callable[[Row], str]) -> list[Row]:
        """Rows that were picked, in that order, by what their texts share with the question."""
        shared = {row.id: self._shared(words(text(row))) for row in rows}
        best = sorted(rows, key=lambda row: -shared[row.id])
        if not self._meaning:
            return best
        by_id = {row.id: row for row in best}
        sharing = {row.id: rank for rank, row in enumerate(best) if shared[row.id]}
        return [by_id[each] for each in self._fused(list(by_id), sharing)]

    def _by_sketch(self, marks: Sequence[Mark]) -> Sequence[int]:
        """A score for each: the weights of the bits it shares.

        Bit by bit for all rows at once, as columns of bytes that are summed as one large number. That is several times
        as fast as row by row, and tells how rare each bit is on the way.
        """
        block = _block([drawn for _, drawn, _ in marks])
        columns: list[tuple[float, bytes]] = []
        for bit in set(self._bits.values()):
            column = block[_BYTES - 1 - bit // 8 :: _BYTES].translate(_IS_SET[bit % 8])
            having = column.count(1)
            self._weights[bit] = math.log1p(len(marks) / max(1, having))
            if having:
                columns.append((self._weights[bit], column))
        scale = _MOST / max(1.0, sum(weight for weight, _ in columns))
        total = sum(int(weight * scale) * _lanes(column) for weight, column in columns)
        return struct.unpack(f"<{len(marks)}H", total.to_bytes(_LANE * len(marks), "little"))

    def _by_meaning(self, marks: Sequence[Mark]) -> dict[str, int]:
        """The place of each row that has an embedding."""
        asked, embedded = self._asked, [(name, vector) for name, _, vector in marks if vector is not None]
        if asked.embedder is None or asked.embedding is None or not embedded:
            return {}
        near = asked.embedder.likeness(asked.embedding, [vector for _, vector in embedded])
        order = sorted(range(len(embedded)), key=near.__getitem__, reverse=True)
        return {embedded[place][0]: rank for rank, place in enumerate(order)}

    def _shared(self, held: Sequence[str]) -> float:
        common = self._asked.words.intersection(held)
        return sum(self._weights[self._bits[word]] for word in common) / math.sqrt(_LONG + len(held)) if common else 0.0

    def _fused(self, ids: Iterable[str], sharing: dict[str, int]) -> list[str]:
        """By both orders; rows that one of them knows nothing of get nothing from it."""

        def worth(name: str) -> float:
            places = (order[name] for order in (sharing, self._meaning) if name in order)
            return sum(1 / (_FUSION + place) for place in places)

        return sorted(ids, key=lambda name: -worth(name))


def _block(sketches: Sequence[bytes | None]) -> bytes:
    """All sketches in a row, each as wide as any. Nearly all of them are so already."""
    full = [drawn for drawn in sketches if drawn]
    block = b"".join(full)
    if len(block) == len(sketches) * _BYTES:
        return block
    return b"".join([(drawn or b"").rjust(_BYTES, b"\0") for drawn in sketches])


def _lanes(column: bytes) -> int:
    """A column as one number with room for a sum in each place."""
    wide = bytearray(_LANE * len(column))
    wide[::_LANE] = column
    return int.from_bytes(wide, "little")
