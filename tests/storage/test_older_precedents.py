"""A database from before precedents: answers that are there are counted once, by a job."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from clone_mcp.app import open_storage, wire
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.storage import migrate, schema
from tests.storage.test_upgrade import older, place  # noqa: F401
from tests.support.events import NINE
from tests.support.jobs import waiting, wake

BEFORE = "0014"
_OF = {"tenant_id": LOCAL_TENANT}
_TURN = {"source": "cli", "channel": "attested", "redactions": 0}
TALKS = (
    ("a", "Shall I run the tests?", "yes", True),
    ("b", "Shall I run the tests?", "go ahead", True),
    ("c", "Shall I run the tests?", "yes", False),
    ("d", "Shall I run the tests?", "no", True),
    ("e", "Shall I drop the production database?", "yes", True),
    ("f", "Done. Should the variable be called total?", "yes", True),
)


def build(connection: sa.Connection) -> None:
    migrate.upgrade(connection, BEFORE)
    connection.execute(sa.insert(schema.tenants), {"id": LOCAL_TENANT, "name": "local", "created_at": NINE})
    for number, (session, question, reply, attested) in enumerate(TALKS):
        at = NINE + timedelta(minutes=number)
        row = {"id": session, "source": "cli", "started_at": at, "active_at": at, "told": False}
        connection.execute(sa.insert(schema.sessions), {**_OF, **row})
        turn = {**_OF, **_TURN, "session_id": session, "occurred_at": at, "received_at": at}
        said = {"id": f"q{session}", "type": "agent.response", "author": "agent", "payload": {"response": question}}
        typed = {"id": f"r{session}", "type": "agent.prompt", "author": "person", "payload": {"prompt": reply}}
        for event in (said, typed):
            connection.execute(sa.insert(schema.events), {**turn, **event})
        kept: dict[str, Any] = {"id": f"r{session}", "session_id": session, "key": reply, "text": reply, "at": at}
        connection.execute(
            sa.insert(schema.replies), {**_OF, **kept, "question": b'{"kind":"x"}', "attested": attested}
        )


async def test_the_answers_of_an_older_database_are_counted_once(older, clock):  # noqa: F811
    settings, within = older
    await within(build)
    await within(migrate.upgrade)
    assert ("precedents", "precedents") in await waiting(settings)
    wake(clock)
    storage = await open_storage(settings, clock)
    clone = wire(settings, storage, clock, b"test")
    await clone.jobs.worker.drain()
    async with storage.begin(LOCAL_TENANT, readonly=True) as uow:
        assert await uow.memory.precedents.uncounted(limit=9) == []
        found = await uow.memory.precedents.decided(["run tests"], claims=True, limit=9)
    assert {(each.session_id, each.approved, each.refused, each.attested) for each in found} == {
        ("a", True, False, True),
        ("b", True, False, True),
        ("c", True, False, False),
        ("d", False, True, True),
    }
    await storage.close()
