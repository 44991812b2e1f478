"""Tokens: how long they are good, for whom, and what becomes of one that was stolen."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json

import jwt
import pytest

from clone_mcp.access.tokens import Tokens
from clone_mcp.app import wire
from clone_mcp.errors import Conflict, Unauthenticated
from tests.support.accounts import HERE, PASSWORD, caller_of, signed_up

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what is decided above any database."""

NO_GOOD = "This token is unknown, expired or revoked. Sign in again."


@pytest.fixture
async def signed_in(clone):
    return await signed_up(clone, "ann@example.com")


async def refused(clone, access: str) -> str:
    with pytest.raises(Unauthenticated) as refusal:
        await clone.access.signing_in.caller(access)
    return str(refusal.value)


async def refresh(clone, text: str):
    return await clone.access.signing_in.refresh(text, address=HERE)


@on_sqlite
async def test_an_access_token_is_good_for_an_hour(clone, clock, signed_in):
    clock.advance(minutes=59, seconds=59)
    assert (await caller_of(clone, signed_in)).user == signed_in.user.id
    clock.advance(seconds=1)
    assert await refused(clone, signed_in.tokens.access) == NO_GOOD


async def test_a_refresh_token_is_good_once_and_each_time_for_thirty_days(clone, clock, signed_in):
    token = signed_in.tokens.refresh
    for _ in range(3):
        clock.advance(days=29)
        fresh = await refresh(clone, token)
        assert fresh.refresh != token
        assert (await clone.access.signing_in.caller(fresh.access)).user == signed_in.user.id
        token = fresh.refresh
    clock.advance(days=30)
    with pytest.raises(Unauthenticated):
        await refresh(clone, token)


SOON = [{"milliseconds": 1}, {"seconds": 5}, {"seconds": 11}, {"days": 29}]


@pytest.mark.parametrize("later", SOON, ids=str)
async def test_a_refresh_token_that_comes_back_ends_the_sign_in_for_thief_and_owner(clone, clock, signed_in, later):
    """However soon, and whoever of the two was first: nobody can tell. The owner's other sign-ins go on."""
    first = signed_in.tokens.refresh
    fresh = await refresh(clone, first)
    clock.advance(**later)
    other = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    for token in (first, fresh.refresh):
        with pytest.raises(Unauthenticated):
            await refresh(clone, token)
    assert await refused(clone, fresh.access) == NO_GOOD
    assert (await caller_of(clone, other)).user == signed_in.user.id


async def test_a_thief_who_comes_first_keeps_nothing_once_the_owners_client_refreshes(clone, clock, signed_in):
    """Also one who has gone on refreshing since."""
    stolen = signed_in.tokens.refresh
    clock.advance(minutes=1)
    thiefs = await refresh(clone, stolen)
    for _ in range(3):
        clock.advance(seconds=1)
        thiefs = await refresh(clone, thiefs.refresh)
    clock.advance(seconds=1)
    assert (await clone.access.signing_in.caller(thiefs.access)).user == signed_in.user.id
    with pytest.raises(Unauthenticated):
        await refresh(clone, stolen)
    assert await refused(clone, thiefs.access) == NO_GOOD
    with pytest.raises(Unauthenticated):
        await refresh(clone, thiefs.refresh)


async def test_who_was_only_slower_gets_a_conflict_and_ends_the_sign_in_by_trying_again(clone, clock, signed_in):
    """A request that was on its way when the other was granted can't know of it. One that comes afterwards can."""
    first = signed_in.tokens.refresh
    fresh = await refresh(clone, first)
    clock.advance(milliseconds=-5)  # when the slower request came in
    with pytest.raises(Conflict):
        await refresh(clone, first)
    clock.advance(milliseconds=10)
    fresh = await refresh(clone, fresh.refresh)
    with pytest.raises(Unauthenticated):
        await refresh(clone, first)
    assert await refused(clone, fresh.access) == NO_GOOD


@on_sqlite
async def test_a_clock_that_is_set_back_opens_no_time_in_which_a_token_may_come_back(clone, clock, signed_in):
    fresh = await refresh(clone, signed_in.tokens.refresh)
    clock.advance(minutes=-30)
    with pytest.raises(Unauthenticated):
        await refresh(clone, signed_in.tokens.refresh)
    assert await refused(clone, fresh.access) == NO_GOOD


@on_sqlite
async def test_one_from_two_generations_ago_ends_it_however_soon(clone, signed_in):
    first = signed_in.tokens.refresh
    third = await refresh(clone, (await refresh(clone, first)).refresh)
    with pytest.raises(Unauthenticated):
        await refresh(clone, first)
    with pytest.raises(Unauthenticated):
        await refresh(clone, third.refresh)


async def test_of_requests_with_one_refresh_token_at_once_one_wins(clone, settings, second, clock, signed_in):
    servers = [clone, wire(settings, second, clock, b"test")] * 3
    answers = await asyncio.gather(
        *(refresh(server, signed_in.tokens.refresh) for server in servers), return_exceptions=True
    )
    [won] = [each for each in answers if not isinstance(each, BaseException)]
    lost = [each for each in answers if each is not won]
    assert {str(each) for each in lost} == {
        "Another request used this refresh token at the same moment. If it came from the same client, go on with the "
        "tokens it was given. Otherwise send this one again, which ends the sign-in for everybody."
    }
    assert [type(each) for each in lost] == [Conflict] * 5
    assert await refresh(clone, won.refresh)


