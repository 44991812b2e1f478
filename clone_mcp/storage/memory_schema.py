"""The tables of memory. Raw rows have none: a raw row is an event's sentence, kept beside it."""

from __future__ import annotations

import sqlalchemy as sa

from clone_mcp.storage.columns import DOUBLE, Json, Text, UtcDateTime, identifier, of_tenant, references, tenant_table

episodes = tenant_table(
    "episodes",
    identifier(),
    sa.Column("session_id", Text()),
    sa.Column("project", Text()),
    sa.Column("started_at", UtcDateTime(), nullable=False),
    sa.Column("ended_at", UtcDateTime(), nullable=False),
    sa.Column("summary", Text(), nullable=False),
    sa.Column("sources", Json, nullable=False),
    sa.Column("tags", Json, nullable=False),
    sa.Column("method", Text(), nullable=False),
    sa.Column("sketch", sa.LargeBinary(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    sa.Column("promoted_at", UtcDateTime()),  # up to when facts were distilled from it
    sa.Column("distilled_at", UtcDateTime()),  # and by a model
    of_tenant(),
    sa.Index(None, "tenant_id", "ended_at"),
    sa.Index(None, "tenant_id", "session_id"),
    sa.Index(None, "tenant_id", "updated_at"),
)

facts = tenant_table(
    "facts",
    identifier(),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("text", Text(), nullable=False),
    sa.Column("key", Text(), nullable=False),
    sa.Column("base", DOUBLE, nullable=False),
    sa.Column("decay", DOUBLE, nullable=False),
    sa.Column("importance", DOUBLE, nullable=False),  # base and decay together, clamped, for ordering
    sa.Column("tier", Text(), nullable=False),
    sa.Column("tags", Json, nullable=False),
    sa.Column("project", Text()),
    sa.Column("gate", Text()),
    sa.Column("explicit", sa.Boolean(), nullable=False),
    sa.Column("method", Text(), nullable=False),
    sa.Column("confirmed_at", UtcDateTime()),
    sa.Column("expires_at", UtcDateTime()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    of_tenant(),
    sa.UniqueConstraint("tenant_id", "key"),
    sa.Index(None, "tenant_id", "importance"),
    sa.Index(None, "tenant_id", "expires_at"),
)

links = tenant_table(
    "links",
    identifier("citing_layer"),
    identifier("citing_id"),
    identifier("cited_layer"),
    identifier("cited_id"),
    of_tenant(),
    sa.Index(None, "tenant_id", "cited_layer", "cited_id"),
)

profiles = tenant_table(
    "profiles",
    sa.Column("body", Text(), nullable=False),
    sa.Column("soul_card", Text(), nullable=False),
    sa.Column("thresholds", Json, nullable=False),
    sa.Column("method", Text(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    of_tenant(),
)

tombstones = tenant_table(
    "tombstones",
    identifier("layer"),
    sa.Column("digest", sa.LargeBinary(), primary_key=True),  # of the id: what is forgotten leaves no name behind
    sa.Column("at", UtcDateTime(), nullable=False),
    of_tenant(),
)

reviews = tenant_table(
    "reviews",
    identifier(),
    sa.Column("gate", Text(), nullable=False),
    sa.Column("fact_id", Text(), nullable=False),
    sa.Column("other_fact_id", Text()),
    sa.Column("asked_at", UtcDateTime(), nullable=False),
    references("facts", "fact_id"),
    sa.UniqueConstraint("tenant_id", "fact_id", "gate"),
)

embeddings = tenant_table(
    "embeddings",
    identifier(),  # of the event
    sa.Column("embedder", Text(), nullable=False),
    sa.Column("embedding", sa.LargeBinary(), nullable=False),
    references("events", "id"),
)

outcomes = tenant_table(
    "outcomes",
    identifier("prediction_id"),
    identifier("fact_id"),
    sa.Column("amount", DOUBLE, nullable=False),  # what the prediction's present outcome gave or took
    references("facts", "fact_id"),
    sa.Index(None, "tenant_id", "fact_id"),
)

precedents = tenant_table(  # what answers of the person decided on acts; no words of theirs
    "precedents",
    identifier("source_id"),  # of the reply, or what an outcome is called that took an automatic answer back
    identifier("key"),
    sa.Column("session_id", Text(), nullable=False),
    sa.Column("approved", sa.Boolean(), nullable=False),
    sa.Column("refused", sa.Boolean(), nullable=False),
    sa.Column("attested", sa.Boolean(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    # It goes with what it comes from, whichever of the two that is.
    sa.Column("reply_id", Text()),
    sa.Column("prediction_id", Text()),
    references("replies", "reply_id"),
    references("predictions", "prediction_id"),
    sa.Index(None, "tenant_id", "key", "at"),
    sa.Index(None, "tenant_id", "reply_id"),
    sa.Index(None, "tenant_id", "prediction_id"),
)

standing_answers = tenant_table(
    "standing_answers",
    identifier(),
    sa.Column("status", Text(), nullable=False),
    sa.Column("origin", Text(), nullable=False),
    # The question: its words for the person, and what it is known again by.
    sa.Column("wording", Text(), nullable=False),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("sign", Text(), nullable=False),
    sa.Column("first_very", Text(), nullable=False),
    sa.Column("marks", Json, nullable=False),
    sa.Column("reply", Text(), nullable=False),
    sa.Column("taken", Json, nullable=False),
    sa.Column("limits", Json, nullable=False),
    sa.Column("very", Json, nullable=False),
    sa.Column("evidence", sa.Integer(), nullable=False),
    sa.Column("sessions", sa.Integer(), nullable=False),
    sa.Column("reason", Text(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("updated_at", UtcDateTime(), nullable=False),
    sa.Column("confirmed_at", UtcDateTime()),
    of_tenant(),
    sa.Index(None, "tenant_id", "sign"),
    sa.Index(None, "tenant_id", "status"),
)

standing_examples = tenant_table(
    "standing_examples",
    identifier("standing_id"),
    identifier("answer_id"),
    sa.Column("session_id", Text(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("wording", Text(), nullable=False),
    sa.Column("reply", Text(), nullable=False),
    sa.Column("kind", Text(), nullable=False),
    sa.Column("very", Text(), nullable=False),
    references("standing_answers", "standing_id"),
    references("replies", "answer_id"),
    sa.Index(None, "tenant_id", "answer_id"),
)

standing_uses = tenant_table(
    "standing_uses",
    identifier("prediction_id"),
    sa.Column("standing_id", Text(), nullable=False),
    sa.Column("at", UtcDateTime(), nullable=False),
    sa.Column("overridden", sa.Boolean(), nullable=False),
    references("standing_answers", "standing_id"),
    references("predictions", "prediction_id"),
    sa.Index(None, "tenant_id", "standing_id", "at"),
)
