"""Row-level security on Postgres: the second lock on every tenant's rows. SQLite has none and needs none.

Servers connect as a member of the role below, which owns nothing and is no superuser, so the policies hold for it. A
transaction that named no tenant sees no row. The owner is bound too: a migration that changes rows changes none, unless
it lifts the policy for that long (`ALTER TABLE … NO FORCE ROW LEVEL SECURITY`).
"""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

ROLE = "clone_app"
_POLICY = "tenant_id = nullif(current_setting('app.tenant_id', true), '')::uuid"  # '' is what a past SET LOCAL leaves


def protect(connection: sa.Connection, *, tenants_tables: Iterable[str], directory: Iterable[str] = ()) -> None:
    """Force the policy on tenants' tables and grant the role what it needs. Does nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    run = connection.exec_driver_sql
    run(
        f"DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '{ROLE}') THEN CREATE ROLE {ROLE} NOLOGIN; "
        "END IF; END $$"
    )
    for table in tenants_tables:
        run(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        run(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
        run(f"CREATE POLICY own_rows ON {table} USING ({_POLICY}) WITH CHECK ({_POLICY})")
        run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
    for table in directory:
        run(f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {ROLE}")
    run(f"GRANT SELECT ON alembic_version TO {ROLE}")
