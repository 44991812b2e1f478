"""The schema cut into partitions by tenant, as Citus would cut it: everything works, unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
import sqlalchemy as sa
from sqlalchemy.pool import NullPool

from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.prediction import Outcome, Question
from clone_mcp.settings import Settings
from clone_mcp.storage import row_security, schema, schema_version
from clone_mcp.storage.postgres import engine_for
from tests.conftest import new_tenant
from tests.storage.test_tenancy import furnish
from tests.support.events import said, typed
from tests.support.sql import rows

PARTS = 4
OURS = schema.metadata.sorted_tables
WHOLE = schema.NOBODYS - {schema.tenants}
"""Tables whose keys name no tenant. On Citus they are reference tables."""


def cut(connection: sa.Connection) -> None:
    """Our tables anew, each in parts by hash of whose its rows are."""
    for table in reversed(OURS):
        connection.exec_driver_sql(f"DROP TABLE {table} CASCADE")
    copy = sa.MetaData(naming_convention=schema.metadata.naming_convention)
    for table in OURS:
        parted = table.to_metadata(copy)
        if table in WHOLE:
            continue
        by = "id" if table.name == "tenants" else "tenant_id"
        parted.dialect_options["postgresql"]["partition_by"] = f"HASH ({by})"
    copy.create_all(connection)
    for table in [each for each in OURS if each not in WHOLE]:
        for part in range(PARTS):
            connection.exec_driver_sql(
                f"CREATE TABLE {table}_{part} PARTITION OF {table} FOR VALUES WITH (MODULUS {PARTS}, REMAINDER {part})"
            )
    directory = {table.name for table in schema.DIRECTORY}
    names = {table.name for table in OURS}
    row_security.protect(connection, tenants_tables=sorted(names - directory), directory=sorted(directory))
    schema_version.add_local_tenant(connection)


@pytest.fixture(params=["partitioned"])
def settings(postgres, tmp_path) -> Iterator[Settings]:
    database = postgres.database()
    yield Settings(home=tmp_path / "home", secret="test", database_url=database.url, db_direct_url=database.owner_url)
    with suppress(OSError):
        database.drop()


@pytest.fixture(autouse=True)
async def parted(settings) -> None:
    engine = engine_for(settings.db_direct_url, poolclass=NullPool)
    async with engine.begin() as connection:
        await connection.run_sync(cut)
    await engine.dispose()


async def test_the_whole_life_of_several_tenants_runs_on_partitions(settings, clone, storage, clock):
    people = [Caller(await new_tenant(storage, clock), Scope.OWNER) for _ in range(8)]
    for me in people:
        await furnish(clone, me)
        await clone.recording.ingest.batch(me, [said("Shall I commit?", "t"), typed("yes, commit", "t")])
        predicted = await clone.prediction.predict(me, Question("codex", "Shall I commit?", "t"))
        await clone.prediction.feedback(me, predicted.id, Outcome.ACCEPTED, None)
        await clone.access.quota.admit(me.tenant)
    await clone.access.quota.flush()
    parts = await rows(settings, "SELECT tableoid, count(DISTINCT tenant_id) FROM events GROUP BY 1")
    assert len(parts) > 1
    assert sum(count for _, count in parts) == len(people)

    await clone.memory.forget(people[0], Extent(everything=True))
    await clone.access.tenants.delete(people[1].tenant)
    left = dict(await rows(settings, "SELECT tenant_id, count(*) FROM events GROUP BY 1"))
    assert {me.tenant for me in people[2:]} <= left.keys()
    assert people[1].tenant not in left
    assert LOCAL_TENANT in {tenant.id for tenant in await clone.access.tenants.all()}
    async with storage.begin(people[2].tenant, readonly=True) as uow:
        assert {str(people[2].tenant)} == {
            event.id[:36] for event in await uow.events.of_session(f"session-{people[2].tenant}")
        }


async def test_a_reference_across_tenants_is_refused_on_partitions_too(settings, clone, storage, clock):
    mine, other = Caller(await new_tenant(storage, clock), Scope.OWNER), await new_tenant(storage, clock)
    ids = await furnish(clone, mine)
    engine = engine_for(settings.db_direct_url, poolclass=NullPool)
    report = {"id": "x", "prediction_id": ids["prediction"], "outcome": "accepted", "by": "owner", "at": clock.now()}
    with pytest.raises(sa.exc.IntegrityError):
        async with engine.begin() as connection:
            await connection.execute(sa.insert(schema.feedback), {**report, "tenant_id": other})
    await engine.dispose()
