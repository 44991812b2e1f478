"""What the tables are made of."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from clone_mcp.storage.types import Text

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

DOUBLE: sa.types.TypeEngine[float] = sa.Double()


def tenant_column() -> sa.Column[Any]:
    """The first part of every key of a tenant's table."""
    return sa.Column("tenant_id", sa.Uuid(), primary_key=True)


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
