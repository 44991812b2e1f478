"""Whether the process lives, whether to send it requests, and how it ends without cutting anybody off.

The first signal only begins the end: what is under way is answered, what is new gets 503 with `Retry-After`, and
`/readyz` says so, until whoever shares out the requests has noticed. Then the listening socket is closed as well. How a
stdio server ends is in stdio/server.py.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from types import FrameType

import uvicorn
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from clone_mcp import __version__
from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError
from clone_mcp.transports.http.bodies import error
from clone_mcp.transports.http.host_check import OPEN


class Shutdown:
    """Whether the end has begun, and whether the listener may close."""

    def __init__(self, seconds: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._monotonic = monotonic
        self._began: float | None = None

    @property
    def begun(self) -> bool:
        return self._began is not None

    @property
    def over(self) -> bool:
        return self._began is not None and self._monotonic() >= self._began + self._seconds

    def begin(self) -> None:
        """Begin, unless it has begun."""
        if self._began is None:
            self._began = self._monotonic()


class Refusing:
    """Turns new requests away once the end has begun."""

    def __init__(self, app: ASGIApp, shutdown: Shutdown) -> None:
        self._app = app
        self._shutdown = shutdown

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._shutdown.begun and scope["path"] not in OPEN:
            refusal = error(503, "The server is stopping. Try again.", {"Retry-After": "1", "Connection": "close"})
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn, which would close its listener at the first signal."""

    def __init__(self, config: uvicorn.Config, shutdown: Shutdown) -> None:
        super().__init__(config)
        self._shutdown = shutdown
        self._signal: int | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        again = self._shutdown.begun
        self._shutdown.begin()
        if again or self._shutdown.over:
            super().handle_exit(sig, frame)
        else:
            self._signal = sig

    async def on_tick(self, counter: int) -> bool:
        if self._signal is not None and self._shutdown.over:
            super().handle_exit(self._signal, None)
            self._signal = None
        return await super().on_tick(counter)


async def alive(_request: Request) -> JSONResponse:
    """200 for as long as the process answers at all: restart it when this fails, and only then."""
    return JSONResponse({"status": "ok", "version": __version__})


def ready(clone: Callable[[], Awaitable[Clone]], shutdown: Shutdown) -> Callable[[Request], Awaitable[JSONResponse]]:
    """200 when requests can be answered. Else 503 with what is the matter: the database, or that the process stops."""

    async def ready(_request: Request) -> JSONResponse:
        if shutdown.begun:
            return _not(process="stopping", database="not asked", error="The server is stopping.")
        try:
            await (await clone()).jobs.health.check()
        except CloneError as exc:
            return _not(process="ok", database="unavailable", error=str(exc))
        return JSONResponse({"status": "ready", "process": "ok", "database": "ok", "version": __version__})

    return ready


def _not(*, process: str, database: str, error: str) -> JSONResponse:
    body = {"status": "unavailable", "process": process, "database": database, "error": error}
    return JSONResponse(body, status_code=503)
