"""What language models were asked for, and what it used up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.usage import ModelCall, Purpose, Usage
from clone_mcp.storage.schema import usage
from clone_mcp.storage.scope import InScope, Scope, Upsert, rows

_TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_tokens")
_BOOK = Upsert.replacing(usage, (*_TOKENS, "estimated"))
_SINCE = rows(usage).where(usage.c.at >= sa.bindparam("moment")).order_by(usage.c.at, usage.c.id)
_LAST = rows(usage, sa.func.max(usage.c.at).label("at")).where(usage.c.purpose == sa.bindparam("what_for"))


def _call(row: Any) -> ModelCall:
    used = Usage(**{name: getattr(row, name) for name in _TOKENS})
    return ModelCall(row.id, row.at, Purpose(row.purpose), row.model, used, row.estimated)


def _since(scope: Scope, moment: datetime) -> list[Any]:
    scope.take_turn()
    return list(scope.run(_SINCE, moment=moment).all())


class SqlModelCalls:
    """The ModelCalls port."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def since(self, moment: datetime) -> Sequence[ModelCall]:
        return [_call(row) for row in await self._run(lambda scope: _since(scope, moment))]

    async def book(self, call: ModelCall) -> None:
        tokens = {name: getattr(call.usage, name) for name in _TOKENS}
        await self._run(
            lambda scope: scope.run(
                _BOOK,
                id=call.id,
                at=call.at,
                purpose=call.purpose,
                model=call.model,
                estimated=call.estimated,
                **tokens,
            )
        )

    async def last(self, purpose: Purpose) -> datetime | None:
        return await self._run(lambda scope: scope.run(_LAST, what_for=purpose).scalar())
