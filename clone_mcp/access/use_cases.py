"""What Access offers to everybody outside it: one bundle, and how it is built.

It makes no rule of its own. Which scope allows what is in models/access.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clone_mcp.access.accounts import Accounts
from clone_mcp.access.keys import KeyRing, Keys
from clone_mcp.access.limits import Quota, ReadUsage
from clone_mcp.access.members import Invitations, Members
from clone_mcp.access.operator import Operator, Tenants
from clone_mcp.access.passwords import Argon2, Passwords
from clone_mcp.access.sealing import ModelKeys, Sealing
from clone_mcp.access.signing_in import SigningIn
from clone_mcp.access.throttle import Throttle
from clone_mcp.access.tokens import Tokens
from clone_mcp.models.access import Limits
from clone_mcp.ports import Clock, Storage
from clone_mcp.settings import Settings, listed


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in, and who sees to that."""

    accounts: Accounts
    signing_in: SigningIn
    members: Members
    api_keys: Keys
    """As the server sees them: made for anybody, and told whose they are."""
    keys: KeyRing
    """As a signed-in person sees their own."""
    operator: Operator
    quota: Quota
    usage: ReadUsage
    tenants: Tenants
    model_keys: ModelKeys


def access_over(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    secret: bytes,
    *,
    sealing: Sealing | None,
    hasher: Callable[[], Argon2],
) -> Access:
    """Access by what the directory holds. Tokens are signed with the first of their secrets, or else with the other."""
    directory = storage.directory
    throttle = Throttle(directory, clock, secret)
    tokens = Tokens([each.encode() for each in listed(settings.token_secrets)] or [secret], clock)
    signing_in = SigningIn(directory, clock, tokens, throttle)
    invitations = Invitations(directory, clock, secret)
    passwords = Passwords(hasher)
    keys = Keys(directory, clock, secret)
    limits = Limits(settings.requests_per_minute, settings.tokens_per_day, settings.stored_bytes)
    quota = Quota(storage, clock, limits)
    return Access(
        accounts=Accounts(directory, clock, passwords, signing_in, invitations, throttle, mode=settings.signup),
        signing_in=signing_in,
        members=Members(directory, clock, invitations, throttle),
        api_keys=keys,
        keys=KeyRing(keys, throttle),
        operator=Operator(directory, clock, passwords, invitations),
        quota=quota,
        usage=ReadUsage(storage, clock, quota),
        tenants=Tenants(storage, clock),
        model_keys=ModelKeys(storage, sealing),
    )
