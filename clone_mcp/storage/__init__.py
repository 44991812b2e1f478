"""The Storage port on SQLAlchemy Core: SQLite for one machine, Postgres for many tenants.

Statements are plain functions over one connection, the same for both. `sqlite.py` runs them in a thread that owns
the connection, `postgres.py` on asyncpg; `sql_storage.py` puts a unit of work and group commit on top.
"""
