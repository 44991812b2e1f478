"""From a request to an answer: who asks, whether they may, what they sent, what came of it.

The codes for errors are in wire/errors.py. What an endpoint may name in its signature is in endpoint.py.
"""

from __future__ import annotations

import asyncio
import logging
import math
import re
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid5

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError, Invalid, RateLimited
from clone_mcp.logs import log_failure
from clone_mcp.models.access import require_owner, require_writer
from clone_mcp.transports.http.auth import Authenticate
from clone_mcp.transports.http.bodies import Gone, content, error
from clone_mcp.transports.rest.endpoint import OWN_KEY, Endpoint, Needs
from clone_mcp.wire import bodies
from clone_mcp.wire.arguments import ToolReply
from clone_mcp.wire.errors import FAILED_INSIDE, status_of

log = logging.getLogger(__name__)

_NAMESPACE = UUID("5d3f4c1e-0a64-4c0b-9a2e-7c1f2f0b6d55")
"""Ours, for ids that follow from an Idempotency-Key. Another one would make old requests new."""
IGNORED = "X-Clone-Ignored-Fields"
"""A header with the names in a body that mean nothing here, percent-encoded."""


class Methods:
    """All endpoints of one address, as an ASGI application."""

    def __init__(
        self, endpoints: Sequence[Endpoint], clone: Callable[[], Awaitable[Clone]], authenticate: Authenticate
    ) -> None:
        self._by_method = {endpoint.method: endpoint for endpoint in endpoints}
        if "GET" in self._by_method:
            self._by_method["HEAD"] = self._by_method["GET"]
        self._clone = clone
        self._authenticate = authenticate

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        endpoint = self._by_method.get(request.method)
        if endpoint is None:
            allowed = ", ".join(sorted(self._by_method))
            response = error(405, f"This address takes {allowed}.", {"Allow": allowed})
        else:
            try:
                response = await self._answer(endpoint, request)
            except Gone:
                return
        # What is told to one person, tokens and keys among it, is for no cache on the way.
        response.headers.setdefault("Cache-Control", "no-store")
        if request.method == "HEAD":
            response.body = b""
        await response(scope, receive, send)

    async def _answer(self, endpoint: Endpoint, request: Request) -> Response:
        try:
            return await self._called(endpoint, request)
        except CloneError as exc:
            if status_of(exc) >= 500:
                log_failure(log, f"{endpoint.method} {endpoint.address}", exc)
            return refusal(exc)
        except Gone:
            raise
        except Exception as exc:
            log_failure(log, f"{endpoint.method} {endpoint.address}", exc)
            return refusal(FAILED_INSIDE)

    async def _called(self, endpoint: Endpoint, request: Request) -> Response:
        given: dict[str, Any] = {name: request.path_params[name] for name in endpoint.in_path}
        if endpoint.needs is not Needs.NOTHING:
            given["caller"] = caller = await self._authenticate(request.headers)
            if endpoint.needs is Needs.OWNER:
                require_owner(caller)
            if endpoint.needs is Needs.WRITER:
                require_writer(caller)
        if endpoint.query or endpoint.refused_in_query:
            asked = bodies.query(endpoint.query or bodies.Nothing, request.query_params, endpoint.refused_in_query)
            given |= {"query": asked} if endpoint.query else {}
        if endpoint.takes("own_id"):
            given["own_id"] = _own_id(endpoint, request)
        if endpoint.takes("sender"):
            given["sender"] = request.client.host if request.client else ""
        if endpoint.takes("headers"):
            given["headers"] = request.headers
        if endpoint.takes("content"):
            given["content"] = await _content(request, endpoint)
        ignored: list[str] = []
        if endpoint.body is not None:
            sent = await _content(request, endpoint)
            given["body"], ignored = bodies.body(endpoint.body, sent, endpoint.refused_in_body)
        elif endpoint.reads_a_body:
            sent, exact = await _content(request, endpoint), getattr(endpoint.query, "exact", False)
            ignored = bodies.nothing(sent, endpoint.refused_in_body, exact=exact)
        if endpoint.takes("clone"):
            given["clone"] = await self._clone()
        work = endpoint.function(**given)
        reply = await (_unless_gone(work, request) if endpoint.given_up_with_caller else work)
        headers = {IGNORED: ", ".join(map(quote, ignored))} if ignored else {}
        if endpoint.reply is None:
            return Response(status_code=204, headers=headers)
        if isinstance(reply, ToolReply):
            reply = reply.model_copy(update={"ignored_arguments": ignored})
        return Response(reply.model_dump_json(), endpoint.status, headers, "application/json")


async def _content(request: Request, endpoint: Endpoint) -> bytes:
    return await content(request.receive, request.headers, most=endpoint.max_body, hint=endpoint.chunk)


def _own_id(endpoint: Endpoint, request: Request) -> str | None:
    """What is made under one key is made once, because its id follows from the key."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    if not re.fullmatch(OWN_KEY, key):
        raise Invalid("An Idempotency-Key has 1 to 200 characters of ASCII, and no blanks.")
    return str(uuid5(_NAMESPACE, f"{endpoint.method} {endpoint.path} {key}"))


async def _unless_gone(work: Awaitable[Any], request: Request) -> Any:
    """The work's result. It is cancelled when the caller hangs up first."""
    assert isinstance(work, Coroutine)  # noqa: S101 (endpoints are async functions)
    working = asyncio.create_task(work)  # type: ignore[reportUnknownArgumentType]
    watching = asyncio.create_task(_hung_up(request))
    try:
        await asyncio.wait((working, watching), return_when=asyncio.FIRST_COMPLETED)
        if working.done():
            return working.result()
        raise Gone
    finally:
        for task in (working, watching):
            task.cancel()
        await asyncio.wait((working, watching))


async def _hung_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def refusal(exc: CloneError) -> JSONResponse:
    """The answer that an error becomes."""
    status = status_of(exc)
    headers: dict[str, str] = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Bearer realm="clone"'
    if isinstance(exc, RateLimited) and exc.retry_after is not None:
        headers["Retry-After"] = str(max(1, math.ceil(exc.retry_after)))
    return error(status, str(exc), headers)
