"""Whatever is sent to a tool or a route, the answer is an answer: no crash, no trace, no hang.

Tools and routes are found by walking the registry and the application, so that a new one is tried unasked.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from typing import Any

import httpx2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.routing import Mount, Route

from clone_mcp.app import open_storage, wire
from clone_mcp.clone import Clone
from clone_mcp.models.access import LOCAL_TENANT, Scope
from clone_mcp.settings import Settings
from clone_mcp.tools.registry import TOOLS
from clone_mcp.transports.rest.application import ENDPOINTS
from tests.fuzz.values import ANYTHING, NOBODY_ASKED, TEXTS, objects
from tests.support.clock import FixedClock
from tests.support.effort import effort
from tests.support.mcp import MODERN, service, within

pytestmark = pytest.mark.slow

HANG_SECONDS = 60
"""Far beyond the five that are allowed, because this machine may be busy: what hangs, hangs longer."""
ENVELOPE = (
    '"_meta": {"io.modelcontextprotocol/protocolVersion": "2026-07-28", '
    '"io.modelcontextprotocol/clientCapabilities": {}}, '
)
JSON_AND_STREAM = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


class Service:
    """The whole HTTP service in this process, over SQLite, with an owner's key."""

    def __init__(self, runner: asyncio.Runner, app: Any, http: httpx2.AsyncClient) -> None:
        self._runner = runner
        self.app = app
        self._http = http

    def send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        return self._runner.run(self._send(method, path, **more))

    async def _send(self, method: str, path: str, **more: Any) -> httpx2.Response:
        async with asyncio.timeout(HANG_SECONDS):
            return await self._http.request(method, path, **more)


@pytest.fixture(scope="module")
def http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    settings = Settings(home=tmp_path_factory.mktemp("fuzz"), secret="test")
    with asyncio.Runner() as runner:
        stack, found = runner.run(_opened(settings))
        yield Service(runner, *found)
        runner.run(stack.aclose())


async def _opened(settings: Settings) -> tuple[AsyncExitStack, tuple[Any, httpx2.AsyncClient]]:
    stack = AsyncExitStack()
    clock = FixedClock()
    storage = await open_storage(settings, clock)
    stack.push_async_callback(storage.close)
    clone: Clone = wire(settings, storage, clock, b"test")
    _, key = await clone.access.api_keys.create(LOCAL_TENANT, "fuzz", Scope.OWNER)
    app = service(settings, clone)
    transport = await stack.enter_async_context(_in_one_task(app))
    client = httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers={"x-clone-api-key": key})
    return stack, (app, await stack.enter_async_context(client))


class _in_one_task:
    """The application's lifespan must end in the task it began in, which is not the one that closes the stack."""

    def __init__(self, app: Any) -> None:
        self._app = app
        self._over = asyncio.Event()
        self._ready: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> Any:
        self._task = asyncio.create_task(self._run())
        return await self._ready

    async def __aexit__(self, *_exc: object) -> None:
        self._over.set()
        await self._task

    async def _run(self) -> None:
        async with within(self._app) as transport:
            self._ready.set_result(transport)
            await self._over.wait()


def check(response: httpx2.Response, caplog: pytest.LogCaptureFixture) -> None:
    if response.status_code == 503 and "No language model may be asked here" in response.text:
        caplog.clear()  # asked for by name, and there is none: that is an answer
        return
    assert response.status_code < 500, response.text[:500]
    assert not re.search(r"Traceback|Clone failed inside|Error 500|File \"", response.text), response.text[:500]
    crashes = [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]
    assert crashes == []


@pytest.mark.parametrize("tool", TOOLS, ids=lambda tool: tool.name)
def test_no_arguments_make_a_tool_fail(tool: Any, http: Service, caplog: pytest.LogCaptureFixture) -> None:
    described = tool.describe()

    @effort(25)
    @given(arguments=objects(described.input_schema) | st.sampled_from(NOBODY_ASKED), modern=st.booleans())
    def search(arguments: str, modern: bool) -> None:
        eras = {"mcp-protocol-version": MODERN, "mcp-method": "tools/call", "mcp-name": tool.name} if modern else {}
        params = f'{{{ENVELOPE if modern else ""}"name": "{tool.name}", "arguments": {arguments}}}'
        body = f'{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {params}}}'
        sent = body.encode("utf-8", "surrogatepass")
        check(http.send("POST", "/mcp", content=sent, headers=JSON_AND_STREAM | eras), caplog)

    search()
    good = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
    assert http.send("POST", "/mcp", content=good, headers=JSON_AND_STREAM).status_code == 200


