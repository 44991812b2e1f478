"""Memory: episodes, facts, the profile, what cites what, what was deleted, what waits for a yes, embeddings."""

import sqlalchemy as sa
from alembic import op

from clone_mcp.storage.columns import Json, Text, UtcDateTime
from clone_mcp.storage.row_security import protect

revision = "0010"
down_revision = "0009"

UNDER_ROW_SECURITY = ("episodes", "facts", "links", "profiles", "tombstones", "outcomes", "reviews", "embeddings")
DIRECTORY = ()


def upgrade() -> None:
    op.create_table(
        "episodes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("session_id", Text(), nullable=True),
        sa.Column("project", Text(), nullable=True),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("ended_at", UtcDateTime(), nullable=False),
        sa.Column("summary", Text(), nullable=False),
        sa.Column("sources", Json, nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("method", Text(), nullable=False),
        sa.Column("sketch", sa.LargeBinary(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.Column("promoted_at", UtcDateTime(), nullable=True),
        sa.Column("distilled_at", UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_episodes_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_episodes")),
    )
    op.create_index(op.f("ix_episodes_tenant_id_ended_at"), "episodes", ["tenant_id", "ended_at"], unique=False)
    op.create_index(op.f("ix_episodes_tenant_id_session_id"), "episodes", ["tenant_id", "session_id"], unique=False)
    op.create_index(op.f("ix_episodes_tenant_id_updated_at"), "episodes", ["tenant_id", "updated_at"], unique=False)
    op.create_table(
        "facts",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("kind", Text(), nullable=False),
        sa.Column("text", Text(), nullable=False),
        sa.Column("key", Text(), nullable=False),
        sa.Column("base", sa.Double(), nullable=False),
        sa.Column("decay", sa.Double(), nullable=False),
        sa.Column("importance", sa.Double(), nullable=False),
        sa.Column("tier", Text(), nullable=False),
        sa.Column("tags", Json, nullable=False),
        sa.Column("project", Text(), nullable=True),
        sa.Column("gate", Text(), nullable=True),
        sa.Column("explicit", sa.Boolean(), nullable=False),
        sa.Column("method", Text(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("expires_at", UtcDateTime(), nullable=True),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_facts_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_facts")),
        sa.UniqueConstraint("tenant_id", "key", name=op.f("uq_facts_tenant_id_key")),
    )
    op.create_index(op.f("ix_facts_tenant_id_expires_at"), "facts", ["tenant_id", "expires_at"], unique=False)
    op.create_index(op.f("ix_facts_tenant_id_importance"), "facts", ["tenant_id", "importance"], unique=False)
    op.create_table(
        "links",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("citing_layer", Text(), nullable=False),
        sa.Column("citing_id", Text(), nullable=False),
        sa.Column("cited_layer", Text(), nullable=False),
        sa.Column("cited_id", Text(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_links_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "citing_layer", "citing_id", "cited_layer", "cited_id", name=op.f("pk_links")
        ),
    )
    op.create_index(
        op.f("ix_links_tenant_id_cited_layer_cited_id"), "links", ["tenant_id", "cited_layer", "cited_id"], unique=False
    )
    op.create_table(
        "profiles",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("body", Text(), nullable=False),
        sa.Column("soul_card", Text(), nullable=False),
        sa.Column("thresholds", Json, nullable=False),
        sa.Column("method", Text(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name=op.f("fk_profiles_tenant_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("tenant_id", name=op.f("pk_profiles")),
    )
    op.create_table(
        "tombstones",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("layer", Text(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"], ["tenants.id"], name=op.f("fk_tombstones_tenant_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("tenant_id", "layer", "digest", name=op.f("pk_tombstones")),
    )
    op.create_table(
        "outcomes",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("prediction_id", Text(), nullable=False),
        sa.Column("fact_id", Text(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fact_id"],
            ["facts.tenant_id", "facts.id"],
            name=op.f("fk_outcomes_tenant_id_fact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "prediction_id", "fact_id", name=op.f("pk_outcomes")),
    )
    op.create_index(op.f("ix_outcomes_tenant_id_fact_id"), "outcomes", ["tenant_id", "fact_id"], unique=False)
    op.create_table(
        "reviews",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("gate", Text(), nullable=False),
        sa.Column("fact_id", Text(), nullable=False),
        sa.Column("other_fact_id", Text(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "fact_id"],
            ["facts.tenant_id", "facts.id"],
            name=op.f("fk_reviews_tenant_id_fact_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_reviews")),
        sa.UniqueConstraint("tenant_id", "fact_id", "gate", name=op.f("uq_reviews_tenant_id_fact_id_gate")),
    )
    op.create_table(
        "embeddings",
        sa.Column("tenant_id", sa.Uuid(), nullable=False),
        sa.Column("id", Text(), nullable=False),
        sa.Column("embedder", Text(), nullable=False),
        sa.Column("embedding", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "id"],
            ["events.tenant_id", "events.id"],
            name=op.f("fk_embeddings_tenant_id_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "id", name=op.f("pk_embeddings")),
    )
    protect(op.get_bind(), tenants_tables=UNDER_ROW_SECURITY, directory=DIRECTORY)
