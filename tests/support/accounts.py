"""People with accounts, and passwords' hashes that cost little and are counted."""

from __future__ import annotations

from clone_mcp.access.accounts import SignedIn
from clone_mcp.access.passwords import Argon2
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Role

PASSWORD = "three little pigs went by"
HERE = "192.0.2.7"


class Counted(Argon2):
    """Argon2 as it is, with parameters that only a test can afford."""

    def __init__(self) -> None:
        super().__init__(passes=1, memory_kib=64)
        self.made = 0
        self.verified = 0

    @property
    def work(self) -> tuple[int, int]:
        return self.made, self.verified

    def hash(self, password: str) -> str:
        self.made += 1
        return super().hash(password)

    def verify(self, hashed: str, password: str) -> bool:
        self.verified += 1
        return super().verify(hashed, password)


async def signed_up(clone: Clone, email: str, code: str | None = None) -> SignedIn:
    """Somebody new."""
    return await clone.access.accounts.sign_up(email, PASSWORD, code, address=HERE)


async def caller_of(clone: Clone, person: SignedIn) -> Caller:
    """Who the person's access token says they are."""
    return await clone.access.signing_in.caller(person.tokens.access)


async def made_member(clone: Clone, owner: Caller, person: SignedIn, role: Role) -> Caller:
    """The person, signed in to the owner's account as a member of it."""
    _, code = await clone.access.members.invite(owner, role, None)
    await clone.access.members.join(await caller_of(clone, person), code, address=HERE)
    await clone.access.members.approve(owner, person.user.id)
    email = person.user.email or ""
    return await caller_of(clone, await clone.access.accounts.log_in(email, PASSWORD, owner.tenant, address=HERE))
