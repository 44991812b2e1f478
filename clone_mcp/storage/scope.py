"""One tenant's view of one transaction. Statements on tenants' tables are built here, so none can lack the filter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

TURN = "pg_advisory_xact_lock(%d)"
TENANT: sa.BindParameter[UUID] = sa.bindparam("this_tenant", type_=sa.Uuid())


def rows(table: sa.Table, *columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """The tenant's rows of a table."""
    return sa.select(*(columns or (table,))).where(table.c.tenant_id == TENANT)


def change(table: sa.Table) -> sa.Update:
    """An update of the tenant's rows. Its parameters must not be named like columns: those would be set."""
    return sa.update(table).where(table.c.tenant_id == TENANT)


def remove(table: sa.Table) -> sa.Delete:
    """A delete of the tenant's rows."""
    return sa.delete(table).where(table.c.tenant_id == TENANT)


def turn_of(tenant: UUID) -> int:
    """The number under which Postgres lets writers of one tenant's record take turns."""
    return tenant.int & 0x7FFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Upsert:
    """An insert that knows what to do when the key exists. The two dialects spell it alike but type it apart."""

    sqlite: Any
    postgresql: Any

    @classmethod
    def into(
        cls,
        table: sa.Table,
        *,
        update: dict[str, Callable[[Any], Any]] | None = None,
        returning: Sequence[sa.ColumnElement[Any]] = (),
        key: Sequence[str] | None = None,
    ) -> Upsert:
        """Insert; on a known key apply `update`, a callable per column from the new row, or do nothing."""

        def build(insert: Any) -> Any:
            statement = insert(table)
            columns = list(key or table.primary_key.columns.keys())
            if update is None:
                statement = statement.on_conflict_do_nothing(index_elements=columns)
            else:
                values = {name: value(statement.excluded) for name, value in update.items()}
                statement = statement.on_conflict_do_update(index_elements=columns, set_=values)
            return statement.returning(*returning) if returning else statement

        return cls(sqlite=build(sqlite.insert), postgresql=build(postgresql.insert))

    def on(self, connection: sa.Connection) -> Any:
        """The statement as this connection's database spells it."""
        return getattr(self, connection.dialect.name)


class Scope:
    """A connection in a transaction, seen as one tenant."""

    __slots__ = ("_connection", "tenant")

    def __init__(self, connection: sa.Connection, tenant: UUID) -> None:
        self._connection = connection
        self.tenant = tenant

    def run(self, statement: sa.Executable | Upsert, /, **values: Any) -> sa.CursorResult[Any]:
        """Execute a statement made by this module's builders, with the tenant filled in."""
        if isinstance(statement, Upsert):
            return self._connection.execute(statement.on(self._connection), {"tenant_id": self.tenant, **values})
        return self._connection.execute(statement, {TENANT.key: self.tenant, **values})

    def take_turn(self) -> None:
        """Wait for whoever else writes to this tenant's record. SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql("SELECT " + TURN % turn_of(self.tenant))
