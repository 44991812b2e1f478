"""MCP clients over our own server: in memory, over HTTP within the process, and over HTTP on a loopback port."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import uvicorn
from mcp.client import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult
from starlette.types import ASGIApp, Message

from clone_mcp.clone import Clone
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import Authenticate, by_credential
from clone_mcp.transports.http.server import application

MODERN = "2026-07-28"


def already(clone: Clone) -> Callable[[], Awaitable[Clone]]:
    """A Clone that is open, for what would open one when first needed."""

    async def ready() -> Clone:
        return clone

    return ready


async def nothing() -> None:
    """Closing what the test closes itself."""


def service(settings: Settings, clone: Clone, authenticate: Authenticate | None = None) -> ASGIApp:
    """The whole HTTP service over a Clone that is open; by API key unless the test says otherwise."""
    keys = authenticate or by_credential(already(clone), fallback="")
    return application(settings, already(clone), keys, closing=nothing)


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncGenerator[str]:
    """The application on a free loopback port, by uvicorn; yields its address."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, server_header=False, timeout_graceful_shutdown=5))
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await running


@asynccontextmanager
async def within(app: ASGIApp) -> AsyncGenerator[httpx2.AsyncBaseTransport]:
    """The application started, without a socket; yields the way to send requests to it."""
    told: asyncio.Queue[Message] = asyncio.Queue()
    said: asyncio.Queue[Message] = asyncio.Queue()
    running = asyncio.create_task(app({"type": "lifespan", "asgi": {"version": "3.0"}}, told.get, said.put))
    told.put_nowait({"type": "lifespan.startup"})
    assert (await said.get())["type"] == "lifespan.startup.complete"
    try:
        yield httpx2.ASGITransport(app)
    finally:
        told.put_nowait({"type": "lifespan.shutdown"})
        await running


@asynccontextmanager
async def http_client(
    address: str, *, mode: str, key: str = "", transport: httpx2.AsyncBaseTransport | None = None
) -> AsyncGenerator[Client]:
    """The SDK's client on a started application."""
    headers = {"X-Clone-API-Key": key} if key else {}
    async with (
        httpx2.AsyncClient(headers=headers, timeout=30, transport=transport) as http,
        Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
    ):
        yield client


def answered(result: CallToolResult) -> dict[str, Any]:
    """A tool's answer, which must be the same as structured content and as text."""
    assert not result.is_error, result.content
    [content] = result.content
    assert json.loads(content.text) == result.structured_content
    return result.structured_content


def refused(result: CallToolResult) -> str:
    """A tool's refusal: one piece of prose and nothing a client could take for an answer."""
    assert result.is_error
    assert result.structured_content is None
    [content] = result.content
    assert not content.text.lstrip().startswith(("{", "["))
    assert "Traceback" not in content.text
    return content.text
