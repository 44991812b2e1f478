"""Clone as an OAuth 2.1 resource server: what it tells clients about the issuer that the operator names."""

from __future__ import annotations

from typing import Any

from clone_mcp.errors import CloneError, Forbidden
from clone_mcp.models.access import Scope
from clone_mcp.settings import Settings

SCOPES = {
    "clone:read": Scope.VIEWER,
    "clone:use": Scope.AGENT,
    "clone:record": Scope.RECORDER,
    "clone:owner": Scope.OWNER,
}
"""What an issuer may grant, least first."""

METADATA = "/.well-known/oauth-protected-resource"
_NEEDED = "clone:use"


class InsufficientScope(Forbidden):
    """The token grants nothing here."""


def resource_of(settings: Settings) -> str:
    """What tokens must be meant for: the very address that clients are given."""
    return f"{settings.public_url.rstrip('/')}/mcp"


def metadata(settings: Settings) -> dict[str, Any]:
    """What a client reads to find the issuer (RFC 9728)."""
    return {
        "resource": resource_of(settings),
        "authorization_servers": [settings.oauth_issuer],
        "scopes_supported": list(SCOPES),
        "bearer_methods_supported": ["header"],
        "resource_name": "Clone",
    }


def challenge(exc: CloneError, status: int, settings: Settings, *, tried: bool) -> dict[str, str]:
    """The header that tells a client what it needs, on 401 and on a token that grants too little.

    `tried` says that a credential came, which was no good.
    """
    parts = ['realm="clone"']
    if settings.oauth_issuer:
        if isinstance(exc, InsufficientScope):
            parts += ['error="insufficient_scope"', f'scope="{_NEEDED}"']
        elif tried:
            parts.append('error="invalid_token"')
        parts.append(f'resource_metadata="{settings.public_url.rstrip("/")}{METADATA}/mcp"')
    shown = status == 401 or isinstance(exc, InsufficientScope)
    return {"WWW-Authenticate": f"Bearer {', '.join(parts)}"} if shown else {}
