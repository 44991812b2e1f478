"""The operator's commands: who there is, everything of one, and nothing of one."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from clone_mcp.app import is_sqlite, opened
from clone_mcp.errors import Invalid, NotFound
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.events import Job
from clone_mcp.storage import schema
from tests.conftest import new_tenant
from tests.storage.test_tenancy import furnish
from tests.support.events import one_of_each
from tests.support.sql import rows
from tests.support.storage import storage_of

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
OF_TENANTS = [table.name for table in schema.metadata.sorted_tables if "tenant_id" in table.c]


async def holders(settings) -> list[str]:
    """Tables of the database, by its own catalogue, that say whose their rows are."""
    if is_sqlite(settings.url):
        tables = [name for (name,) in await rows(settings, "SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [(name, await rows(settings, f"PRAGMA table_info({name})")) for name in tables]
        return sorted(name for name, found in columns if any(column[1] == "tenant_id" for column in found))
    query = (
        "SELECT table_name FROM information_schema.columns WHERE column_name = 'tenant_id' AND table_schema = 'public'"
    )
    return sorted(name for (name,) in await rows(settings, query))


async def held(settings, tenant) -> dict[str, int]:
    """How many rows of the tenant there are in each table that has any."""
    queries = {
        name: f"SELECT count(*) FROM {name} WHERE tenant_id = '{tenant.hex}'" for name in await holders(settings)
    }
    queries["tenants"] = f"SELECT count(*) FROM tenants WHERE id = '{tenant.hex}'"
    if not is_sqlite(settings.url):
        del queries["jobs"]
        queries["procrastinate_jobs"] = f"SELECT count(*) FROM procrastinate_jobs WHERE args::text LIKE '%{tenant}%'"
    counts = {name: (await rows(settings, query))[0][0] for name, query in queries.items()}
    return {name: count for name, count in counts.items() if count}


async def furnished(clone, storage, clock) -> Caller:
    """A tenant with a row in every table there is."""
    me = Caller(await new_tenant(storage, clock), Scope.OWNER)
    await furnish(clone, me)
    await clone.access.quota.admit(me.tenant)
    await clone.access.quota.flush()
    return me


async def test_deleting_a_tenant_leaves_no_row_in_any_table_and_touches_nobody_else(settings, clone, storage, clock):
    gone, stays = await furnished(clone, storage, clock), await furnished(clone, storage, clock)
    assert await holders(settings) == sorted(OF_TENANTS)
    before, others = await held(settings, gone.tenant), await held(settings, stays.tenant)
    everywhere = {*OF_TENANTS, "tenants"} - {"jobs", "users", "sign_ins"}  # of whoever signed up, which nobody did here
    assert before.keys() >= everywhere
    await clone.access.tenants.delete(gone.tenant)
    assert await held(settings, gone.tenant) == {}
    assert await held(settings, stays.tenant) == others
    with pytest.raises(NotFound):
        await clone.access.tenants.delete(gone.tenant)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_nothing_of_a_deleted_tenant_is_left_in_the_files(settings, clock):
    async with opened(settings) as clone:
        me = await furnished(clone, storage_of(clone), clock)
        traces = [b"Makefiles", me.tenant.hex.encode(), f"session-{me.tenant}".encode()]
        assert all(any(trace in file for file in files(settings)) for trace in traces)
        await clone.access.tenants.delete(me.tenant)
        assert [trace for trace in traces if any(trace in file for file in files(settings))] == []


def files(settings) -> list[bytes]:
    return [path.read_bytes() for path in Path(settings.home).glob("clone.db*")]


@pytest.mark.parametrize("settings", ["postgres"], indirect=True)
async def test_a_tenants_jobs_go_too_even_those_that_wait_for_a_retry(settings, clone, storage, clock, me):
    async with storage.begin(me.tenant) as uow:
        for number in range(3):
            await uow.jobs.enqueue(Job("later", {"n": number}))
    await storage.tenants.delete(me.tenant)
    assert await rows(settings, "SELECT * FROM procrastinate_jobs") == []
    assert await rows(settings, "SELECT * FROM procrastinate_events") == []


async def test_deleting_the_one_local_tenant_leaves_an_empty_one(settings, clone, storage):
    await clone.recording.ingest.batch(Caller(LOCAL_TENANT, Scope.OWNER), one_of_each())
    await clone.access.tenants.delete(LOCAL_TENANT)
    assert await held(settings, LOCAL_TENANT) == {"tenants": 1}


async def test_an_export_holds_every_row_but_no_secret(settings, clone, storage, clock, tmp_path):
    me = await furnished(clone, storage, clock)
    await furnished(clone, storage, clock)
    folder = tmp_path / "archive"
    counts = await clone.memory.archive(me.tenant, folder)
    told = json.loads((folder / "archive.json").read_text())
    assert told["tenant"]["id"] == str(me.tenant)
    assert told["rows"] == counts
    expected = await held(settings, me.tenant)
    lines = {path.stem: path.read_text().splitlines() for path in (folder / "tables").iterdir()}
    assert {name: len(text) for name, text in lines.items() if name != "jobs"} == {
        name: count for name, count in expected.items() if name in OF_TENANTS and name != "jobs"
    }
    assert len(lines["jobs"]) == expected.get("jobs", expected.get("procrastinate_jobs"))
    assert "Makefiles" in "".join(lines["events"])
    assert "digest" not in json.loads(lines["api_keys"][0])
    assert "model_key" not in json.loads(lines["tenant_settings"][0])
    assert (folder / "memory" / "profile.md").exists()
    assert all(path.stat().st_mode & 0o077 == 0 for path in folder.rglob("*"))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
@on_sqlite
async def test_an_export_onto_a_full_disk_is_refused_in_prose(settings, clone, storage, clock, tmp_path):
    import resource

    me = await furnished(clone, storage, clock)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, before[1]))
    try:
        with pytest.raises(Invalid, match=r"jsonl can't be written: File too large\. Name another folder\."):
            await clone.memory.archive(me.tenant, tmp_path / "archive")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


async def test_pages_of_an_export_leave_nothing_out(clone, storage, me):
    from tests.support.records import record

    await storage.append(me.tenant, [record(f"e{number:02}", f"s{number % 3}") for number in range(23)])
    found: dict[str, list] = {}
    async for table, page in storage.tenants.everything(me.tenant, page_size=7):
        found.setdefault(table, []).extend(row["id"] for row in page if "id" in row)
    assert sorted(found["events"]) == [f"e{number:02}" for number in range(23)]


def test_the_commands_of_the_operator(command, tmp_path):
    made = json.loads(command("tenants", "create", "Ada", "--json").out)
    listed = json.loads(command("tenants", "list", "--json").out)
    assert {"id": made["tenant"], "name": "Ada"}.items() <= listed[-1].items()
    assert made["key"].startswith("clone_")
    assert made["tenant"] in command("tenants", "list").out
    assert command("tenants", "limit", made["tenant"], "--requests-per-minute", "9").code == 0
    used = json.loads(command("tenants", "usage", made["tenant"], "--json").out)
    assert used["limits"] == {"requests_per_minute": 9, "tokens_per_day": 0, "stored_bytes": 0}
    assert "of 9\n" in command("tenants", "usage", made["tenant"]).out
    assert command("tenants", "export", made["tenant"], str(tmp_path / "out")).code == 0
    assert command("tenants", "export", made["tenant"], str(tmp_path / "out")).code == 2
    assert "needs a terminal, or --yes" in command("tenants", "delete", made["tenant"]).err
    assert command("tenants", "delete", made["tenant"], "--yes").out == "Deleted.\n"
    assert made["tenant"] not in command("tenants", "list").out
    assert "There is no such tenant" in command("tenants", "delete", made["tenant"], "--yes").err
    assert command("tenants", "delete", "everybody").code == 2


def test_each_table_of_tenants_goes_with_its_tenant():
    reached = {"tenants"}
    for table in schema.metadata.sorted_tables:
        if any(
            key.referred_table.name in reached and key.ondelete == "CASCADE" for key in table.foreign_key_constraints
        ):
            reached.add(table.name)
    nobodys = {"attempts", "waitlist"}  # of addresses that are nobody's yet
    assert {table.name for table in schema.metadata.sorted_tables} - reached == nobodys


async def test_whoever_signed_up_goes_with_their_account(settings, clone):
    user = await clone.access.operator.create("ada@example.com", "three little pigs went by")
    await clone.access.tenants.delete(user.tenant)
    assert await rows(settings, "SELECT count(*) FROM users") == [(0,)]
