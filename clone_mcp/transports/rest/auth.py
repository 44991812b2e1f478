"""/api/auth/: making an account, signing in and out, the password, and API keys.

Members and invitations are in access.py. A request's key or token is checked in transports/http/auth.py, not here.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import MAX_FORM, Endpoint, Needs
from clone_mcp.wire import accounts as wire
from clone_mcp.wire.bodies import Page, PageQuery, page


async def sign_up(clone: Clone, body: wire.SignupBody, sender: str) -> wire.SignedInReply:
    """Make an account and sign in to it.

    Whether one may, and whether that needs an invitation, is up to the operator. An invitation of an account's owner
    also asks that owner to let one in.
    """
    made = await clone.access.accounts.sign_up(body.email, body.password, body.invite, address=sender)
    return wire.signed_in(made.user, made.tokens)


async def log_in(clone: Clone, body: wire.LoginBody, sender: str) -> wire.SignedInReply:
    """Sign in with e-mail and password."""
    entered = await clone.access.accounts.log_in(body.email, body.password, body.tenant, address=sender)
    return wire.signed_in(entered.user, entered.tokens)


async def log_out(clone: Clone, caller: Caller, body: wire.LogoutBody) -> None:
    """Sign out: the refresh token and every access token that came with it are useless at once."""
    await clone.access.signing_in.end(caller, body.refresh)


async def refresh_token(clone: Clone, body: wire.RefreshBody, sender: str) -> wire.TokensReply:
    """New tokens for a refresh token, which is good once: keep the new one.

    One that comes a second time has been stolen, so it ends the sign-in. Of two requests at the same time one is
    answered with 409.
    """
    return wire.TokensReply.model_validate(await clone.access.signing_in.refresh(body.refresh, address=sender))


async def me(clone: Clone, caller: Caller) -> wire.MeReply:
    """Whose credential this is, and what it allows."""
    user, places = await clone.access.accounts.me(caller)
    return wire.me_reply(caller, user, places)


async def change_password(clone: Clone, caller: Caller, body: wire.PasswordBody, sender: str) -> None:
    """Replace one's password. Every other sign-in ends."""
    await clone.access.accounts.change_password(caller, body.present, body.new, address=sender)


async def validate_invite(clone: Clone, body: wire.CodeBody, sender: str) -> wire.InviteValidReply:
    """Whether an invitation can be used."""
    found = await clone.access.accounts.invited(body.code, address=sender)
    return wire.InviteValidReply(
        valid=found is not None, role=found.role if found else None, expires_at=found.expires_at if found else None
    )


async def join_waitlist(clone: Clone, body: wire.EmailBody, sender: str) -> None:
    """Ask the operator for an account. Whether one has asked before is not told."""
    await clone.access.accounts.wait(body.email, address=sender)


async def list_keys(clone: Clone, caller: Caller, query: PageQuery) -> Page[wire.KeyReply]:
    """API keys, newest first, without the keys themselves."""
    found = list(await clone.access.keys.list(caller))[query.offset : query.offset + query.limit + 1]
    return page(query, [wire.KeyReply.model_validate(key) for key in found])


async def create_key(clone: Clone, caller: Caller, body: wire.KeyBody, sender: str) -> wire.NewKeyReply:
    """Make an API key. It is shown this once."""
    return wire.new_key(*await clone.access.keys.create(caller, body.name, body.scope, address=sender))


async def show_key(clone: Clone, caller: Caller, key_id: str) -> wire.KeyReply:
    """One API key, without the key itself."""
    return wire.KeyReply.model_validate(await clone.access.keys.get(caller, key_id))


async def revoke_key(clone: Clone, caller: Caller, key_id: str) -> None:
    """Make an API key useless at once."""
    await clone.access.keys.revoke(caller, key_id)


async def rotate_key(clone: Clone, caller: Caller, key_id: str, sender: str) -> wire.NewKeyReply:
    """Put a new key in the place of one, which is useless from then on."""
    return wire.new_key(*await clone.access.keys.rotate(caller, key_id, address=sender))


_FOR_ALL = Needs.NOTHING
ENDPOINTS = (
    Endpoint("POST", "/api/auth/signup/", sign_up, needs=_FOR_ALL, status=201, max_body=MAX_FORM),
    Endpoint("POST", "/api/auth/login/", log_in, needs=_FOR_ALL, max_body=MAX_FORM),
    Endpoint("POST", "/api/auth/logout/", log_out, max_body=MAX_FORM),
    Endpoint("POST", "/api/auth/token/refresh/", refresh_token, needs=_FOR_ALL, max_body=MAX_FORM),
    Endpoint("GET", "/api/auth/me/", me),
    Endpoint("POST", "/api/auth/password/", change_password, max_body=MAX_FORM),
    Endpoint("POST", "/api/auth/invite/validate/", validate_invite, needs=_FOR_ALL, max_body=MAX_FORM),
    Endpoint("POST", "/api/auth/waitlist/", join_waitlist, needs=_FOR_ALL, max_body=MAX_FORM),
    Endpoint("GET", "/api/auth/keys/", list_keys, needs=Needs.OWNER),
    Endpoint("POST", "/api/auth/keys/", create_key, needs=Needs.OWNER, status=201, max_body=MAX_FORM),
    Endpoint("GET", "/api/auth/keys/{key_id}/", show_key, needs=Needs.OWNER),
    Endpoint("DELETE", "/api/auth/keys/{key_id}/", revoke_key, needs=Needs.OWNER),
    Endpoint("POST", "/api/auth/keys/{key_id}/rotate/", rotate_key, needs=Needs.OWNER, status=201),
)
