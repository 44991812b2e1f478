"""What stands around the SDK at /mcp, from the outside in: who asks, what came, and an id for a new session.

The SDK has a reader for each era, and what one of them mends the other refuses. Here both get the same, and it is what
stdio gets. Requests to REST go through rest/answering.py instead.
"""

from __future__ import annotations

import json
import logging
import math
from typing import Any
from uuid import uuid4

from mcp.server.context import ServerRequestContext
from mcp.types import INTERNAL_ERROR, JSONRPCRequest
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from clone_mcp.errors import CloneError, RateLimited, Unauthenticated, Unavailable
from clone_mcp.models.access import Caller
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import Authenticate, challenge, credential
from clone_mcp.transports.http.bodies import error, replay
from clone_mcp.transports.http.request_log import seen
from clone_mcp.transports.messages import BATCHING, Malformed, batch, in_batch, mended, read
from clone_mcp.wire.errors import status_of

log = logging.getLogger(__name__)

SESSION = "mcp-session-id"
_VERSION = "mcp-protocol-version"


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
            asked = challenge(exc, status, self._settings, tried=credential(brought) is not None)
            await error(status, str(exc), asked | _when(exc))(scope, receive, send)
            return
        if this := seen(scope):
            this.tenant = caller.tenant
        await self._app({**scope, "clone.caller": caller}, receive, send)


def _when(exc: CloneError) -> dict[str, str]:
    """When to come again."""
    if isinstance(exc, Unavailable):
        return {"Retry-After": "1"}
    wait = exc.retry_after if isinstance(exc, RateLimited) else None
    return {} if wait is None else {"Retry-After": str(math.ceil(wait))}


class MessageCheck:
    """Answers what is no message with 400 and a JSON-RPC error, and hands on the rest, a batch message by message.

    Answers to `initialize` get a fresh session id. Clients keep it and send it back; nothing here reads it.
    """

    def __init__(self, app: ASGIApp, admit: Authenticate) -> None:
        self._app = app
        self._admit = admit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The host check has read the body, so it comes in one piece."""
        data = mended((await receive()).get("body", b""))
        # A client that names no version counts as one of the version before clients had to: the SDK takes it so, too.
        parts = batch(data) if Headers(scope=scope).get(_VERSION, BATCHING) == BATCHING else None
        if parts:
            await (await self._all(parts, scope, receive))(scope, receive, send)
            return
        message = read(data)
        if isinstance(message, Malformed):
            await JSONResponse(_refused(message), 400)(scope, receive, send)
            return
        if isinstance(message, JSONRPCRequest) and message.method == "initialize":
            send = _minting(send)
        del message  # the SDK reads it again, and it may be large
        await self._app(_with_length(scope, data), replay(data, receive), send)

    async def _all(self, parts: list[bytes], scope: Scope, receive: Receive) -> Response:
        """The answers to a batch, one message after the other. A notification has none."""
        answers: list[Any] = []
        for number, part in enumerate(parts):
            message = in_batch(part)
            if isinstance(message, Malformed):
                refusal = _refused(message)
                answers += [refusal] if message.awaited else []
                continue
            try:
                if number:  # each counts towards the limits; the first was counted with the request
                    await self._admit(Headers(scope=scope))
                answer = await self._answer(part, scope, receive)
            except CloneError as exc:
                request = message.id if isinstance(message, JSONRPCRequest) else None
                answer = None if request is None else _refused(Malformed(INTERNAL_ERROR, str(exc), request))
            answers += [] if answer is None else [answer]
        return JSONResponse(answers) if answers else Response(status_code=202)

    async def _answer(self, part: bytes, scope: Scope, receive: Receive) -> Any:
        """The one message with which the SDK answers, as JSON or at the end of a stream of events."""
        body = bytearray()

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.body":
                body.extend(message.get("body", b""))

        await self._app(_with_length(scope, part), replay(part, receive), keep)
        for line in reversed(body.decode().splitlines()):
            data = line.removeprefix("data:").strip()
            if data.startswith("{"):
                return json.loads(data)
        return None


def _minting(send: Send) -> Send:
    """The same, with a fresh session id on an answer that is no refusal."""

    async def mint(message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200:
            MutableHeaders(scope=message)[SESSION] = uuid4().hex
        await send(message)

    return mint


def _refused(fault: Malformed) -> Any:
    log.debug("Not a message (%s): %s", fault.code, fault.reason)
    return fault.answer.model_dump(mode="json", by_alias=True, exclude_unset=True)


def _with_length(scope: Scope, body: bytes) -> Scope:
    """The SDK refuses by the length that is announced, and mending makes some bodies longer."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"content-length"]
    return {**scope, "headers": [*headers, (b"content-length", str(len(body)).encode())]}
