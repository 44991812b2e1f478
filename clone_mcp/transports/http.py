"""Streamable HTTP: many clients, many tenants, no state between requests."""

from __future__ import annotations

import asyncio
import json
import logging
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any, cast
from uuid import uuid4

import uvicorn
from mcp.server.context import ServerRequestContext
from mcp.server.streamable_http_manager import StreamableHTTPSessionManager
from sse_starlette.sse import AppStatus
from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clone_mcp import __version__
from clone_mcp.clone import Clone, Opening
from clone_mcp.errors import CloneError, Invalid, RateLimited, Unauthenticated, Unavailable
from clone_mcp.models.access import Caller
from clone_mcp.settings import Settings
from clone_mcp.tools.registry import TOOLS
from clone_mcp.tools.server import INSTRUCTIONS, build
from clone_mcp.transports import oauth, traces
from clone_mcp.transports.auth import Authenticate, Issuer, by_credential, credential, is_loopback, nobody_asked
from clone_mcp.transports.background import Background
from clone_mcp.transports.health import alive, ready
from clone_mcp.transports.host_check import HostCheck
from clone_mcp.transports.leaving import Leaving, Refusing, Server
from clone_mcp.transports.limits import counted, within_limits
from clone_mcp.transports.local import LocalDoor, home_of
from clone_mcp.transports.metrics import CONTENT_TYPE, Metrics, listening
from clone_mcp.transports.observed import RequestObserver, RouteObserver, counting_tools, seen
from clone_mcp.transports.posted import Posted
from clone_mcp.transports.request_id import RequestNaming, log_names
from clone_mcp.wire.errors import status_of

log = logging.getLogger(__name__)

MAX_BODY = 4 * 1024 * 1024
SESSION = "mcp-session-id"
REST = "/api/"


def serve(settings: Settings, opening: Opening, *, host: str, port: int, no_auth: bool) -> None:
    """Bind and serve until a signal comes; requests under way are finished first."""
    if not is_loopback(host) and (no_auth or settings.api_token):
        raise Invalid(
            f"{host} can be reached from other machines, so every request must bring a key of its own.",
            hint="Leave out --no-auth and CLONE_API_TOKEN, or bind 127.0.0.1.",
        )
    # The SDK answers on streams that would be cut at the first signal. Each of ours ends with its answer: let it.
    AppStatus.disable_automatic_graceful_drain()
    log_names()
    asked = by_credential(opening, fallback=settings.api_token, issuer=issuer_of(settings))
    authenticate = nobody_asked if no_auth else asked
    if settings.traces:
        traces.send()
    leaving = Leaving(settings.drain_seconds)
    home = home_of(settings)
    door = LocalDoor(home, opening) if home else None
    app = application(settings, opening, authenticate, closing=opening.close, leaving=leaving, door=door)
    server = Server(_configured(settings, app, host, port), leaving)
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
    authenticate: Authenticate,
    *,
    closing: Callable[[], Awaitable[None]],
    leaving: Leaving | None = None,
    door: LocalDoor | None = None,
) -> ASGIApp:
    """The whole service as one ASGI application. `door` is for hooks, where the database is one person's own."""
    leaving, metrics = leaving or Leaving(0), Metrics()
    server = build(clone, caller_of)
    server.middleware.append(counting_tools(metrics))
    manager = StreamableHTTPSessionManager(server, stateless=True, max_request_body_size=MAX_BODY)
    beside = [*([Background(clone)] if settings.works_jobs_off else []), *([door] if door else [])]

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        async with _running(beside), listening(metrics, settings.metrics_address), counted(clone), manager.run():
            yield
        await closing()

    admitted = within_limits(authenticate, clone)
    mcp = Authenticated(Posted(SessionMinting(manager.handle_request), admitted), admitted, settings)
    routes = [
        Route("/healthz", alive),
        Route("/mcp/health", alive),
        Route("/readyz", ready(clone, leaving)),
        Route("/.well-known/mcp/server-card.json", _card),
        # POST alone: there is no session to delete, and a GET stream would stay open for nothing and hold up shutdown.
        Route("/mcp", mcp, methods=["POST"]),
        Route("/mcp/", mcp, methods=["POST"]),
        *(_for_oauth(settings) if settings.oauth_issuer else ()),
    ]
    if settings.metrics_public:
        routes.append(Route("/metrics", _counts(metrics)))
    rest = WithRest(Starlette(routes=routes, lifespan=lifespan), clone, admitted)
    return RequestNaming(RequestObserver(Refusing(_gate(settings, RouteObserver(rest)), leaving), metrics))


