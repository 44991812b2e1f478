"""Every table, once, for both databases.

Each key of a tenant's table starts with tenant_id, so that a reference across tenants can't be written and the
tables can be partitioned by tenant. Ids are made by us or by the client, never by a sequence.
"""

from __future__ import annotations

import sqlalchemy as sa

# As themselves: whoever takes the metadata from here has every table, those of memory too.
from clone_mcp.storage import memory_schema as memory_schema
from clone_mcp.storage.accounts_schema import attempts, invites, members, sign_ins, users, waitlist
from clone_mcp.storage.columns import (
    DOUBLE,
    Json,
    Text,
    UtcDateTime,
    identifier,
    of_tenant,
    only_where,
    references,
    tenant_table,
)
from clone_mcp.storage.columns import metadata as metadata

HEAD = "0016"
"""The revision this code needs. `migrations/versions` leads there."""
FOUNDATION = "0011"
"""The oldest revision that a database may be at: the migrations begin with the foundation, which ends here."""

tenants = sa.Table(
    "tenants",
    metadata,
    sa.Column("id", sa.Uuid(), primary_key=True),
    sa.Column("name", Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
)

api_keys = tenant_table(
    "api_keys",
    identifier(),
    sa.Column("name", Text(), nullable=False),
    sa.Column("prefix", Text(), nullable=False, index=True),
    sa.Column("digest", sa.LargeBinary(), nullable=False),
    sa.Column("scope", Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("last_used_at", UtcDateTime()),
    sa.Column("revoked_at", UtcDateTime()),
    of_tenant(),
)

sessions = tenant_table(
    "sessions",
    identifier(),
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
    sa.Column("summarised_at", UtcDateTime()),
    of_tenant(),
    sa.Index(None, "tenant_id", "active_at"),
)

events = tenant_table(
    "events",
    identifier(),
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
    # The event as one sentence, and what that is about: memory's raw row.
    sa.Column("sentence", Text()),
    sa.Column("sketch", sa.LargeBinary()),
    # Held against the sessions when the transaction ends: an event is added first, and its session only if it is new.
    references("sessions", "session_id", deferrable=True, initially="DEFERRED"),
    sa.Index(None, "tenant_id", "session_id", "occurred_at"),
    sa.Index(None, "tenant_id", "occurred_at"),
)

replies = tenant_table(
    "replies",
    identifier(),  # of the event, or of the prediction whose feedback told
    sa.Column("session_id", Text(), nullable=False),
    sa.Column("key", Text(), nullable=False),
    sa.Column("question", sa.LargeBinary(), nullable=False),
    sa.Column("previous", Text()),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("text", Text(), nullable=False, server_default=sa.text("''")),
    sa.Column("attested", sa.Boolean(), nullable=False, server_default=sa.false()),  # or else claimed by an agent
    # Null until what it decided is among the precedents.
    sa.Column("counted", sa.Boolean()),
    # What its question is known again by, a digest; empty where it has none. Null until somebody has read it.
    sa.Column("sign", Text()),
    of_tenant(),
    sa.Index(None, "tenant_id", "at"),
    sa.Index(None, "tenant_id", "key"),
    sa.Index("ix_replies_uncounted", "tenant_id", "at", **only_where("counted IS NULL")),
    sa.Index("ix_replies_unsigned", "tenant_id", "at", **only_where("sign IS NULL")),
    sa.Index(None, "tenant_id", "sign"),
)

phrases = tenant_table(
    "phrases",
    identifier("key"),
    sa.Column("text", Text(), nullable=False),
    sa.Column("times", sa.Integer(), nullable=False),
    sa.Column("last_at", UtcDateTime(), nullable=False),
    of_tenant(),
    sa.Index(None, "tenant_id", "times", "last_at"),
)

counters = tenant_table(
    "counters",
    identifier("name"),
    sa.Column("value", sa.BigInteger(), nullable=False),
    of_tenant(),
)

predictions = tenant_table(
    "predictions",
    identifier(),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("agent", Text(), nullable=False),
    sa.Column("session_id", Text()),  # may be a client's own id, so no reference
    sa.Column("agent_input", Text(), nullable=False),
    sa.Column("options", Json, nullable=False),
    sa.Column("k", sa.Integer(), nullable=False),
    sa.Column("threshold", DOUBLE, nullable=False),
    sa.Column("candidates", Json, nullable=False),
    sa.Column("decision", Text(), nullable=False),
    sa.Column("acted_at", UtcDateTime()),
    sa.Column("abstained", Text()),
    sa.Column("stop_recommended", sa.Boolean(), nullable=False),
    sa.Column("model", Text(), nullable=False),
    sa.Column("cited_facts", Json, nullable=False),
    sa.Column("snapshot", Json, nullable=False),
    sa.Column("latency_ms", DOUBLE, nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("outcome", Text()),
    sa.Column("outcome_by", Text()),
    sa.Column("outcome_at", UtcDateTime()),
    sa.Column("actual_response", Text()),
    sa.Column("degraded", Text()),
    sa.Column("usage", Json),
    sa.Column("fit", sa.Integer()),
    sa.Column("asked_model", Text()),
    sa.Column("recency_minutes", sa.Integer()),
    # When what followed in its session was read, and whether it showed that an automatic answer stood.
    sa.Column("settled_at", UtcDateTime()),
    sa.Column("stood", sa.Boolean(), nullable=False, server_default=sa.false()),
    sa.Column("grave", sa.Boolean()),  # null where the answer was too unlikely to ask
    # Whether the outcome says what was meant. False: only that words were alike. Null: from before, not looked at yet.
    sa.Column("by_meaning", sa.Boolean()),
    # What the first candidate would set in motion, and what lets it. Null: from before, or too unlikely to be read.
    sa.Column("acts", Json),
    sa.Column("leave", Json),
    of_tenant(),
    sa.Index(None, "tenant_id", "created_at"),
    sa.Index(None, "tenant_id", "session_id", "created_at"),
)

feedback = tenant_table(
    "feedback",
    identifier(),
    sa.Column("prediction_id", Text(), nullable=False),
    sa.Column("outcome", Text(), nullable=False),
    sa.Column("actual_response", Text()),
    sa.Column("by", Text(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("event_id", Text()),  # of the prompt that told, which may be erased since
    references("predictions", "prediction_id"),
    sa.Index(None, "tenant_id", "prediction_id"),
)

fits = tenant_table(
    "fits",
    identifier("predictor"),
    sa.Column("version", sa.Integer(), primary_key=True, autoincrement=False),
    sa.Column("a", DOUBLE, nullable=False),
    sa.Column("b", DOUBLE, nullable=False),
    sa.Column("labels", sa.Integer(), nullable=False),
    sa.Column("fitted_at", UtcDateTime(), nullable=False),
    sa.Column("details", Json, nullable=False),
    of_tenant(),
)

standing = tenant_table(  # what every prediction has to know: the fits in use, what is switched on, what was promised
    "standing",
    identifier("name"),
    identifier("subject"),
    sa.Column("value", Json, nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    of_tenant(),
)

jobs = tenant_table(
    "jobs",
    identifier(),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("payload", Json, nullable=False),
    sa.Column("dedupe_key", Text()),  # of a job that waits; gone once it is taken
    sa.Column("serialize_by", Text()),
    sa.Column("run_at", UtcDateTime(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("lease_until", UtcDateTime()),
    sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"),
    sa.Column("finished_at", UtcDateTime()),
    sa.Column("error", Text()),
    of_tenant(),
    sa.UniqueConstraint("tenant_id", "dedupe_key"),
    sa.Index(None, "tenant_id", "run_at"),
    sa.Index("ix_jobs_due", "finished_at", "run_at"),
)

usage = tenant_table(
    "usage",
    identifier(),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("purpose", Text(), nullable=False),
    sa.Column("model", Text(), nullable=False),
    sa.Column("input_tokens", sa.Integer(), nullable=False),
    sa.Column("output_tokens", sa.Integer(), nullable=False),
    sa.Column("cache_read_tokens", sa.Integer(), nullable=False),
    sa.Column("cache_write_tokens", sa.Integer(), nullable=False),
    sa.Column("estimated", sa.Boolean(), nullable=False),
    of_tenant(),
    sa.Index(None, "tenant_id", "at"),
)

tenant_settings = tenant_table(
    "tenant_settings",
    sa.Column("requests_per_minute", sa.BigInteger()),  # the server's own where there is none
    sa.Column("tokens_per_day", sa.BigInteger()),
    sa.Column("stored_bytes", sa.BigInteger()),
    sa.Column("model_key", sa.LargeBinary()),  # encrypted
    of_tenant(),
)

meters = tenant_table(
    "meters",
    identifier("name"),
    sa.Column("period", sa.BigInteger(), primary_key=True, autoincrement=False),
    sa.Column("value", sa.BigInteger(), nullable=False),
    of_tenant(),
)


webhooks = tenant_table(
    "webhooks",
    identifier(),
    sa.Column("connector", Text(), nullable=False),
    sa.Column("name", Text(), nullable=False),
    sa.Column("digest", sa.LargeBinary(), nullable=False),
    sa.Column("secret", sa.LargeBinary()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("used_at", UtcDateTime()),
    sa.Column("revoked_at", UtcDateTime()),
    of_tenant(),
)

NOBODYS = frozenset({tenants, users, attempts, waitlist})
"""Tables whose keys name no tenant, because they are what a tenant is found by. On Citus they are reference tables."""

DIRECTORY = NOBODYS | {api_keys, jobs, meters, members, invites, sign_ins}
"""Tables that are read before a tenant is known. All others are under row-level security on Postgres."""
