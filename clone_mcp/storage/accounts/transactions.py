"""What the directory needs of a database: whole transactions that name no tenant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from clone_mcp.storage.scope import Upsert

T = TypeVar("T")


class Transactions(Protocol):
    """Runs a function in a transaction of its own."""

    async def once(
        self, tenant: UUID | None, function: Callable[[sa.Connection], T], *, readonly: bool = False
    ) -> T: ...


def unless_taken(table: sa.Table) -> Upsert:
    """Insert and say the new row's first column; insert nothing where any unique key is taken."""

    def build(insert: Any) -> Any:
        return insert(table).on_conflict_do_nothing().returning(table.columns[0])

    return Upsert(sqlite=build(sqlite.insert), postgresql=build(postgresql.insert))
