"""All endpoints as one ASGI application."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Sequence

from starlette.routing import BaseRoute, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.transports.auth import Authenticate
from clone_mcp.transports.rest.answering import Methods
from clone_mcp.transports.rest.endpoint import Endpoint
from clone_mcp.transports.rest.refusals import refusal
from clone_mcp.transports.rest.surface import ENDPOINTS


def application(
    clone: Callable[[], Awaitable[Clone]],
    authenticate: Authenticate,
    *,
    more: Sequence[BaseRoute] = (),
) -> ASGIApp:
    """REST. `more` are routes that answer by themselves; their paths end with a slash, as all here do."""
    routes = [*_routes(ENDPOINTS, clone, authenticate), *more]
    return WithSlash(Router(routes=routes, redirect_slashes=False, default=_nowhere))


def _routes(
    endpoints: Sequence[Endpoint], clone: Callable[[], Awaitable[Clone]], authenticate: Authenticate
) -> list[Route]:
    by_path: defaultdict[str, list[Endpoint]] = defaultdict(list)
    for endpoint in endpoints:
        by_path[endpoint.path].append(endpoint)
    # What stands in an address word by word goes before what may be any id.
    ordered = sorted(by_path, key=lambda path: [part.startswith("{") for part in path.split("/")])
    return [Route(path, Methods(by_path[path], clone, authenticate)) for path in ordered]


class WithSlash:
    """Takes addresses with and without the slash at their end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not scope["path"].endswith("/"):
            scope = {**scope, "path": scope["path"] + "/"}
        await self._app(scope, receive, send)


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    response = refusal(NotFound("There is no such address.", hint="/api/docs lists those there are."))
    await response(scope, receive, send)
