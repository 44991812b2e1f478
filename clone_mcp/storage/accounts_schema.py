"""The tables of people: who can sign in, who belongs to whose account, and who is signed in.

The tables of tenants and API keys are in schema.py.
"""

from __future__ import annotations

import sqlalchemy as sa

from clone_mcp.storage.columns import Text, UtcDateTime, identifier, metadata, of_tenant, tenant_table

users = sa.Table(
    "users",
    metadata,
    identifier(),
    sa.Column("tenant_id", sa.Uuid(), nullable=False),  # their own account: they go when it goes
    sa.Column("email", Text(), unique=True),
    sa.Column("password", Text()),
    sa.Column("issuer", Text()),
    sa.Column("subject", Text()),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    of_tenant(),
    sa.UniqueConstraint("issuer", "subject"),
    sa.Index(None, "tenant_id"),
)

members = tenant_table(
    "members",
    identifier("user_id"),
    sa.Column("role", Text(), nullable=False),
    sa.Column("standing", Text(), nullable=False),
    sa.Column("since", UtcDateTime(), nullable=False),
    of_tenant(),
    sa.ForeignKeyConstraint(["user_id"], ["users.id"], ondelete="CASCADE"),
    sa.Index(None, "user_id"),
)

invites = tenant_table(
    "invites",
    identifier(),
    sa.Column("email", Text()),
    sa.Column("role", Text()),
    sa.Column("digest", sa.LargeBinary(), nullable=False, index=True),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    of_tenant(),
)

sign_ins = tenant_table(
    "sign_ins",
    identifier(),
    sa.Column("user_id", Text(), nullable=False),
    sa.Column("generation", sa.Integer(), nullable=False),
    sa.Column("created_at", UtcDateTime(), nullable=False),
    sa.Column("refreshed_at", UtcDateTime(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False),
    sa.Column("ended_at", UtcDateTime()),
    # Whoever is a member no longer is signed out with it.
    sa.ForeignKeyConstraint(["tenant_id", "user_id"], ["members.tenant_id", "members.user_id"], ondelete="CASCADE"),
    sa.Index(None, "user_id"),
)

attempts = sa.Table(
    "attempts",
    metadata,
    identifier("bucket"),
    sa.Column("tries", sa.Integer(), nullable=False),
    sa.Column("expires_at", UtcDateTime(), nullable=False, index=True),
)

waitlist = sa.Table(
    "waitlist",
    metadata,
    identifier("email"),
    sa.Column("at", UtcDateTime(), nullable=False),
)
