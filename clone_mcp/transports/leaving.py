"""The end of a server, without anybody being cut off.

The first signal only begins it: what is under way is answered, what is new gets 503 with `Retry-After`, and `/readyz`
says so, until whoever shares out the requests has noticed. Then the listening socket is closed as well.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import FrameType

import uvicorn
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from clone_mcp.transports.host_check import OPEN


class Leaving:
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

    def __init__(self, app: ASGIApp, leaving: Leaving) -> None:
        self._app = app
        self._leaving = leaving

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._leaving.begun and scope["path"] not in OPEN:
            refusal = JSONResponse(
                {"error": "The server is stopping. Try again."},
                status_code=503,
                headers={"Retry-After": "1", "Connection": "close"},
            )
            await refusal(scope, receive, send)
            return
        await self._app(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn, which would close its listener at the first signal."""

    def __init__(self, config: uvicorn.Config, leaving: Leaving) -> None:
        super().__init__(config)
        self._leaving = leaving
        self._signal: int | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        again = self._leaving.begun
        self._leaving.begin()
        if again or self._leaving.over:
            super().handle_exit(sig, frame)
        else:
            self._signal = sig

    async def on_tick(self, counter: int) -> bool:
        if self._signal is not None and self._leaving.over:
            super().handle_exit(self._signal, None)
            self._signal = None
        return await super().on_tick(counter)
