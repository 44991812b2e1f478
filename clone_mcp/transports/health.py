"""Whether the process lives, and whether to send it requests. Only the second asks the database."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse

from clone_mcp import __version__
from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError
from clone_mcp.transports.leaving import Leaving

Answer = Callable[[Request], Awaitable[JSONResponse]]


async def alive(_request: Request) -> JSONResponse:
    """200 for as long as the process answers at all: restart it when this fails, and only then."""
    return JSONResponse({"status": "ok", "version": __version__})


def ready(clone: Callable[[], Awaitable[Clone]], leaving: Leaving) -> Answer:
    """200 when requests can be answered. Else 503 with what is the matter: the database, or that the process stops."""

    async def ready(_request: Request) -> JSONResponse:
        if leaving.begun:
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
