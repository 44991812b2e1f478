"""Making an account and signing in to it: who may, what is told, and what guessing costs."""

from __future__ import annotations

import asyncio

import pytest

from clone_mcp.app import wire
from clone_mcp.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from clone_mcp.models.access import LOCAL_TENANT, Caller, Identity, Role, Scope, Standing
from tests.support.accounts import HERE, PASSWORD, caller_of, signed_up
from tests.support.sql import rows

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what is decided above any database."""

NEW = "a new one that is long enough"


def with_signup(mode, settings, storage, clock, hasher):
    return wire(settings.model_copy(update={"signup": mode}), storage, clock, b"test", hasher=lambda: hasher)


async def test_whoever_signs_up_owns_an_account_that_is_theirs_alone(clone):
    ann, bob = [await caller_of(clone, await signed_up(clone, f"{name}@example.com")) for name in ("ann", "bob")]
    assert (ann.scope, bob.scope) == (Scope.OWNER, Scope.OWNER)
    assert len({ann.tenant, bob.tenant, LOCAL_TENANT}) == 3
    user, [place] = await clone.access.accounts.me(ann)
    assert (user.email, place.tenant, place.role, place.standing) == (
        "ann@example.com",
        ann.tenant,
        Role.OWNER,
        Standing.ACTIVE,
    )


@on_sqlite
async def test_an_e_mail_has_one_account_however_it_is_written(clone, hasher):
    await signed_up(clone, "Ann@Example.COM")
    with pytest.raises(Conflict, match="Sign in instead"):
        await signed_up(clone, "ann@example.com")
    assert (await clone.access.accounts.log_in("ANN@example.com", PASSWORD, address=HERE)).user.email == (
        "ann@example.com"
    )


async def test_signing_up_needs_an_invitation_where_the_operator_wants_one(settings, storage, clock, hasher):
    clone = with_signup("invite", settings, storage, clock, hasher)
    with pytest.raises(Forbidden, match="needs an invitation"):
        await signed_up(clone, "ann@example.com")
    for wrong in ("invite_unknown", "x" * 100):
        with pytest.raises(NotFound, match="unknown, used, expired"):
            await signed_up(clone, "ann@example.com", wrong)
    _, for_bob = await clone.access.operator.invite("bob@example.com")
    with pytest.raises(NotFound, match="meant for somebody else"):
        await signed_up(clone, "ann@example.com", for_bob)
    _, late = await clone.access.operator.invite(None)
    clock.advance(days=7)
    with pytest.raises(NotFound, match="expired"):
        await signed_up(clone, "ann@example.com", late)

    _, code = await clone.access.operator.invite(None)
    assert (await clone.access.accounts.invited(code, address=HERE)).role is None
    ann = await signed_up(clone, "ann@example.com", code)
    assert ann.member.role is Role.OWNER
    assert await clone.access.accounts.invited(code, address=HERE) is None
    with pytest.raises(NotFound, match="used"):
        await signed_up(clone, "carol@example.com", code)


async def test_nobody_signs_up_where_that_is_closed_but_those_the_operator_lets_in(settings, storage, clock, hasher):
    clone = with_signup("closed", settings, storage, clock, hasher)
    _, code = await clone.access.operator.invite(None)
    for given in (None, code):
        with pytest.raises(Forbidden, match="Ask the operator"):
            await signed_up(clone, "ann@example.com", given)
    first = await clone.access.operator.create("ann@example.com", PASSWORD)
    second = await clone.access.operator.create("bob@example.com", PASSWORD)
    assert first.tenant == LOCAL_TENANT
    assert second.tenant != LOCAL_TENANT
    entered = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    assert (await caller_of(clone, entered)).scope is Scope.OWNER


@on_sqlite
@pytest.mark.parametrize(
    "email",
    ["", "ann", "@example.com", "ann@", "a b@c", "a@b@c", "a\x00@b", " a@b", "a@b\n", "a" * 300 + "@b"],
)
async def test_what_is_no_e_mail_makes_no_account(clone, email):
    with pytest.raises(Invalid, match="no e-mail"):
        await signed_up(clone, email)


@on_sqlite
@pytest.mark.parametrize("password", ["", "short", "x" * 257, "aaaaaaaaaaaa", "abcabcabcabc", "Ann@example.com"])
async def test_what_is_easily_guessed_is_no_password(clone, password):
    with pytest.raises(Invalid):
        await clone.access.accounts.sign_up("ann@example.com", password, None, address=HERE)


@on_sqlite
async def test_a_password_is_stored_only_as_an_argon2_hash(clone, settings):
    await signed_up(clone, "ann@example.com")
    [(hashed,)] = await rows(settings, "SELECT password FROM users")
    assert hashed.startswith("$argon2id$")
    assert PASSWORD not in hashed


@on_sqlite
async def test_an_unknown_e_mail_and_a_wrong_password_get_the_same_words_for_the_same_work(clone, hasher):
    await signed_up(clone, "ann@example.com")
    await clone.access.accounts.known_elsewhere(Identity("https://id.example", "1"), Scope.OWNER)
    refusals, work = [], []
    for email in ("nobody@example.com", "ann@example.com", "no e-mail at all", "nobody@example.com"):
        before = hasher.work
        with pytest.raises(Unauthenticated) as refused:
            await clone.access.accounts.log_in(email, "something else entirely", address=HERE)
        refusals.append(str(refused.value))
        work.append((hasher.made - before[0], hasher.verified - before[1]))
    assert set(refusals) == {"The e-mail or the password is wrong."}
    # The very first sign-in of a process makes what strangers are compared with, whoever it is by.
    assert work == [(1, 1), (0, 1), (0, 1), (0, 1)]


@on_sqlite
async def test_a_dated_hash_is_renewed_by_the_next_sign_in(clone, settings, storage, clock):
    from clone_mcp.access.passwords import Argon2

    await signed_up(clone, "ann@example.com")
    better = wire(settings, storage, clock, b"test", hasher=lambda: Argon2(passes=2, memory_kib=64))
    await better.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    [(hashed,)] = await rows(settings, "SELECT password FROM users")
    assert ",t=2," in hashed
    assert await better.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)


async def test_a_new_password_ends_every_other_sign_in(clone, ann):
    elsewhere = await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    with pytest.raises(Unauthenticated, match="present password is wrong"):
        await clone.access.accounts.change_password(ann, "not it, not at all", NEW, address=HERE)
    with pytest.raises(Invalid):
        await clone.access.accounts.change_password(ann, PASSWORD, "short", address=HERE)
    assert await caller_of(clone, elsewhere)

    await clone.access.accounts.change_password(ann, PASSWORD, NEW, address=HERE)
    with pytest.raises(Unauthenticated):
        await caller_of(clone, elsewhere)
    with pytest.raises(Unauthenticated):
        await clone.access.signing_in.refresh(elsewhere.tokens.refresh, address=HERE)
    with pytest.raises(Unauthenticated):
        await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    assert await clone.access.accounts.log_in("ann@example.com", NEW, address=HERE)


@on_sqlite
async def test_the_operators_new_password_ends_all_of_them(clone):
    there = await signed_up(clone, "ann@example.com")
    await clone.access.operator.set_password("ann@example.com", NEW)
    with pytest.raises(Unauthenticated):
        await caller_of(clone, there)
    with pytest.raises(NotFound):
        await clone.access.operator.set_password("nobody@example.com", NEW)


async def test_an_issuers_word_is_good_for_no_more_than_it_granted_and_for_nobody_elses_e_mail(clone, ann):
    known = Identity("https://id.example", "ann")
    new = await clone.access.accounts.known_elsewhere(known, Scope.AGENT)
    assert new.scope is Scope.AGENT
    assert new.tenant != ann.tenant
    again = await clone.access.accounts.known_elsewhere(known, Scope.OWNER)
    assert (again.tenant, again.user, again.scope) == (new.tenant, new.user, Scope.OWNER)
    with pytest.raises(Conflict):
        await clone.access.operator.link("ann@example.com", known)
    await clone.access.operator.link("ann@example.com", Identity("https://id.example", "ann again"))
    linked = await clone.access.accounts.known_elsewhere(Identity("https://id.example", "ann again"), Scope.OWNER)
    assert linked == Caller(ann.tenant, Scope.OWNER, user=ann.user)


async def test_somebody_new_who_comes_twice_at_once_gets_one_account(clone):
    known = Identity("https://id.example", "ann")
    callers = await asyncio.gather(*(clone.access.accounts.known_elsewhere(known, Scope.OWNER) for _ in range(4)))
    assert len({caller.tenant for caller in callers}) == 1


@on_sqlite
async def test_where_signing_up_is_not_open_an_issuers_word_makes_no_account(settings, storage, clock, hasher):
    clone = with_signup("invite", settings, storage, clock, hasher)
    with pytest.raises(Forbidden, match="clone-mcp users link"):
        await clone.access.accounts.known_elsewhere(Identity("https://id.example", "ann"), Scope.OWNER)


async def test_the_waiting_list_holds_everybody_once_and_tells_nobody(clone, clock):
    for email in ("ann@example.com", "bob@example.com", "ANN@example.com"):
        assert await clone.access.accounts.wait(email, address=HERE) is None
        clock.advance(minutes=1)
    assert [email for email, _ in await clone.access.operator.waiting(limit=9)] == [
        "ann@example.com",
        "bob@example.com",
    ]


@on_sqlite
async def test_a_key_is_nobody_in_particular(clone, ann):
    key = Caller(ann.tenant, Scope.OWNER)
    assert await clone.access.accounts.me(key) == (None, ())
    with pytest.raises(Forbidden):
        await clone.access.accounts.change_password(key, PASSWORD, NEW, address=HERE)
