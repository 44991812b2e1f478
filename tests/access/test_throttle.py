"""What is worth guessing at may be tried only so often, whichever server is asked."""

from __future__ import annotations

import pytest

from clone_mcp.access.throttle import ALLOWANCES, network_of
from clone_mcp.app import wire
from clone_mcp.errors import RateLimited, Unauthenticated
from clone_mcp.models.access import Scope
from tests.support.accounts import HERE, PASSWORD, signed_up
from tests.support.sql import rows

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what is decided above any database."""


async def guess(clone, email: str, address: str = HERE) -> None:
    with pytest.raises(Unauthenticated):
        await clone.access.accounts.log_in(email, "a guess and nothing more", address=address)


async def limited(clone, email: str, address: str = HERE) -> RateLimited:
    with pytest.raises(RateLimited) as refused:
        await clone.access.accounts.log_in(email, PASSWORD, address=address)
    return refused.value


async def test_guessing_from_one_address_ends_after_ten_tries_on_all_servers(clone, settings, second, clock, hasher):
    await signed_up(clone, "ann@example.com")
    servers = [clone, wire(settings, second, clock, b"test", hasher=lambda: hasher)]
    for number in range(10):
        await guess(servers[number % 2], "ann@example.com")
    work = hasher.work
    refusal = await limited(servers[0], "ann@example.com")
    assert refusal.retry_after == 15 * 60
    assert hasher.work == work  # what is refused costs no hash
    # From elsewhere the person still comes in, and so do others from there.
    assert await clone.access.accounts.log_in("ann@example.com", PASSWORD, address="198.51.100.9")
    await guess(clone, "bob@example.com")
    clock.advance(minutes=15)
    assert await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)


@on_sqlite
async def test_an_address_may_guess_at_sixty_people_and_a_person_be_guessed_at_a_hundred_times(clone, clock):
    for number in range(60):
        await guess(clone, f"{number}@example.com")
    await limited(clone, "one more@example.com")
    for number in range(100):
        await guess(clone, "ann@example.com", f"198.51.100.{number}")
    await limited(clone, "ann@example.com", "198.51.100.200")


async def test_nothing_of_who_tried_is_kept_and_what_is_over_goes(clone, settings, clock):
    await guess(clone, "ann@example.com")
    kept = await rows(settings, "SELECT * FROM attempts")
    assert len(kept) == 3
    assert "ann" not in repr(kept)
    assert HERE not in repr(kept)
    clock.advance(days=1)
    await guess(clone, "bob@example.com")
    assert len(await rows(settings, "SELECT * FROM attempts")) == 3


@on_sqlite
async def test_making_keys_and_accounts_and_trying_codes_is_limited_too(clone, ann):
    async def until_limited(act) -> int:
        for number in range(1000):
            try:
                await act(number)
            except RateLimited:
                return number
        raise AssertionError

    accounts, keys = clone.access.accounts, clone.access.keys

    async def key(_number: int) -> None:
        made, _ = await keys.create(ann, "", Scope.AGENT, address=HERE)
        await keys.revoke(ann, made.id)

    assert await until_limited(key) == 60
    assert await until_limited(lambda n: signed_up(clone, f"{n}@example.com")) == 19  # one has signed up already
    assert await until_limited(lambda n: accounts.invited(f"invite_{n}", address=HERE)) == 30
    assert await until_limited(lambda n: accounts.wait(f"{n}@example.com", address=HERE)) == 10


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("192.0.2.1", "192.0.2.2", False),
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("fe80::1%eth0", "fe80::2", True),
        ("testclient", "", False),
    ],
)
def test_an_address_stands_for_one_subscriber(one, other, same):
    assert (network_of(one) == network_of(other)) is same


def test_everything_that_takes_a_password_or_a_code_is_limited():
    assert {"login", "signup", "invite", "refresh", "keys", "members", "waitlist"} == set(ALLOWANCES)
