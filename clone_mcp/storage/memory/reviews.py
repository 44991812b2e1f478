"""Questions that wait for the person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from clone_mcp.errors import NotFound
from clone_mcp.models.memory import Gate, Review
from clone_mcp.storage.memory_schema import reviews
from clone_mcp.storage.scope import InScope, Upsert, remove, rows

_ASK = Upsert.into(reviews, key=("tenant_id", "fact_id", "gate"))
_WAITING = rows(reviews).order_by(reviews.c.asked_at, reviews.c.id)
_ONE = rows(reviews).where(reviews.c.id == sa.bindparam("review"))
_DROP = remove(reviews).where(reviews.c.id == sa.bindparam("review"))


def _review(row: Any) -> Review:
    return Review(row.id, Gate(row.gate), row.fact_id, row.other_fact_id, row.asked_at)


class SqlReviews:
    """The Reviews port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def waiting(self) -> Sequence[Review]:
        return [_review(row) for row in await self._run(lambda scope: scope.run(_WAITING).all())]

    async def get(self, review_id: str) -> Review:
        row = await self._run(lambda scope: scope.run(_ONE, review=review_id).first())
        if row is None:
            raise NotFound("There is no such question.", hint="`clone-mcp review` shows what waits.")
        return _review(row)

    async def ask(self, review: Review) -> None:
        await self._run(
            lambda scope: scope.run(
                _ASK,
                id=review.id,
                gate=review.gate,
                fact_id=review.fact_id,
                other_fact_id=review.other_fact_id,
                asked_at=review.asked_at,
            )
        )

    async def drop(self, review_id: str) -> None:
        await self._run(lambda scope: scope.run(_DROP, review=review_id))
