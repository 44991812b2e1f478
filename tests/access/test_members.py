"""Members: who comes in, who decides that, and what a viewer may do."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import pytest

from clone_mcp.errors import Conflict, Forbidden, NotFound, Unauthenticated
from clone_mcp.models.access import Caller, Role, Scope, Standing
from clone_mcp.models.prediction import Outcome, Question
from tests.support.accounts import HERE, PASSWORD, caller_of, made_member, signed_up
from tests.support.events import typed
from tests.support.storage import clock_of, storage_of

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what is decided above any database."""


@pytest.fixture
async def bob(clone):
    return await signed_up(clone, "bob@example.com")


async def standing_of(clone, owner: Caller) -> dict:
    return {member.email: (member.role, member.standing) for member in await clone.access.members.list(owner)}


async def test_whoever_brings_an_invitation_waits_until_an_owner_approves(clone, ann, bob):
    as_bob = await caller_of(clone, bob)
    invite, code = await clone.access.members.invite(ann, Role.VIEWER, None)
    assert await clone.access.members.invitations(ann) == [invite]
    assert (await clone.access.members.join(as_bob, code, address=HERE)).standing is Standing.PENDING
    assert await clone.access.members.invitations(ann) == []
    with pytest.raises(NotFound):
        await clone.access.accounts.log_in("bob@example.com", PASSWORD, ann.tenant, address=HERE)
    for _ in range(2):
        assert (await clone.access.members.approve(ann, bob.user.id)).standing is Standing.ACTIVE
    assert await standing_of(clone, ann) == {
        "ann@example.com": (Role.OWNER, Standing.ACTIVE),
        "bob@example.com": (Role.VIEWER, Standing.ACTIVE),
    }
    there = await caller_of(
        clone, await clone.access.accounts.log_in("bob@example.com", PASSWORD, ann.tenant, address=HERE)
    )
    assert (there.tenant, there.scope, there.user) == (ann.tenant, Scope.VIEWER, bob.user.id)
    assert (await caller_of(clone, bob)).tenant == bob.user.tenant


async def test_an_invitation_also_lets_somebody_sign_up(clone, ann):
    _, code = await clone.access.members.invite(ann, Role.OWNER, "carol@example.com")
    carol = await signed_up(clone, "carol@example.com", code)
    assert carol.member.tenant != ann.tenant
    assert (await standing_of(clone, ann))["carol@example.com"] == (Role.OWNER, Standing.PENDING)


async def test_who_is_declined_is_gone_and_the_code_with_them(clone, ann, bob):
    _, code = await clone.access.members.invite(ann, Role.OWNER, None)
    as_bob = await caller_of(clone, bob)
    await clone.access.members.join(as_bob, code, address=HERE)
    with pytest.raises(NotFound):
        await clone.access.members.remove(ann, bob.user.id)
    await clone.access.members.decline(ann, bob.user.id)
    assert list(await standing_of(clone, ann)) == ["ann@example.com"]
    for again in (clone.access.members.decline, clone.access.members.approve, clone.access.members.remove):
        with pytest.raises(NotFound):
            await again(ann, bob.user.id)
    with pytest.raises(NotFound):
        await clone.access.members.join(as_bob, code, address=HERE)


async def test_a_removed_member_is_signed_out_at_once(clone, ann, bob):
    there = await clone.access.accounts.log_in("bob@example.com", PASSWORD, address=HERE)
    await made_member(clone, ann, bob, Role.OWNER)
    entered = await clone.access.accounts.log_in("bob@example.com", PASSWORD, ann.tenant, address=HERE)
    await clone.access.members.remove(ann, bob.user.id)
    with pytest.raises(Unauthenticated):
        await caller_of(clone, entered)
    with pytest.raises(Unauthenticated):
        await clone.access.signing_in.refresh(entered.tokens.refresh, address=HERE)
    assert await caller_of(clone, there)


