"""Every table, once, for both databases.

Each key of a tenant's table starts with tenant_id, so that a reference across tenants can't be written and the
tables can be partitioned by tenant. Ids are made by us or by the client, never by a sequence.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from clone_mcp.storage.types import Json, Text, UtcDateTime

_DOUBLE: sa.types.TypeEngine[float] = sa.Double()

HEAD = "0001"
"""The revision this code needs. `migrations/versions` leads there."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _tenant() -> sa.Column[Any]:
    return sa.Column("tenant_id", sa.Uuid(), primary_key=True)


def _id(name: str = "id") -> sa.Column[Any]:
    return sa.Column(name, Text(), primary_key=True)


def _references(table: str, *columns: str, **more: Any) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", *columns], [f"{table}.tenant_id", f"{table}.id"], ondelete="CASCADE", **more
    )


tenants = sa.Table(
    "tenants",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("name", Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

api_keys = sa.Table(
    "api_keys",
    metadata,
    _tenant(),
    _id(),
    sa.Column("name", Text(), nullable=False),
    sa.Column("prefix", Text(), nullable=False, index=True),
    sa.Column("digest", sa.LargeBinary(), nullable=False),
    sa.Column("scope", Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("last_used_at", UtcDateTime()),
    sa.Column("revoked_at", UtcDateTime()),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    _tenant(),
    _id(),
    sa.Column("source", Text(), nullable=False),
    sa.Column("source_detail", Text()),
    sa.Column("project", Text()),
    sa.Column("started_at", UtcDateTime(), nullable=False),
    sa.Column("ended_at", UtcDateTime()),
    sa.Column("active_at", UtcDateTime(), nullable=False),
    # What the person's next prompt of this session will be the answer to, and what they typed last.
    sa.Column("question", sa.LargeBinary()),
    sa.Column("last_key", Text()),
    # Set when last_key was learned from feedback: the same prompt, recorded next, must not count again.
    sa.Column("told", sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    sa.Index(None, "tenant_id", "active_at"),
)

events = sa.Table(
    "events",
    metadata,
    _tenant(),
    _id(),
    sa.Column("session_id", Text(), nullable=False),
    sa.Column("type", Text(), nullable=False),
    sa.Column("source", Text(), nullable=False),
    sa.Column("source_detail", Text()),
    sa.Column("label", Text()),
    sa.Column("author", Text(), nullable=False),
    sa.Column("channel", Text(), nullable=False),
    sa.Column("occurred_at", UtcDateTime(), nullable=False),
    sa.Column("received_at", UtcDateTime(), nullable=False),
    sa.Column("redactions", sa.Integer(), nullable=False),
    sa.Column("payload", Json, nullable=False),
    # Held against the sessions when the transaction ends: an event is added first, and its session only if it is new.
    _references("sessions", "session_id", deferrable=True, initially="DEFERRED"),
    sa.Index(None, "tenant_id", "session_id", "occurred_at"),
    sa.Index(None, "tenant_id", "occurred_at"),
)

replies = sa.Table(
    "replies",
    metadata,
    _tenant(),
    _id(),  # of the event, or of the prediction whose feedback told
    sa.Column("session_id", Text(), nullable=False),
    sa.Column("key", Text(), nullable=False),
    sa.Column("question", sa.LargeBinary(), nullable=False),
    sa.Column("previous", Text()),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    sa.Index(None, "tenant_id", "at"),
    sa.Index(None, "tenant_id", "key"),
)

phrases = sa.Table(
    "phrases",
    metadata,
    _tenant(),
    _id("key"),
    sa.Column("text", Text(), nullable=False),
    sa.Column("times", sa.Integer(), nullable=False),
    sa.Column("last_at", UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    sa.Index(None, "tenant_id", "times", "last_at"),
)

counters = sa.Table(
    "counters",
    metadata,
    _tenant(),
    _id("name"),
    sa.Column("value", sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
)

predictions = sa.Table(
    "predictions",
    metadata,
    _tenant(),
    _id(),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("agent", Text(), nullable=False),
    sa.Column("session_id", Text()),  # may be a client's own id, so no reference
    sa.Column("agent_input", Text(), nullable=False),
    sa.Column("options", Json, nullable=False),
    sa.Column("k", sa.Integer(), nullable=False),
    sa.Column("threshold", _DOUBLE, nullable=False),
    sa.Column("candidates", Json, nullable=False),
    sa.Column("decision", Text(), nullable=False),
    sa.Column("acted_at", UtcDateTime()),
    sa.Column("abstained", Text()),
    sa.Column("stop_recommended", sa.Boolean(), nullable=False),
    sa.Column("model", Text(), nullable=False),
    sa.Column("cited_facts", Json, nullable=False),
    sa.Column("snapshot", Json, nullable=False),
    sa.Column("latency_ms", _DOUBLE, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("outcome", Text()),
    sa.Column("outcome_by", Text()),
    sa.Column("outcome_at", UtcDateTime()),
    sa.Column("actual_response", Text()),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    sa.Index(None, "tenant_id", "created_at"),
    sa.Index(None, "tenant_id", "session_id", "created_at"),
)

feedback = sa.Table(
    "feedback",
    metadata,
    _tenant(),
    _id(),
    sa.Column("prediction_id", Text(), nullable=False),
    sa.Column("outcome", Text(), nullable=False),
    sa.Column("actual_response", Text()),
    sa.Column("by", Text(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    _references("predictions", "prediction_id"),
    sa.Index(None, "tenant_id", "prediction_id"),
)

jobs = sa.Table(
    "jobs",
    metadata,
    _tenant(),
    _id(),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("dedupe_key", Text()),
    sa.Column("serialize_by", Text()),
    sa.Column("run_at", UtcDateTime(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], ondelete="CASCADE"),
    sa.UniqueConstraint("tenant_id", "dedupe_key"),
    sa.Index(None, "tenant_id", "run_at"),
)

DIRECTORY = frozenset({tenants, api_keys})
"""Tables that are read before a tenant is known. All others are under row-level security on Postgres."""
