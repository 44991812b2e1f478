"""/api/access/: who else belongs to an account, and the invitations to it.

API keys and one's own account are in auth.py.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import MAX_FORM, Endpoint, Needs
from clone_mcp.wire import accounts as wire
from clone_mcp.wire.bodies import Page, PageQuery, page


async def list_members(clone: Clone, caller: Caller, query: PageQuery) -> Page[wire.MemberReply]:
    """Everybody who belongs to the account or waits to, oldest first."""
    found = list(await clone.access.members.list(caller))[query.offset : query.offset + query.limit + 1]
    return page(query, [wire.member_reply(member) for member in found])


async def invite_member(clone: Clone, caller: Caller, body: wire.InviteBody) -> wire.NewInviteReply:
    """Make an invitation, good once and for a week. Hand its code over yourself: no e-mail is sent."""
    return wire.new_invite(*await clone.access.members.invite(caller, body.role, body.email))


async def list_invites(clone: Clone, caller: Caller, query: PageQuery) -> Page[wire.InviteReply]:
    """Invitations that nobody has used, newest first, without their codes."""
    found = list(await clone.access.members.invitations(caller))[query.offset : query.offset + query.limit + 1]
    return page(query, [wire.InviteReply.model_validate(invite) for invite in found])


async def revoke_invite(clone: Clone, caller: Caller, invite_id: str) -> None:
    """Make an invitation useless."""
    await clone.access.members.revoke(caller, invite_id)


async def join(clone: Clone, caller: Caller, body: wire.CodeBody, sender: str) -> wire.JoinedReply:
    """Ask to be let in to the account that an invitation is from. An owner of it approves or declines."""
    member = await clone.access.members.join(caller, body.code, address=sender)
    return wire.JoinedReply(tenant=member.tenant, role=member.role, status=member.standing)


async def approve_member(clone: Clone, caller: Caller, user_id: str) -> wire.MemberReply:
    """Let in somebody who waits."""
    return wire.member_reply(await clone.access.members.approve(caller, user_id))


async def decline_member(clone: Clone, caller: Caller, user_id: str) -> None:
    """Send away somebody who waits."""
    await clone.access.members.decline(caller, user_id)


async def remove_member(clone: Clone, caller: Caller, user_id: str) -> None:
    """End a membership and all its sign-ins at once. Members may so leave by themselves."""
    await clone.access.members.remove(caller, user_id)


ENDPOINTS = (
    Endpoint("GET", "/api/access/members/", list_members, needs=Needs.OWNER),
    Endpoint("POST", "/api/access/invite/", invite_member, needs=Needs.OWNER, status=201, max_body=MAX_FORM),
    Endpoint("GET", "/api/access/invites/", list_invites, needs=Needs.OWNER),
    Endpoint("DELETE", "/api/access/invites/{invite_id}/", revoke_invite, needs=Needs.OWNER),
    Endpoint("POST", "/api/access/join/", join, status=202, max_body=MAX_FORM),
    Endpoint("POST", "/api/access/members/{user_id}/approve/", approve_member, needs=Needs.OWNER),
    Endpoint("POST", "/api/access/members/{user_id}/decline/", decline_member, needs=Needs.OWNER),
    Endpoint("DELETE", "/api/access/members/{user_id}/", remove_member),
)
