"""Everything about who may come in, wired together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from clone_mcp.access.accounts import Accounts, Mode
from clone_mcp.access.invitations import Invitations
from clone_mcp.access.key_ring import KeyRing
from clone_mcp.access.keys import Keys
from clone_mcp.access.members import Members
from clone_mcp.access.operator import Operator
from clone_mcp.access.passwords import Hasher, Passwords
from clone_mcp.access.signing_in import SigningIn
from clone_mcp.access.throttle import Throttle
from clone_mcp.access.tokens import Tokens
from clone_mcp.ports import Clock, Directory


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in, and who sees to that."""

    accounts: Accounts
    signing_in: SigningIn
    members: Members
    keys: KeyRing
    operator: Operator


def access_by(
    directory: Directory,
    clock: Clock,
    keys: Keys,
    *,
    secret: bytes,
    token_secrets: Sequence[str],
    hasher: Callable[[], Hasher],
    mode: Mode,
) -> Access:
    """Access by what the directory holds. Tokens are signed with the first of their secrets, or else with the other."""
    throttle = Throttle(directory, clock, secret)
    tokens = Tokens([each.encode() for each in token_secrets] or [secret], clock)
    signing_in = SigningIn(directory, clock, tokens, throttle)
    invitations = Invitations(directory, clock, secret)
    passwords = Passwords(hasher)
    return Access(
        accounts=Accounts(directory, clock, passwords, signing_in, invitations, throttle, mode=mode),
        signing_in=signing_in,
        members=Members(directory, clock, invitations, throttle),
        keys=KeyRing(keys, throttle),
        operator=Operator(directory, clock, passwords, invitations),
    )
