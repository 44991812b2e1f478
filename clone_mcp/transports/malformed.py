"""Bodies that are no JSON-RPC message, refused in plain words: the SDK's own quote Pydantic, its classes and the body.

It looks at refusals alone. What is a message never passes through here twice.
"""

from __future__ import annotations

import json
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_WORDS = {
    "Validation error": 'The body is not a JSON-RPC message. Send an object with `jsonrpc` "2.0", `method` and an `id` '
    "of text or a whole number where you want an answer; `params` is an object.",
    "Parse error": "The body is not JSON in UTF-8.",
}
"""By what the SDK's words begin with."""


class PlainlyRefused:
    """Says it in our words. The status and the code stay."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        held: list[Message] = []

        async def plain(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 400:
                held.append(message)
                return
            if held and message["type"] == "http.response.body":
                start = held.pop()
                body = _plainly(message.get("body", b""))
                MutableHeaders(scope=start)["content-length"] = str(len(body))
                await send(start)
                message = {**message, "body": body}
            await send(message)

        await self._app(scope, receive, plain)


def _plainly(body: bytes) -> bytes:
    try:
        told: Any = json.loads(body)
        said = told["error"]["message"]
    except (ValueError, KeyError, TypeError):
        return body
    words = next((ours for theirs, ours in _WORDS.items() if str(said).startswith(theirs)), None)
    if words is None:
        return body
    return json.dumps({**told, "error": {"code": told["error"]["code"], "message": words}}).encode()
