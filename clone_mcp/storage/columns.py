"""What the tables are made of: column types that mean the same on both databases, keys, references, and JSON as text.

The tables themselves are in `schema.py`, `memory_schema.py` and `accounts_schema.py`.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import SchemaItem

from clone_mcp.models.text import clean, clean_payload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An aware moment in UTC. SQLite keeps microseconds since 1970, because its own type forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        column = sa.BigInteger() if dialect.name == "sqlite" else postgresql.TIMESTAMP(timezone=True)
        return dialect.type_descriptor(column)

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return (value - _EPOCH) // _MICROSECOND

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if dialect.name == "sqlite":
            return _EPOCH + timedelta(microseconds=value)
        return value.replace(tzinfo=UTC)  # asyncpg forgets the zone of the first and the last moment there is


class Text(sa.types.TypeDecorator[str]):
    """Text of whatever kind: what a database can't hold is replaced on the way in, and when it is asked for."""

    impl = sa.Text()
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        return value if value is None else clean(value)


Json = sa.JSON(none_as_null=True).with_variant(postgresql.JSONB(none_as_null=True), "postgresql")
DOUBLE: sa.types.TypeEngine[float] = sa.Double()

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def tenant_table(name: str, *parts: SchemaItem) -> sa.Table:
    """A table of tenants' rows: the first part of its key is the tenant."""
    return sa.Table(name, metadata, sa.Column("tenant_id", sa.Uuid(), primary_key=True), *parts)


def identifier(name: str = "id") -> sa.Column[Any]:
    """A further part of the key."""
    return sa.Column(name, Text(), primary_key=True)


def of_tenant() -> sa.ForeignKeyConstraint:
    """Rows that go when their tenant goes."""
    return sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE")


def references(table: str, *columns: str, **more: Any) -> sa.ForeignKeyConstraint:
    """A reference within the tenant; the row goes with what it refers to."""
    return sa.ForeignKeyConstraint(
        ["tenant_id", *columns], [f"{table}.tenant_id", f"{table}.id"], ondelete="CASCADE", **more
    )


def only_where(condition: str) -> dict[str, Any]:
    """What makes an index one over some rows only."""
    return {"sqlite_where": sa.text(condition), "postgresql_where": sa.text(condition)}


_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode  # compact, readable in any language


def dumps(value: Any) -> str:
    """The value as JSON that both databases take: without NUL and without halves of surrogate pairs."""
    text = _encode(value)
    if r"\u0000" in text:
        text = _encode(clean_payload(value))
    return clean(text)
