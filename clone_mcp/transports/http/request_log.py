"""Every request has a name, a line in the log and a place in the counts. None of them holds what was sent.

The name stands in the answer's header and in every line that is logged on the request's behalf.
"""

from __future__ import annotations

import logging
import re
import time
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from mcp.server.context import CallNext, HandlerResult, ServerRequestContext
from mcp.types import CallToolResult
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clone_mcp.logs import REQUEST_ID, AsJson
from clone_mcp.tools.registry import BY_NAME
from clone_mcp.transports.http.telemetry import Metrics

log = logging.getLogger(__name__)

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_PLACE = "clone.seen"
_HEADER = "x-request-id"
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""A name that may stand in the log."""


@dataclass(slots=True)
class RequestRecord:
    """What becomes known of a request while it is answered."""

    route: str = ""
    """As the server spells it, such as `/api/jobs/{id}/`: addresses themselves may hold ids and secrets."""
    tenant: UUID | None = None
    status: int = 0


def seen(scope: Scope) -> RequestRecord | None:
    """What is known of the request at hand, to be added to."""
    return scope.get(_PLACE)


class RequestObserver:
    """Around everything, so that refusals are seen too: names each request, counts it and logs it.

    The name is what a proxy gave the request, if it is fit to be logged, and is made up otherwise.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(_HEADER, "")
        name = given if _FIT.fullmatch(given) else uuid4().hex
        this = RequestRecord()

        async def noting(message: Message) -> None:
            if message["type"] == "http.response.start":
                this.status = message["status"]
                MutableHeaders(scope=message)[_HEADER] = name
            await send(message)

        token = REQUEST_ID.set(name)
        began = time.perf_counter()
        self._metrics.under_way.inc()
        try:
            await self._app({**scope, _PLACE: this}, receive, noting)
        finally:
            self._metrics.under_way.dec()
            self._note(scope["method"], this, time.perf_counter() - began)
            REQUEST_ID.reset(token)

    def _note(self, method: str, this: RequestRecord, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        route = this.route or "none"
        self._metrics.requests.labels(method, route, str(this.status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        fields = {"method": method, "route": route, "status": this.status, "ms": round(seconds * 1000, 1)}
        if this.tenant is not None:
            fields["tenant"] = str(this.tenant)
        log.info("%s %s %s", method, route, this.status, extra={"fields": fields})


class RouteObserver:
    """Right around the router: notes which route was taken."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._app(scope, receive, send)
        finally:
            this, route = seen(scope), scope.get("route")
            if this is not None and route is not None:
                this.route = scope.get("root_path", "") + route.path


def counting_tools(metrics: Metrics) -> Any:
    """SDK middleware that counts tool calls."""

    async def count(ctx: ServerRequestContext[Any, Any], call_next: CallNext) -> HandlerResult:
        if ctx.method != "tools/call":
            return await call_next(ctx)
        name = str((ctx.params or {}).get("name"))
        tool, outcome = name if name in BY_NAME else "unknown", "cancelled"
        try:
            result = await call_next(ctx)
            outcome = "error" if _says_error(result) else "ok"
        except Exception:
            outcome = "error"
            raise
        finally:
            metrics.tools.labels(tool, outcome).inc()
        return result

    return count


def _says_error(result: Any) -> bool:
    """Results come as what a tool returned, or as what of it goes over the wire."""
    match result:
        case CallToolResult(is_error=True) | {"isError": True}:
            return True
        case _:
            return False


def log_names() -> None:
    """Have every line of text say for which request it was logged. Lines of no request stay as they are."""
    for handler in logging.getLogger().handlers:
        named = isinstance(handler.formatter, AsJson) or any(isinstance(each, _Naming) for each in handler.filters)
        if not named:
            handler.addFilter(_Naming())


class _Naming(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        if name := REQUEST_ID.get():
            record.request_id = name
            record.msg, record.args = f"[{name}] {record.getMessage()}", None
        return True
