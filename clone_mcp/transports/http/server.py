"""Streamable HTTP: many clients, many tenants, no state between requests.

REST's endpoints are listed in rest/application.py. What MCP needs around /mcp is in mcp_endpoint.py.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import cast

import uvicorn
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from clone_mcp import __version__
from clone_mcp.clone import Clone, Opening
from clone_mcp.errors import Invalid
from clone_mcp.settings import Settings, listed
from clone_mcp.tools.registry import TOOLS
from clone_mcp.tools.server import INSTRUCTIONS, build
from clone_mcp.transports.background import Background
from clone_mcp.transports.http import auth
from clone_mcp.transports.http.host_check import HostCheck
from clone_mcp.transports.http.lifecycle import Refusing, Server, Shutdown, alive, ready
from clone_mcp.transports.http.mcp_endpoint import Authenticated, MessageCheck, caller_of
from clone_mcp.transports.http.request_log import (
    RequestObserver,
    RouteObserver,
    counting_tools,
    log_names,
)
from clone_mcp.transports.http.telemetry import CONTENT_TYPE, Metrics, listening, send_traces
from clone_mcp.transports.local import LocalDoor, home_of

MAX_BODY = 4 * 1024 * 1024
"""Bytes of a request to MCP. REST has limits of its own, by endpoint."""
REST = "/api/"


def serve(settings: Settings, opening: Opening, *, host: str, port: int, no_auth: bool) -> None:
    """Bind and serve until a signal comes; requests under way are finished first."""
    if not auth.is_loopback(host) and (no_auth or settings.api_token):
        raise Invalid(
            f"{host} can be reached from other machines, so every request must bring a key of its own.",
            hint="Leave out --no-auth and CLONE_API_TOKEN, or bind 127.0.0.1.",
        )
    # The SDK answers on streams that would be cut at the first signal. Each of ours ends with its answer: let it.
    AppStatus.disable_automatic_graceful_drain()
    log_names()
    asked = auth.by_credential(opening, fallback=settings.api_token, issuer=issuer_of(settings))
    authenticate = auth.nobody_asked if no_auth else asked
    if settings.traces:
        send_traces()
    shutdown = Shutdown(settings.drain_seconds)
    home = home_of(settings)
    door = LocalDoor(home, opening) if home else None
    app = application(settings, opening, authenticate, closing=opening.close, shutdown=shutdown, door=door)
    server = Server(_configured(settings, app, host, port), shutdown)
    server.run()
    if not server.started:
        raise SystemExit(3)


def _configured(settings: Settings, app: ASGIApp, host: str, port: int) -> uvicorn.Config:
    """uvicorn's lines are logged like ours, and it says where it listens unless only errors are wanted."""
    logging.getLogger("uvicorn").setLevel(logging.ERROR if settings.log_level == "error" else logging.INFO)
    return uvicorn.Config(
        app,
        host=host,
        port=port,
        http="httptools",  # never its fallback, which takes a request with both Content-Length and Transfer-Encoding
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=20,
        log_config=None,
        ws="none",  # there are none, and uvicorn would log the address of whoever tries
    )


def application(
    settings: Settings,
    clone: Callable[[], Awaitable[Clone]],
    authenticate: auth.Authenticate,
    *,
    closing: Callable[[], Awaitable[None]],
    shutdown: Shutdown | None = None,
    door: LocalDoor | None = None,
) -> ASGIApp:
    """The whole service as one ASGI application. `door` is for hooks, where the database is one person's own."""
    shutdown, metrics = shutdown or Shutdown(0), Metrics()
    server = build(clone, caller_of)
    server.middleware.append(counting_tools(metrics))
    manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=MAX_BODY)
    beside = [*([Background(clone)] if settings.works_jobs_off else []), *([door] if door else [])]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with _running(beside), listening(metrics, settings.metrics_address), auth.counted(clone), manager.run():
            yield
        await closing()

    admitted = auth.within_limits(authenticate, clone)
    mcp = Authenticated(MessageCheck(manager.handle_request, admitted), admitted, settings)
    routes = [
        Route("/healthz", alive),
        Route("/mcp/health", alive),
        Route("/readyz", ready(clone, shutdown)),
        Route("/.well-known/mcp/server-card.json", _card),
        # POST alone: there is no session to delete, and a GET stream would stay open for nothing and hold up shutdown.
        Route("/mcp", mcp, methods=["POST"]),
        Route("/mcp/", mcp, methods=["POST"]),
        *(_for_oauth(settings) if settings.oauth_issuer else ()),
    ]
    if settings.metrics_public:
        routes.append(Route("/metrics", _counts(metrics)))
    rest = WithRest(Starlette(routes=routes, lifespan=lifespan), clone, admitted)
    hosts, origins = listed(settings.allowed_hosts), listed(settings.allowed_origins)
    checked = HostCheck(RouteObserver(rest), hosts=hosts, origins=origins, max_body=MAX_BODY, unread=REST)
    return RequestObserver(Refusing(checked, shutdown), metrics)


@asynccontextmanager
async def _running(beside: Sequence[Background | LocalDoor]) -> AsyncGenerator[None]:
    """What runs beside the requests, for as long as the block lasts."""
    for each in beside:
        each.start()
    yield
    for each in reversed(beside):
        await each.stop()


def issuer_of(settings: Settings) -> auth.Issuer | None:
    """The issuer that the settings name, if they name one. What checks its tokens is loaded only then."""
    return import_module("clone_mcp.transports.http.issuer").ExternalIssuer(settings) if settings.oauth_issuer else None


def _for_oauth(settings: Settings) -> list[Route]:
    """Where clients look for the issuer: some by the path of what they were refused, some at the root."""

    async def describe(_request: Request) -> JSONResponse:
        return JSONResponse(auth.metadata(settings))

    return [
        Route("/.well-known/oauth-protected-resource", describe),
        Route("/.well-known/oauth-protected-resource/mcp", describe),
    ]


class WithRest:
    """REST beside the rest, loaded by the first request for it: who serves MCP alone must not wait for its shapes."""

    def __init__(self, app: ASGIApp, clone: Callable[[], Awaitable[Clone]], authenticate: auth.Authenticate) -> None:
        self._app = app
        self._clone = clone
        self._authenticate = authenticate
        self._rest: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(REST):
            await self._app(scope, receive, send)
            return
        if self._rest is None:
            rest = await asyncio.to_thread(import_module, "clone_mcp.transports.rest.application")
            self._rest = rest.application(self._clone, self._authenticate)
        await cast("ASGIApp", self._rest)(scope, receive, send)


def _counts(metrics: Metrics) -> Callable[[Request], Awaitable[Response]]:
    async def counts(_request: Request) -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE)

    return counts


async def _card(_request: Request) -> JSONResponse:
    return JSONResponse(
        {
            "name": "clone",
            "title": "Clone",
            "version": __version__,
            "description": INSTRUCTIONS,
            "transport": {"type": "streamable-http", "endpoint": "/mcp"},
            "authentication": {"required": True, "schemes": ["bearer", "X-Clone-API-Key"]},
            "tools": [{"name": tool.name, "title": tool.title} for tool in TOOLS],
        }
    )