@on_sqlite
async def test_a_viewer_may_leave_and_decide_nothing(clone, ann, bob):
    viewer = await made_member(clone, ann, bob, Role.VIEWER)
    members, keys = clone.access.members, clone.access.keys
    for forbidden in (
        members.list(viewer),
        members.invite(viewer, Role.VIEWER, None),
        members.approve(viewer, bob.user.id),
        members.decline(viewer, ann.user),
        members.remove(viewer, ann.user),
        keys.list(viewer),
        keys.create(viewer, "", Scope.VIEWER, address=HERE),
    ):
        with pytest.raises(Forbidden):
            await forbidden
    await members.remove(viewer, bob.user.id)
    assert list(await standing_of(clone, ann)) == ["ann@example.com"]


@on_sqlite
async def test_a_viewer_reads_and_neither_records_nor_asks_nor_judges(clone, ann, bob):
    await clone.recording.ingest.batch(ann, [typed("from now on, use tabs", id="e")])
    asked = await clone.prediction.predict(ann, Question("a", "Go on?"))
    viewer = await made_member(clone, ann, bob, Role.VIEWER)
    for forbidden in (
        clone.recording.ingest.batch(viewer, [typed("mine", id="f")]),
        clone.prediction.predict(viewer, Question("a", "Go on?")),
        clone.prediction.batch(viewer, [Question("a", "Go on?")]),
        clone.prediction.continuation(viewer, Question("a", "Go on?")),
        clone.prediction.feedback(viewer, asked.id, Outcome.ACCEPTED, None),
        clone.memory.append.raw(viewer, "mine"),
        clone.memory.reviews.confirm(viewer, "r"),
        clone.memory.correct.delete_raws(viewer, ["e"]),
    ):
        with pytest.raises(Forbidden):
            await forbidden
    async with storage_of(clone).begin(viewer.tenant, readonly=True) as uow:
        assert [event.id for event in await uow.events.of_session("s")] == ["e"]


@on_sqlite
async def test_nobody_is_removed_from_their_own_account(clone, ann, bob):
    other_owner = await made_member(clone, ann, bob, Role.OWNER)
    for owner in (ann, other_owner):
        with pytest.raises(Conflict, match="own account"):
            await clone.access.members.remove(owner, ann.user)


async def test_members_of_somebody_else_are_answered_like_nobody(clone, ann, bob):
    as_bob = await caller_of(clone, bob)
    _, code = await clone.access.members.invite(ann, Role.VIEWER, None)
    carol = await signed_up(clone, "carol@example.com", code)
    for act in (clone.access.members.approve, clone.access.members.decline, clone.access.members.remove):
        refusals = []
        for it in (carol.user.id, ann.user, str(uuid4())):
            with pytest.raises(NotFound) as refused:
                await act(as_bob, it)
            refusals.append(str(refused.value))
        assert len(set(refusals)) == 1
    open_one, _ = await clone.access.members.invite(ann, Role.VIEWER, None)
    for it in (open_one.id, str(uuid4())):
        with pytest.raises(NotFound):
            await clone.access.members.revoke(as_bob, it)
    await clone.access.members.revoke(ann, open_one.id)
    assert await clone.access.members.invitations(ann) == []


async def test_of_two_who_bring_one_code_at_once_one_comes_in(clone, ann, bob):
    carol = await signed_up(clone, "carol@example.com")
    await clone.access.members.invite(ann, Role.VIEWER, None)
    [invite] = await clone.access.members.invitations(ann)  # both have read it, and neither has used it yet
    joining = [
        storage_of(clone).directory.members.join(each.user.id, invite, Role.VIEWER, clock_of(clone).now())
        for each in (bob, carol)
    ]
    answers = await asyncio.gather(*joining, return_exceptions=True)
    assert sorted(isinstance(each, Exception) for each in answers) == [False, True]
    assert len(await clone.access.members.list(ann)) == 2


async def test_joining_twice_wastes_no_second_invitation(clone, ann, bob):
    as_bob = await caller_of(clone, bob)
    codes = [(await clone.access.members.invite(ann, Role.VIEWER, None))[1] for _ in range(2)]
    await clone.access.members.join(as_bob, codes[0], address=HERE)
    with pytest.raises(Conflict):
        await clone.access.members.join(as_bob, codes[1], address=HERE)
    assert len(await clone.access.members.invitations(ann)) == 1
