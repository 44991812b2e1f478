"""What a credential's scope allows."""

from __future__ import annotations

from clone_mcp.errors import Forbidden
from clone_mcp.models.access import Caller, Scope


def require_owner(caller: Caller) -> None:
    """Raises Forbidden unless the caller is the person themselves, as far as a credential can tell."""
    if caller.scope is not Scope.OWNER:
        raise Forbidden(
            "Only the owner may do this.",
            hint="Use a key made with `clone-mcp keys create --scope owner`, or a terminal.",
        )


def require_writer(caller: Caller) -> None:
    """Raises Forbidden for somebody who may only read."""
    if caller.scope is Scope.VIEWER:
        raise Forbidden("A viewer may read and nothing else.", hint="Ask an owner for more.")
