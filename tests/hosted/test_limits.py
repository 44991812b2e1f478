"""How much each tenant may use: the same for all servers together, told clearly, and cheap to hold to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import httpx2
import pytest

from clone_mcp.access.limits import STORED, Quota
from clone_mcp.access.spending import PaidModel
from clone_mcp.app import wire
from clone_mcp.errors import RateLimited
from clone_mcp.llm.spend import DailyCap, Dollars
from clone_mcp.memory.erase import Extent
from clone_mcp.models.access import Caller, Limits, Scope
from clone_mcp.models.usage import Purpose
from tests.access.test_spending import ASK, Told
from tests.conftest import new_tenant
from tests.support.events import typed
from tests.support.mcp import service, within
from tests.support.sql import seen

on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
ACCEPT = {"accept": "application/json, text/event-stream"}


async def test_requests_over_the_limit_are_told_when_to_come_again(settings, storage, clock, me):
    clone = wire(settings.model_copy(update={"requests_per_minute": 3}), storage, clock, b"test")
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.AGENT)
    _, other = await clone.access.api_keys.create(await new_tenant(storage, clock), "test", Scope.AGENT)
    clock.advance(seconds=20)
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=ACCEPT) as http,
    ):

        async def ask(with_key: str) -> httpx2.Response:
            return await http.post("/mcp", json=LIST, headers={"x-clone-api-key": with_key})

        assert [(await ask(key)).status_code for _ in range(4)] == [200, 200, 200, 429]
        refused = await ask(key)
        assert refused.headers["retry-after"] == "40"
        said = "This account may make 3 requests a minute. Wait for the next one, or ask the operator for more."
        assert refused.json() == {"error": said}
        assert (await ask(other)).status_code == 200
        clock.advance(seconds=40)
        assert (await ask(key)).status_code == 200


async def test_servers_know_of_each_others_requests_once_they_are_added_up(storage, second, clock, tenant):
    limits = Limits(requests_per_minute=5)
    here, there = Quota(storage, clock, limits), Quota(second, clock, limits)
    for _ in range(3):
        await here.admit(tenant)
    await there.admit(tenant)  # knows of its own alone: the slack
    await here.flush()
    await there.flush()
    await there.admit(tenant)
    with pytest.raises(RateLimited):
        await there.admit(tenant)
    await there.flush()
    await here.flush()  # had nothing to add, so learned nothing
    await here.admit(tenant)
    await here.flush()
    with pytest.raises(RateLimited):
        await here.admit(tenant)


async def test_a_hundred_requests_are_counted_in_one_trip(storage, clock):
    quota = Quota(storage, clock, Limits())
    people = [await new_tenant(storage, clock) for _ in range(5)]
    for person in people:
        await quota.admit(person)
    with seen() as watch:
        for _ in range(20):
            for person in people:
                await quota.admit(person)
        assert (watch.transactions, watch.statements) == (0, [])
    await quota.flush()
    minute = ("requests", quota.minute())
    counted = await storage.meters.read(people, [minute])
    assert counted == {(person, minute): 21 for person in people}


async def test_what_could_not_be_added_up_is_added_later(storage, clock, tenant, monkeypatch):
    quota = Quota(storage, clock, Limits())
    await quota.admit(tenant)
    gone = await new_tenant(storage, clock)
    await quota.admit(gone)
    await storage.tenants.delete(gone)  # whose count must not keep the others' from being added
    await asyncio.gather(quota.flush(), quota.flush())
    minute = ("requests", quota.minute())
    assert await storage.meters.read([tenant, gone], [minute]) == {(tenant, minute): 1}
    clock.advance(hours=1)
    await quota.forget()
    assert await storage.meters.read([tenant], [minute]) == {}


async def test_who_has_stored_too_much_must_delete_first(settings, storage, clock, tenant):
    clone = wire(settings.model_copy(update={"stored_bytes": 2000}), storage, clock, b"test")
    me = Caller(tenant, Scope.OWNER)
    await clone.access.quota.admit(tenant)
    await clone.recording.ingest.batch(me, [typed("x" * 1500)])
    with pytest.raises(RateLimited, match=r"may store 2,000 bytes, and they are used up\. Delete what is not needed"):
        await clone.recording.ingest.batch(me, [typed("y" * 1500)])
    async with storage.begin(tenant, readonly=True) as uow:
        assert len(await uow.events.of_session("s")) == 1
    await clone.memory.forget(me, Extent(everything=True))
    clock.advance(seconds=31)
    await clone.access.quota.admit(tenant)
    assert (await clone.recording.ingest.batch(me, [typed("y" * 1500)])).accepted == 1


async def test_bytes_are_counted_by_the_way_and_exactly_once_a_day(clone, storage, clock, tenant):
    me, quota = Caller(tenant, Scope.RECORDER), clone.access.quota
    await clone.recording.ingest.batch(me, [typed("grüße", id="a"), typed("hello", id="b")])
    await clone.recording.ingest.batch(me, [typed("hello", id="b")])
    await quota.flush()
    near = (await storage.meters.read([tenant], [STORED]))[tenant, STORED]
    exact = await quota.recount(tenant)
    assert near == pytest.approx(exact, rel=0.1)
    assert (await clone.access.usage(tenant)).stored_bytes == exact


async def test_tokens_of_models_are_limited_by_the_day(storage, clock, me):
    model, cap = Told(), DailyCap(Dollars(100))
    worst = cap.worst_case(ASK).total
    paid = PaidModel(storage, clock, model, cap, tokens_per_day=worst + 25)
    await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)
    await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)  # the first used 20 of what it had reserved
    with pytest.raises(RateLimited, match="The day's limit of tokens") as refused:
        await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)
    assert refused.value.retry_after == 15 * 3600
    async with storage.begin(me.tenant) as uow:
        await uow.settings.set_limits(Limits(tokens_per_day=0))
    await paid.of(me.tenant, Purpose.PREDICT).answer(ASK)
    assert model.asked == 3


async def test_a_tenants_own_limits_go_before_the_servers_and_usage_tells_all(settings, storage, clock, tenant):
    clone = wire(settings.model_copy(update={"requests_per_minute": 1, "stored_bytes": 10}), storage, clock, b"test")
    await clone.access.tenants.limit(tenant, Limits(requests_per_minute=2))
    await clone.access.quota.admit(tenant)
    await clone.access.quota.admit(tenant)
    with pytest.raises(RateLimited):
        await clone.access.quota.admit(tenant)
    await clone.access.quota.flush()
    usage = await clone.access.usage(tenant)
    assert (usage.requests_this_minute, usage.requests_today) == (2, 2)
    assert usage.limits == Limits(requests_per_minute=2, tokens_per_day=0, stored_bytes=10)
    clock.advance(minutes=1)
    later = await clone.access.usage(tenant)
    assert later == replace(usage, requests_this_minute=0)


async def test_rest_counts_by_the_same_limit_and_tells_the_usage(settings, storage, clock, me):
    clone = wire(settings.model_copy(update={"requests_per_minute": 2}), storage, clock, b"test")
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.AGENT)
    headers = {"x-clone-api-key": key}
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=headers) as http,
    ):
        assert (await http.get("/api/jobs/")).status_code == 200
        await clone.access.quota.flush()
        told = (await http.get("/api/monitoring/usage/")).json()
        assert (told["requests_today"], told["limits"]["requests_per_minute"]) == (1, 2)
        refused = await http.get("/api/jobs/")
        assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