@effort(60)
@given(
    method=st.sampled_from(["initialize", "tools/call", "tools/list", "resources/read", "completion/complete", "ping"])
    | TEXTS,
    params=ANYTHING,
    number=st.sampled_from(["1", '"x"', "null", "1.5", *NOBODY_ASKED[:6]]),
)
def _protocol(http: Service, caplog: pytest.LogCaptureFixture, method: str, params: str, number: str) -> None:
    import json

    body = f'{{"jsonrpc": "2.0", "id": {number}, "method": {json.dumps(method)}, "params": {params}}}'
    check(http.send("POST", "/mcp", content=body.encode("utf-8", "replace"), headers=JSON_AND_STREAM), caplog)


def test_no_message_makes_the_protocol_fail(http: Service, caplog: pytest.LogCaptureFixture) -> None:
    _protocol(http, caplog)


URIS = st.sampled_from(["clone://facts/", "clone://episodes/", "clone://", "file:///etc/", "clone://facts/../"])


def test_no_address_makes_a_resource_fail(http: Service, caplog: pytest.LogCaptureFixture) -> None:
    import json

    @effort(25)
    @given(uri=st.builds(str.__add__, URIS, TEXTS))
    def search(uri: str) -> None:
        params = {"uri": uri}
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "resources/read", "params": params})
        response = http.send("POST", "/mcp", content=body, headers=JSON_AND_STREAM)
        check(response, caplog)
        assert "root:" not in response.text

    search()


def routes(app: Any) -> list[tuple[str, str]]:
    """Method and path of everything that is served, below mounts too."""
    while not hasattr(app, "routes"):
        app = app._app
    return sorted(set(_walk(app.routes, "")))


def _walk(found: Any, prefix: str) -> Iterator[tuple[str, str]]:
    for route in found:
        if isinstance(route, Mount):
            yield from _walk(route.routes or [], prefix + route.path)
        elif isinstance(route, Route):
            for method in route.methods or {"GET", "POST"}:
                yield method, prefix + route.path


def test_no_request_makes_a_route_fail(http: Service, caplog: pytest.LogCaptureFixture) -> None:
    """Every route with its own method, and now and then with another's."""
    shapes = {(each.method, each.path): each.body for each in ENDPOINTS}
    served = [*routes(http.app), *sorted(shapes)]
    assert ("POST", "/mcp") in served

    @effort(6 * len(served))
    @given(data=st.data())
    def search(data: st.DataObject) -> None:
        method, path = data.draw(st.sampled_from(served))
        method = data.draw(st.sampled_from([method] * 5 + ["GET", "POST", "PUT", "PATCH", "DELETE"]))
        given_path = re.sub(r"\{[^}]*\}", lambda _: _quoted(data.draw(TEXTS)), path)
        query = {"limit": data.draw(TEXTS), "offset": "-1", "x": data.draw(TEXTS)} if data.draw(st.booleans()) else {}
        shape = shapes.get((method, path))
        meant = objects(_inlined(shape.model_json_schema())) if shape else ANYTHING
        body = data.draw(ANYTHING | meant).encode("utf-8", "surrogatepass")
        kind = data.draw(st.sampled_from(["application/json", "text/plain", "multipart/form-data; boundary=x", "\x7f"]))
        headers = {"content-type": kind, "accept": data.draw(st.sampled_from(["*/*", JSON_AND_STREAM["accept"], ""]))}
        address = given_path + ("?" + "&".join(f"{name}={_quoted(value)}" for name, value in query.items()))
        check(http.send(method, address, content=body, headers=headers), caplog)

    search()


def _inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """Without what it refers to: those fields get anything."""
    return {"properties": {}, **schema}


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text.encode("utf-8", "replace"), safe="") or "x"
