"""What every HTTP request passes before it is looked at: headers that may come once, host, origin and size.

It knows no callers: auth.py checks their keys and tokens.
"""

from __future__ import annotations

from collections.abc import Collection

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from clone_mcp.errors import TooLarge
from clone_mcp.transports.http.bodies import Gone, content, error, replay

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
OPEN = frozenset({"/healthz", "/readyz", "/mcp/health"})
"""Probes come by address, whatever the host is called."""

_ONCE = frozenset(
    {
        b"authorization",
        b"content-length",
        b"content-type",
        b"host",
        b"idempotency-key",
        b"last-event-id",
        b"origin",
        b"transfer-encoding",
        b"x-clone-api-key",
    }
)
_ONCE_FAMILIES = (b"mcp-", b"x-github-", b"x-hub-", b"x-slack-")
"""Headers that are read as one value. Given twice, a proxy may go by one of them and this server by the other."""


class HostCheck:
    """Refuses repeated headers (400), foreign hosts (421), foreign origins (403) and bodies over the limit (413)."""

    def __init__(
        self, app: ASGIApp, *, hosts: Collection[str], origins: Collection[str], max_body: int, unread: str
    ) -> None:
        """Bodies of addresses that begin with `unread` are let through: they are limited by who reads them."""
        self._app = app
        self._unread = unread
        self._hosts = {*LOOPBACK, *(host.lower() for host in hosts)}
        self._origins = frozenset(origin.lower() for origin in origins)
        self._max_body = max_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # Blanks around a value are no part of it (RFC 9110, 5.5), and httptools leaves those behind it in place.
        scope = {**scope, "headers": [(name, value.strip(b" \t")) for name, value in scope["headers"]]}
        headers = Headers(scope=scope)
        refusal = _ambiguous(headers, scope["http_version"]) or self._refusal(headers, scope["path"])
        if refusal is None and not scope["path"].startswith(self._unread):
            try:
                receive = replay(await content(receive, headers, most=self._max_body), receive)
            except TooLarge as exc:
                refusal = error(413, str(exc))
            except Gone:
                refusal = error(400, "The request ended before its body did.")
        await (refusal or self._app)(scope, receive, send)

    def _refusal(self, headers: Headers, path: str) -> JSONResponse | None:
        host, origin = headers.get("host", "").lower(), headers.get("origin", "").lower()
        if path not in OPEN and host not in self._hosts and _name(host) not in self._hosts:
            return error(421, "This host is not served here. Name it in CLONE_ALLOWED_HOSTS.")
        if origin and origin not in self._origins and _name(origin.partition("://")[2]) not in LOOPBACK:
            return error(403, "This origin may not call. Name it in CLONE_ALLOWED_ORIGINS.")
        return None


def _ambiguous(headers: Headers, version: str) -> JSONResponse | None:
    """The refusal of what could be read in two ways: a header that came again, equal or not, or an odd framing."""
    seen: set[bytes] = set()
    for name, _ in headers.raw:
        if name in seen and (name in _ONCE or name.startswith(_ONCE_FAMILIES)):
            twice = name.decode("latin-1").title()
            return error(400, f"This request has more than one {twice} header. Send it once.")
        seen.add(name)
    coding = headers.get("transfer-encoding", "chunked").lower()
    if coding != "chunked" or (version == "1.0" and b"transfer-encoding" in seen):
        return error(400, "Transfer-Encoding may only be chunked, and only in HTTP/1.1.")
    return None


def _name(host: str) -> str:
    """A host without its port."""
    head, colon, port = host.rpartition(":")
    return head if colon and port.isdigit() else host