async def test_signing_out_makes_both_tokens_useless_at_once_and_no_others(clone, signed_in):
    other = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    await clone.access.signing_in.end(await caller_of(clone, signed_in), None)
    assert await refused(clone, signed_in.tokens.access) == NO_GOOD
    with pytest.raises(Unauthenticated):
        await refresh(clone, signed_in.tokens.refresh)

    again = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    await clone.access.signing_in.end(await caller_of(clone, other), again.tokens.refresh)
    assert await refused(clone, again.tokens.access) == NO_GOOD
    assert await caller_of(clone, other)


def altered(token: str, part: int, **changes) -> str:
    """The token with other things in its header (0) or claims (1), and its signature as it was."""
    parts = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(parts[part] + "=="))
    text = json.dumps({**said, **changes}).encode()
    parts[part] = base64.urlsafe_b64encode(text).decode().rstrip("=")
    return ".".join(parts)


@on_sqlite
async def test_what_we_did_not_sign_is_no_token(clone, clock, signed_in):
    good = signed_in.tokens.access
    said = jwt.decode(good, options={"verify_signature": False})
    ours = Tokens([b"test"], clock)
    kid = jwt.get_unverified_header(good)["kid"]

    def signed(key: bytes = ours._key(kid), headers=None, algorithm="HS256", **claims) -> str:
        return jwt.encode({**said, **claims}, key, algorithm=algorithm, headers={"kid": kid, **(headers or {})})

    assert (await clone.access.signing_in.caller(signed())).user == signed_in.user.id
    none = altered(good, 0, alg="none").rpartition(".")[0] + "."
    for bad in (
        altered(good, 1, sub="somebody else"),
        altered(good, 1, exp=said["exp"] + 9999),
        altered(good, 0, alg="none"),
        none,
        altered(good, 0, alg="HS512"),
        altered(good, 0, kid="20261120.00000000"),
        altered(good, 0, kid=None),
        altered(good, 0, kid=["x"]),
        signed(b"x" * 32),
        signed(b"x" * 64, algorithm="HS512"),
        signed(aud="another service"),
        signed(iss="https://id.example"),
        signed(exp=said["iat"]),
        signed(exp="soon"),
        signed(iat=said["iat"] + 3600),
        signed(tid="no tenant"),
        signed(tid="00000000-0000-4000-8000-000000000001"),
        signed(sid="unknown"),
        signed(sub="somebody else"),
        signed(
            hmac.digest(b"test", b"clone access token 20200101", "sha256"),
            headers={"kid": "20200101." + kid.partition(".")[2]},
        ),
        jwt.encode(
            {name: value for name, value in said.items() if name != "exp"}, ours._key(kid), headers={"kid": kid}
        ),
        *(good[:-2], good + "x", "a.b.c", "..", signed_in.tokens.refresh),
    ):
        assert await refused(clone, bad) == NO_GOOD
    token = signed_in.tokens.refresh
    for bad in (token[:-4] + "AAAA", token[4:], "", "é", "x" * 500, good):
        with pytest.raises(Unauthenticated):
            await refresh(clone, bad)
    assert await refresh(clone, token)


@on_sqlite
async def test_keys_change_with_the_day_and_yesterdays_still_verify(clone, clock, signed_in):
    clock.advance(hours=14, minutes=30)  # half past eleven at night
    late = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    clock.advance(minutes=45)
    early = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    kids = [jwt.get_unverified_header(each.tokens.access)["kid"].split(".") for each in (late, early)]
    assert [day for day, _ in kids] == ["20261120", "20261121"]
    assert kids[0][1] == kids[1][1]
    for each in (late, early):
        assert (await caller_of(clone, each)).user == signed_in.user.id


@on_sqlite
async def test_a_replaced_secret_verifies_until_it_is_left_out(settings, storage, clock, hasher):
    def with_secrets(*secrets: str):
        changed = settings.model_copy(update={"token_secrets": ",".join(secrets)})
        return wire(changed, storage, clock, b"test", hasher=lambda: hasher)

    old, new = "o" * 32, "n" * 32
    signed_in = await signed_up(with_secrets(old), "ann@example.com")
    both = with_secrets(new, old)
    assert await caller_of(both, signed_in)
    fresh = await refresh(both, signed_in.tokens.refresh)
    after = with_secrets(new)
    assert await after.access.signing_in.caller(fresh.access)
    assert await refused(after, signed_in.tokens.access) == NO_GOOD
    assert await refresh(after, fresh.refresh)


@on_sqlite
async def test_tokens_are_stored_nowhere_and_show_in_no_log(clone, settings, signed_in):
    assert signed_in.tokens.access not in repr(signed_in)
    assert signed_in.tokens.refresh not in repr(signed_in)
    for file in settings.home.glob("*"):
        assert signed_in.tokens.refresh.encode() not in file.read_bytes()