def _gate(settings: Settings, app: ASGIApp) -> HostCheck:
    hosts, origins = _listed(settings.allowed_hosts), _listed(settings.allowed_origins)
    return HostCheck(app, hosts=hosts, origins=origins, max_body=MAX_BODY, unread=REST)


@asynccontextmanager
async def _running(beside: Sequence[Background | LocalDoor]) -> AsyncGenerator[None]:
    """What runs beside the requests, for as long as the block lasts."""
    for each in beside:
        each.start()
    yield
    for each in reversed(beside):
        await each.stop()


def issuer_of(settings: Settings) -> Issuer | None:
    """The issuer that the settings name, if they name one. What checks its tokens is loaded only then."""
    return import_module("clone_mcp.transports.issuer").ExternalIssuer(settings) if settings.oauth_issuer else None


def _for_oauth(settings: Settings) -> list[Route]:
    """Where clients look for the issuer: some by the path of what they were refused, some at the root."""

    async def told(_request: Request) -> JSONResponse:
        return JSONResponse(oauth.metadata(settings))

    return [
        Route("/.well-known/oauth-protected-resource", told),
        Route("/.well-known/oauth-protected-resource/mcp", told),
    ]


def caller_of(ctx: ServerRequestContext[Any, Any]) -> Caller:
    """The caller that the request was authenticated as. Without one nothing is answered."""
    caller = ctx.request.scope.get("clone.caller") if ctx.request is not None else None
    if not isinstance(caller, Caller):
        raise Unauthenticated("This request was not authenticated.")
    return caller


class Authenticated:
    """Lets a request through with its caller noted on it, or says what it has to bring."""

    def __init__(self, app: ASGIApp, authenticate: Authenticate, settings: Settings) -> None:
        self._app = app
        self._authenticate = authenticate
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        brought = Headers(scope=scope)
        try:
            caller = await self._authenticate(brought)
        except CloneError as exc:
            status = status_of(exc)
            asked = oauth.challenge(exc, status, self._settings, tried=credential(brought) is not None)
            await JSONResponse({"error": str(exc)}, status_code=status, headers=asked | _when(exc))(
                scope, receive, send
            )
            return
        if this := seen(scope):
            this.tenant = caller.tenant
        await self._app({**scope, "clone.caller": caller}, receive, send)


class SessionMinting:
    """Puts a fresh session id on answers to `initialize`. Clients keep it and send it back; nothing here reads it."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        first = await receive()
        waiting = [first]
        initializes = _initializes(first.get("body", b""))

        async def replay() -> Message:
            return waiting.pop() if waiting else await receive()

        async def mint(message: Message) -> None:
            if initializes and message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)[SESSION] = uuid4().hex
            await send(message)

        await self._app(scope, replay, mint)


def _initializes(body: bytes) -> bool:
    if b'"initialize"' not in body:
        return False
    try:
        message: Any = json.loads(body)
    except (ValueError, RecursionError):
        return False
    return isinstance(message, dict) and message.get("method") == "initialize"  # type: ignore[reportUnknownMemberType]


def _when(exc: CloneError) -> dict[str, str]:
    """When to come again."""
    if isinstance(exc, Unavailable):
        return {"Retry-After": "1"}
    wait = exc.retry_after if isinstance(exc, RateLimited) else None
    return {} if wait is None else {"Retry-After": str(math.ceil(wait))}


class WithRest:
    """REST beside the rest, loaded by the first request for it: who serves MCP alone must not wait for its shapes."""

    def __init__(self, app: ASGIApp, clone: Callable[[], Awaitable[Clone]], authenticate: Authenticate) -> None:
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


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]
