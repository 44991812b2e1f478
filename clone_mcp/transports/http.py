"""Streamable HTTP: many clients, many tenants, no state between requests."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Awaitable, Callable
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
from starlette.responses import JSONResponse
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clone_mcp import __version__
from clone_mcp.clone import Clone, Opening
from clone_mcp.errors import CloneError, Invalid, Unauthenticated
from clone_mcp.models.access import Caller
from clone_mcp.settings import Settings
from clone_mcp.tools.registry import TOOLS, status_of
from clone_mcp.tools.server import INSTRUCTIONS, build
from clone_mcp.transports import oauth
from clone_mcp.transports.auth import Authenticate, Issuer, by_credential, credential, is_loopback, nobody_asked
from clone_mcp.transports.background import Background
from clone_mcp.transports.gate import Gate
from clone_mcp.transports.request_id import Named, log_names

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
    uvicorn.run(
        application(
            settings,
            opening,
            nobody_asked
            if no_auth
            else by_credential(opening, fallback=settings.api_token, issuer=issuer_of(settings)),
            closing=opening.close,
        ),
        host=host,
        port=port,
        log_level=settings.log_level if settings.log_level != "warning" else "info",
        access_log=False,
        server_header=False,
        forwarded_allow_ips=settings.trusted_proxies,
        timeout_graceful_shutdown=20,
    )


def application(
    settings: Settings,
    clone: Callable[[], Awaitable[Clone]],
    authenticate: Authenticate,
    *,
    closing: Callable[[], Awaitable[None]],
) -> ASGIApp:
    """The whole service as one ASGI application."""
    manager = StreamableHTTPSessionManager(build(clone, caller_of), stateless=True, max_request_body_size=MAX_BODY)

    @asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncGenerator[None]:
        background = Background(clone)
        background.start()
        async with manager.run():
            yield
        await background.stop()
        await closing()

    mcp = Authenticated(SessionMinting(manager.handle_request), authenticate, settings)
    routes = [
        Route("/healthz", _alive),
        Route("/mcp/health", _alive),
        Route("/readyz", _ready(clone)),
        Route("/.well-known/mcp/server-card.json", _card),
        # POST alone: there is no session to delete, and a GET stream would stay open for nothing and hold up shutdown.
        Route("/mcp", mcp, methods=["POST"]),
        Route("/mcp/", mcp, methods=["POST"]),
        *(_for_oauth(settings) if settings.oauth_issuer else ()),
    ]
    gate = Gate(
        WithRest(Starlette(routes=routes, lifespan=lifespan), clone, authenticate),
        hosts=_listed(settings.allowed_hosts),
        origins=_listed(settings.allowed_origins),
        max_body=MAX_BODY,
        unread=REST,
    )
    return Named(gate)


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
            headers = oauth.challenge(exc, status, self._settings, tried=credential(brought) is not None)
            await JSONResponse({"error": str(exc)}, status_code=status, headers=headers)(scope, receive, send)
            return
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


async def _alive(_request: Request) -> JSONResponse:
    return JSONResponse({"status": "ok", "version": __version__})


def _ready(clone: Callable[[], Awaitable[Clone]]) -> Callable[[Request], Awaitable[JSONResponse]]:
    async def ready(_request: Request) -> JSONResponse:
        try:
            await (await clone()).storage.check()
        except CloneError as exc:
            return JSONResponse({"status": "unavailable", "error": str(exc)}, status_code=503)
        return JSONResponse({"status": "ready", "version": __version__})

    return ready


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
