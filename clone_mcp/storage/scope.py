"""One tenant's view of one transaction. Statements on tenants' tables are built here, so none can lack the filter."""

from __future__ import annotations

import operator
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol, TypeVar
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

T = TypeVar("T")

TURN = "pg_advisory_xact_lock(%d)"
LONG_AGO = datetime(1900, 1, 1, tzinfo=UTC)
"""Earlier than anything that was ever recorded: `since` where nobody names a moment."""
IDS: sa.BindParameter[Any] = sa.bindparam("ids", expanding=True)
"""What `Scope.rows_of` is asked for."""
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


def between(
    wanted: sa.Select[Any], column: sa.ColumnElement[Any], since: datetime | None, until: datetime | None
) -> sa.Select[Any]:
    """Those from the one moment on and before the other, as far as there are any."""
    if since is not None:
        wanted = wanted.where(column >= since)
    return wanted if until is None else wanted.where(column < until)


def others(table: sa.Table, *names: str) -> list[str]:
    """The columns that are neither part of the key nor among these."""
    return [column.name for column in table.c if not column.primary_key and column.name not in names]


def fields_of(value: Any) -> dict[str, Any]:
    """A dataclass's fields by name, for columns that are called like them. `asdict` would copy what is in them."""
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def value_of(kind: type[T], row: Any, **converted: Any) -> T:
    """The dataclass that a row holds, whose columns are called like its fields, except for those that are given."""
    names: Any = vars(kind)["__dataclass_fields__"]
    return kind(**converted, **{name: getattr(row, name) for name in names if name not in converted})


def turn_of(tenant: UUID) -> int:
    """The number under which Postgres lets writers of one tenant's record take turns."""
    return tenant.int & 0x7FFF_FFFF_FFFF_FFFF


@dataclass(frozen=True, slots=True)
class Upsert:
    """An insert that knows what to do when the key exists. The two dialects spell it alike but type it apart."""

    sqlite: Any
    postgresql: Any

    @classmethod
    def replacing(
        cls, table: sa.Table, columns: Iterable[str], *, returning: Sequence[sa.ColumnElement[Any]] = ()
    ) -> Upsert:
        """Insert; on a known key take these columns from the new row."""
        return cls.into(table, update={name: operator.attrgetter(name) for name in columns}, returning=returning)

    @classmethod
    def into(
        cls,
        table: sa.Table,
        *,
        update: dict[str, Callable[[Any], Any]] | None = None,
        returning: Sequence[sa.ColumnElement[Any]] = (),
        key: Sequence[str] | None = None,
        unless: sa.ColumnElement[bool] | None = None,
    ) -> Upsert:
        """Insert; on a known key apply `update`, a callable per column from the new row, or do nothing.

        With `unless`, do nothing either where that condition holds.
        """

        def build(insert: Any) -> Any:
            statement = insert(table)
            if unless is not None:
                row = [sa.bindparam(column.name, type_=column.type) for column in table.columns]
                statement = statement.from_select(
                    [column.name for column in table.columns], sa.select(*row).where(~unless)
                )
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


def unless_taken(table: sa.Table) -> Upsert:
    """Insert and say the new row's first column; insert nothing where any unique key is taken."""

    def build(insert: Any) -> Any:
        return insert(table).on_conflict_do_nothing().returning(table.columns[0])

    return Upsert(sqlite=build(sqlite.insert), postgresql=build(postgresql.insert))


def in_parts(ids: Sequence[str], size: int = 500) -> Iterator[list[str]]:
    """Ids in lists short enough to be bound to one statement: SQLite took 999 values for long, others among them."""
    for start in range(0, len(ids), size):
        yield list(ids[start : start + size])


class Scope:
    """A connection in a transaction, seen as one tenant."""

    __slots__ = ("_connection", "tenant")

    def __init__(self, connection: sa.Connection, tenant: UUID) -> None:
        self._connection = connection
        self.tenant = tenant

    @property
    def connection(self) -> sa.Connection:
        """For what is no tenant's table."""
        return self._connection

    def run(self, statement: sa.Executable | Upsert, /, **values: Any) -> sa.CursorResult[Any]:
        """Execute a statement made by this module's builders, with the tenant filled in."""
        if isinstance(statement, Upsert):
            return self._connection.execute(statement.on(self._connection), {"tenant_id": self.tenant, **values})
        return self._connection.execute(statement, {TENANT.key: self.tenant, **values})

    def rows_of(self, statement: sa.Executable, ids: Sequence[str], /) -> list[Any]:
        """The rows of a statement over IDS, however many those are."""
        return [row for part in in_parts(ids) for row in self.run(statement, ids=part)]

    def run_many(self, statement: sa.Executable | Upsert, rows: Sequence[dict[str, Any]], /) -> None:
        """Execute the statement for each of these rows. It returns nothing."""
        if rows:
            spelled = statement.on(self._connection) if isinstance(statement, Upsert) else statement
            filled = [{"tenant_id": self.tenant, **row} for row in rows]
            # One row is run as one: drivers take longer for a list of one.
            self._connection.execute(spelled, filled if len(filled) > 1 else filled[0])

    def take_memory(self) -> None:
        """Wait for whoever else changes this tenant's memory. Taken before a turn with the record, never after."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql("SELECT " + TURN % (turn_of(self.tenant) ^ 1))

    def take_turn(self) -> None:
        """Wait for whoever else writes to this tenant's record. SQLite has one writer anyway."""
        if self._connection.dialect.name == "postgresql":
            self._connection.exec_driver_sql("SELECT " + TURN % turn_of(self.tenant))


class InScope(Protocol):
    """Runs a function over the scope of a unit of work."""

    def __call__(self, function: Callable[[Scope], T], /) -> Awaitable[T]: ...


class Repository:
    """A port over one unit of work. What is a single statement, its methods run with one of these."""

    def __init__(self, run: InScope) -> None:
        self._run = run

    async def _execute(self, statement: sa.Executable | Upsert, /, **values: Any) -> int:
        """How many rows it changed."""
        return await self._run(lambda scope: scope.run(statement, **values).rowcount)

    async def _all(self, statement: sa.Executable, /, **values: Any) -> Sequence[Any]:
        return await self._run(lambda scope: scope.run(statement, **values).all())

    async def _first(self, statement: sa.Executable, /, **values: Any) -> Any:
        """None where there is none."""
        return await self._run(lambda scope: scope.run(statement, **values).first())

    async def _scalars(self, statement: sa.Executable, /, **values: Any) -> list[Any]:
        """The first column of each row."""
        return await self._run(lambda scope: list(scope.run(statement, **values).scalars()))

    async def _scalar(self, statement: sa.Executable, /, **values: Any) -> Any:
        """The first column of the first row."""
        return await self._run(lambda scope: scope.run(statement, **values).scalar())
