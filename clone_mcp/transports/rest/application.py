"""Every endpoint there is, as one ASGI application.

The order here is the order in which they are described. The endpoints themselves are in a file for each family.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from starlette.convertors import PathConvertor, register_url_convertor
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.transports.http.auth import Authenticate
from clone_mcp.transports.http.bodies import error
from clone_mcp.transports.rest import (
    access,
    auth,
    episodes,
    facts,
    jobs,
    memory,
    monitoring,
    predictions,
    profile,
    raw,
    recording,
    sources,
    switches,
)
from clone_mcp.transports.rest.answering import Methods, refusal
from clone_mcp.transports.rest.endpoint import Endpoint
from clone_mcp.transports.rest.openapi import document
from clone_mcp.transports.rest.page import html

ENDPOINTS = (
    *auth.ENDPOINTS,
    *access.ENDPOINTS,
    *recording.ENDPOINTS,
    *raw.ENDPOINTS,
    *episodes.ENDPOINTS,
    *facts.ENDPOINTS,
    *profile.ENDPOINTS,
    *memory.ENDPOINTS,
    *predictions.ENDPOINTS,
    *switches.ENDPOINTS,
    *sources.ENDPOINTS,
    *monitoring.ENDPOINTS,
    *jobs.ENDPOINTS,
)


def application(
    clone: Callable[[], Awaitable[Clone]],
    authenticate: Authenticate,
    *,
    endpoints: Sequence[Endpoint] = ENDPOINTS,
) -> ASGIApp:
    """REST. The paths of all routes end with a slash."""
    described = [
        Route("/api/openapi.json/", Fixed(json.dumps(document(endpoints)), "application/json")),
        Route("/api/docs/", Fixed(html(document(endpoints)), "text/html; charset=utf-8")),
    ]
    routes = [*described, *_routes(endpoints, clone, authenticate)]
    return WithSlash(Router(routes=routes, redirect_slashes=False, default=_nowhere))


def _routes(
    endpoints: Sequence[Endpoint], clone: Callable[[], Awaitable[Clone]], authenticate: Authenticate
) -> list[Route]:
    by_path: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in endpoints:
        by_path[endpoint.path].append(endpoint)
    return [Route(path, Methods(by_path[path], clone, authenticate)) for path in sorted(by_path, key=_precedence)]


def _precedence(path: str) -> tuple[int, list[bool]]:
    """What stands in an address word by word goes before what may be any id, and the longer before the shorter."""
    parts = path.split("/")
    return -len(parts), [part.startswith("{") for part in parts]


class _Text(PathConvertor):
    """Ids of producers' own, which may hold slashes and line ends."""

    regex = "(?s:.+)"


register_url_convertor("text", _Text())


class Fixed:
    """The same for everybody, until the next version."""

    def __init__(self, content: str, media_type: str) -> None:
        self._content = content.encode()
        self._media_type = media_type
        self._etag = f'"{hashlib.sha256(self._content).hexdigest()[:32]}"'
        self._headers = {
            "ETag": self._etag,
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
            "X-Content-Type-Options": "nosniff",
        }

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        if request.method not in ("GET", "HEAD"):
            return error(405, "This address takes GET, HEAD.", {"Allow": "GET, HEAD"})
        if self._etag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=self._headers)
        content = self._content if request.method == "GET" else b""
        return Response(content, media_type=self._media_type, headers=self._headers)


class WithSlash:
    """Takes addresses with and without the slash at their end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].endswith("/"):
            scope["path"] += "/"  # in place, so that who looks at the scope afterwards sees which route was taken
        await self._app(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    response = refusal(NotFound("There is no such address.", hint="/api/docs lists those there are."))
    await response(scope, receive, send)
