"""A name for every request: in the answer's header, and in every line that is logged on its behalf."""

from __future__ import annotations

import logging
import re
from uuid import uuid4

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clone_mcp.logs import REQUEST_ID, AsJson

HEADER = "x-request-id"
_FIT = re.compile(r"[A-Za-z0-9._-]{1,64}")


class RequestNaming:
    """Takes the name that a proxy gave the request, if it is fit to be logged, and makes one up otherwise."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        given = Headers(scope=scope).get(HEADER, "")
        name = given if _FIT.fullmatch(given) else uuid4().hex
        token = REQUEST_ID.set(name)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)[HEADER] = name
            await send(message)

        try:
            await self._app(scope, receive, named)
        finally:
            REQUEST_ID.reset(token)


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
