"""Accounts, sign-ins, keys and members on the wire.

What may be a password is decided in access/passwords.py. Limits and usage are in operations.py.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import AfterValidator, Field

from clone_mcp.models.access import EMAIL, ApiKey, Caller, Invite, Member, Role, Scope, Standing, Tokens, User
from clone_mcp.wire.bodies import Body, Reply

_FOUR_DIFFERENT = r"^([^\n])[^\n]*(?!\1)([^\n])[^\n]*(?!\1|\2)([^\n])[^\n]*(?!\1|\2|\3)[^\n]"
"""Four different characters, for who reads the schema. The core checks it, and says it in better words."""


def _is_an_address(text: str) -> str:
    if not re.fullmatch(EMAIL, text):
        raise ValueError("must be an e-mail address, such as you@example.com")
    return text


Email = Annotated[
    str,
    AfterValidator(_is_an_address),
    Field(
        max_length=254,
        description="An e-mail address; capitals make no difference.",
        json_schema_extra={"pattern": EMAIL},
    ),
]
Password = Annotated[str, Field(max_length=256)]
"""Longer ones are refused before anything is made of them."""
NewPassword = Annotated[
    str,
    Field(
        min_length=10,
        max_length=256,
        description="10 to 256 characters, four different ones at least, and not the e-mail.",
        json_schema_extra={"pattern": _FOUR_DIFFERENT},
    ),
]
Code = Annotated[str, Field(max_length=100, description="An invitation's code.")]
RefreshToken = Annotated[str, Field(max_length=500, description="A refresh token. It is good once.")]
KeyScope = Annotated[
    Scope,
    Field(
        strict=False,
        description="What the key allows. What a `recorder` key records as typed by the person counts as their own "
        "words: it is for hooks, not for agents.",
    ),
]
MemberRole = Annotated[Role, Field(strict=False, description="`viewer` may read, `owner` everything.")]


class SignupBody(Body):
    email: Email
    password: NewPassword
    invite: Annotated[str | None, Field(max_length=100, description="An invitation's code, where one is needed.")] = (
        None
    )


class LoginBody(Body):
    email: Email
    password: Password
    tenant: Annotated[
        UUID | None, Field(strict=False, description="The account to sign in to, if not one's own: see `me`.")
    ] = None


class RefreshBody(Body):
    refresh: RefreshToken


class LogoutBody(Body):
    refresh: Annotated[str | None, Field(max_length=500, description="Default: what belongs to the access token.")] = (
        None
    )


class PasswordBody(Body):
    present: Password
    new: NewPassword


class CodeBody(Body):
    code: Code


class EmailBody(Body):
    email: Email


class KeyBody(Body):
    name: Annotated[str, Field(max_length=200, description="What it is for.")] = ""
    scope: KeyScope = Scope.AGENT


class InviteBody(Body):
    email: Annotated[Email | None, Field(description="Whom it is for. Nobody else can use it then.")] = None
    role: MemberRole = Role.VIEWER


class TokensReply(Reply):
    access: str = Field(description="A JWT, good for 60 minutes.")
    refresh: str = Field(description="Good once, within 30 days.")


class UserReply(Reply):
    id: str
    email: str | None
    tenant: UUID = Field(description="Their own account.")
    created_at: datetime


class SignedInReply(TokensReply):
    user: UserReply


class AccountReply(Reply):
    tenant: UUID
    role: Role
    status: Standing


class MeReply(Reply):
    user: UserReply | None = Field(description="Null for an API key, which is nobody in particular.")
    tenant: UUID = Field(description="The account that this credential is for.")
    scope: Scope
    accounts: list[AccountReply] = Field(description="Every account that the user belongs to.")


class InviteValidReply(Reply):
    valid: bool
    role: Role | None = Field(description="What its holder asks to become; null where it only lets them sign up.")
    expires_at: datetime | None


class KeyReply(Reply):
    id: str
    name: str
    prefix: str
    scope: Scope
    created_at: datetime
    last_used_at: datetime | None
    revoked_at: datetime | None


class NewKeyReply(KeyReply):
    key: str = Field(description="The key itself, shown this once.")


class MemberReply(Reply):
    id: str = Field(description="The user's id.")
    email: str | None
    role: Role
    status: Standing
    since: datetime


class InviteReply(Reply):
    id: str
    email: str | None
    role: Role | None
    created_at: datetime
    expires_at: datetime


class NewInviteReply(InviteReply):
    code: str = Field(description="What its holder sends to `join` or `signup`, shown this once.")


class JoinedReply(AccountReply):
    pass


def signed_in(user: User, tokens: Tokens) -> SignedInReply:
    return SignedInReply(access=tokens.access, refresh=tokens.refresh, user=UserReply.model_validate(user))


def me_reply(caller: Caller, user: User | None, places: Sequence[Member]) -> MeReply:
    return MeReply(
        user=None if user is None else UserReply.model_validate(user),
        tenant=caller.tenant,
        scope=caller.scope,
        accounts=[AccountReply(tenant=each.tenant, role=each.role, status=each.standing) for each in places],
    )


def member_reply(member: Member) -> MemberReply:
    return MemberReply(id=member.user, email=member.email, role=member.role, status=member.standing, since=member.since)


def new_key(key: ApiKey, text: str) -> NewKeyReply:
    return NewKeyReply(**KeyReply.model_validate(key).model_dump(), key=text)


def new_invite(invite: Invite, code: str) -> NewInviteReply:
    return NewInviteReply(**InviteReply.model_validate(invite).model_dump(), code=code)
