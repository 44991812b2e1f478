"""Bodies over HTTP: one that comes is read within a limit and handed on, one that goes out says what went wrong.

What stands in a body is none of its business: MCP's messages are read in messages.py, REST's JSON in wire/bodies.py.
"""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import Message, Receive

from clone_mcp.errors import TooLarge


class Gone(Exception):
    """Whoever asked has hung up."""


async def content(receive: Receive, headers: Headers, *, most: int, hint: str = "Send it in parts.") -> bytes:
    """The whole body. A length that is announced is believed only to refuse. Raises TooLarge and Gone."""
    too_large = TooLarge(f"The body is over the limit of {most:,} bytes.", hint=hint)
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced) > most:
        raise too_large
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunks.append(message.get("body", b""))
        size += len(chunks[-1])
        if size > most:
            raise too_large
        if not message.get("more_body", False):
            return b"".join(chunks)


def replay(body: bytes, receive: Receive) -> Receive:
    """Hand out the body once, then whatever comes: a disconnect, which cancels the work."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay


def error(status: int, message: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """An answer that is an error."""
    return JSONResponse({"error": message}, status_code=status, headers=headers)
