"""Keys: shown once, kept as a digest, and good for exactly what they say."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import uuid4

import pytest

from clone_mcp.app import wire
from clone_mcp.errors import NotFound, Unauthenticated
from clone_mcp.models.access import Caller, Scope
from tests.support.sql import rows

UNKNOWN = "This API key is unknown or revoked. Make one with `clone-mcp keys create`."


async def refusal(clone, text: str) -> str:
    with pytest.raises(Unauthenticated) as refused:
        await clone.access.api_keys.caller(text)
    return str(refused.value)


@pytest.mark.parametrize("scope", Scope)
async def test_a_key_names_its_tenant_and_what_it_may(clone, tenant, scope):
    _, text = await clone.access.api_keys.create(tenant, "laptop", scope)
    assert re.fullmatch(r"clone_[\w-]{43}", text)  # 256 bits
    assert await clone.access.api_keys.caller(text) == Caller(tenant, scope)


async def test_keys_are_listed_newest_first_and_without_their_text(clone, tenant, clock):
    first, text = await clone.access.api_keys.create(tenant, "first", Scope.AGENT)
    clock.advance(minutes=1)
    second, _ = await clone.access.api_keys.create(tenant, "second", Scope.OWNER)
    assert await clone.access.api_keys.list(tenant) == [second, first]
    assert first.prefix == text[:14]
    assert text not in repr(first)


async def test_a_keys_text_is_stored_nowhere(clone, tenant, settings):
    _, text = await clone.access.api_keys.create(tenant, "laptop", Scope.AGENT)
    await clone.access.api_keys.caller(text)
    assert text not in repr(await rows(settings, "SELECT * FROM api_keys"))
    for file in settings.home.glob("*"):
        assert text.encode() not in file.read_bytes()


async def test_another_servers_secret_makes_a_key_unknown(clone, tenant, settings, storage, clock):
    _, text = await clone.access.api_keys.create(tenant, "laptop", Scope.AGENT)
    assert await refusal(wire(settings, storage, clock, b"another secret"), text) == UNKNOWN


async def test_a_revoked_key_and_one_that_never_was_are_refused_in_the_same_words(clone, tenant):
    key, text = await clone.access.api_keys.create(tenant, "laptop", Scope.AGENT)
    await clone.access.api_keys.revoke(tenant, key.id)
    for never_good in (
        text,
        text[:-1],
        text[:14],
        text + "x",
        "clone_" + "x" * 43,
        "clone_yc-reviewer-public-demo-2026",
        "",
    ):
        assert await refusal(clone, never_good) == UNKNOWN


async def test_revoking_twice_keeps_the_first_moment_and_touches_no_other_key(clone, tenant, clock):
    key, _ = await clone.access.api_keys.create(tenant, "laptop", Scope.AGENT)
    other, other_text = await clone.access.api_keys.create(tenant, "phone", Scope.AGENT)
    then = clock.now()
    await clone.access.api_keys.revoke(tenant, key.id)
    clock.advance(hours=1)
    await clone.access.api_keys.revoke(tenant, key.id)
    assert {each.name: each.revoked_at for each in await clone.access.api_keys.list(tenant)} == {
        "laptop": then,
        "phone": None,
    }
    assert await clone.access.api_keys.caller(other_text) == Caller(tenant, other.scope)


async def test_revoking_what_is_not_there_is_not_found(clone, tenant):
    with pytest.raises(NotFound):
        await clone.access.api_keys.revoke(tenant, str(uuid4()))


async def test_last_use_is_noted_at_most_once_a_minute(clone, tenant, clock):
    _, text = await clone.access.api_keys.create(tenant, "laptop", Scope.AGENT)
    start, noted = clock.now(), []
    for seconds in (0, 30, 30, 1, 59, 61):
        clock.advance(seconds=seconds)
        await clone.access.api_keys.caller(text)
        [key] = await clone.access.api_keys.list(tenant)
        noted.append((key.last_used_at - start) / timedelta(seconds=1))
    assert noted == [0, 0, 0, 61, 61, 181]


async def test_a_key_for_a_tenant_that_is_new_makes_the_tenant(clone):
    tenant = uuid4()
    _, text = await clone.access.api_keys.create(tenant, "laptop", Scope.OWNER)
    assert (await clone.access.api_keys.caller(text)).tenant == tenant
