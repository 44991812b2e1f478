"""Jobs on Postgres get random ids. Procrastinate's numbers run through all tenants' jobs, and would tell of the others.

SQLite's jobs have ids of our own already.
"""

from alembic import op

revision = "0012"
down_revision = "0011"

STATEMENTS = (
    # Jobs that are there keep the number that somebody may have noted. They are forgotten 30 days after their end.
    "UPDATE procrastinate_jobs SET args = args || jsonb_build_object('id', id::text) WHERE args ? 'tenant'",
    """
    CREATE FUNCTION clone_name_job() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        NEW.args := NEW.args || jsonb_build_object('id', gen_random_uuid());
        RETURN NEW;
    END;
    $$
    """,
    # A trigger, so that no way of adding a job goes without.
    "CREATE TRIGGER clone_name_job BEFORE INSERT ON procrastinate_jobs "
    "FOR EACH ROW WHEN (NEW.args ? 'tenant') EXECUTE FUNCTION clone_name_job()",
    "CREATE UNIQUE INDEX clone_jobs_id ON procrastinate_jobs ((args ->> 'tenant'), (args ->> 'id'))",
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        for statement in STATEMENTS:
            connection.exec_driver_sql(statement)
