"""Requests that say two things at once, as bytes on a socket: no client of ours would send them."""

from __future__ import annotations

import socket
from collections.abc import Generator
from pathlib import Path

import pytest

from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT, Scope
from clone_mcp.settings import Settings
from tests.transports.test_serving import serving

pytestmark = pytest.mark.slow

ACCEPT = "Accept: application/json, text/event-stream"
LIST = '{"jsonrpc": "2.0", "id": 1, "method": "tools/list"}'
DOORS = {
    "/mcp": ("POST", LIST),
    "/api/memory/facts/": ("POST", '{"text": "Prefers tabs"}'),
    "/api/sources/hooks/x/": ("POST", "{}"),
    "/healthz": ("GET", ""),
}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("served") / "home"


@pytest.fixture(scope="module")
def port(home: Path) -> Generator[int]:
    with serving(Settings(home=home, secret="test"), "serve") as (_, port):
        yield port


@pytest.fixture
async def key(home: Path) -> str:
    async with opened(Settings(home=home, secret="test")) as clone:
        _, key = await clone.access.api_keys.create(LOCAL_TENANT, "test", Scope.OWNER)
        return key


def answered(port: int, path: str, *lines: str, body: str | None = None, version: str = "1.1") -> tuple[int, str]:
    """The status and text of the answer to a request with just these header lines."""
    method, usual = DOORS[path]
    request = "\r\n".join(
        (f"{method} {path} HTTP/{version}", "Connection: close", *lines, "", usual if body is None else body)
    )
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(request.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b"")).decode()
    return int(answer.split(" ")[1]), answer.partition("\r\n\r\n")[2]


def usual(path: str, key: str) -> list[str]:
    """What a good request brings."""
    length = f"Content-Length: {len(DOORS[path][1])}"
    return ["Host: localhost", f"X-Clone-API-Key: {key}", ACCEPT, "Content-Type: application/json", length]


async def test_a_request_that_says_nothing_twice_is_answered(port, key):
    assert [answered(port, path, *usual(path, key))[0] for path in DOORS] == [200, 201, 401, 200]


@pytest.mark.parametrize("path", DOORS)
@pytest.mark.parametrize(
    ("name", "first", "then"),
    [
        ("Host", "localhost", "evil.example"),
        ("Host", "localhost", "localhost"),
        ("Origin", "http://localhost", "https://evil.example"),
        ("Authorization", "Bearer a", "Bearer b"),
        ("X-Clone-API-Key", "a", "b"),
        ("Content-Type", "application/json", "text/plain"),
        ("Mcp-Session-Id", "a", "b"),
        ("Mcp-Protocol-Version", "2025-06-18", "2025-11-25"),
        ("Idempotency-Key", "a", "b"),
        ("X-Hub-Signature-256", "sha256=a", "sha256=b"),
        ("X-GitHub-Event", "issues", "push"),
        ("X-Slack-Request-Timestamp", "1", "2"),
    ],
)
async def test_a_header_that_may_come_once_and_comes_twice_is_refused_before_anything_else(
    port, key, path, name, first, then
):
    """Before the key is looked at, too: with one and without one the answer is the same."""
    refusal = (400, f'{{"error":"This request has more than one {name.title()} header. Send it once."}}')
    rest = [line for line in usual(path, key) if not line.startswith(f"{name}:")]
    keyless = [line for line in rest if not line.startswith("X-Clone-API-Key")]
    for given in (rest, keyless):
        assert answered(port, path, f"{name}: {first}", *given, f"{name.upper()}: {then}") == refusal


@pytest.mark.parametrize("path", ["/mcp", "/api/memory/facts/"])
@pytest.mark.parametrize(
    "framing",
    [
        ("Content-Length: 5", "Transfer-Encoding: chunked"),
        ("Transfer-Encoding: chunked", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 5"),
        ("Content-Length: 5", "Content-Length: 6"),
        ("Content-Length: 5, 5",),
        ("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
        ("Content-Length: 5", "Transfer-Encoding : chunked"),
        ("Content-Length: 5", "X: a\nTransfer-Encoding: chunked"),
        ("Transfer-Encoding: identity",),
    ],
)
async def test_a_body_whose_end_could_be_read_two_ways_is_refused(port, key, path, framing):
    given = [line for line in usual(path, key) if not line.startswith("Content-Length")]
    assert answered(port, path, *given, *framing, body="0\r\n\r\n") == (400, "Invalid HTTP request received.")


@pytest.mark.parametrize(
    ("version", "coding", "status"),
    [("1.1", "chunked", 200), ("1.1", "Chunked", 200), ("1.1", "gzip, chunked", 400), ("1.0", "chunked", 400)],
)
async def test_a_body_comes_in_plain_chunks_or_not_in_chunks(port, key, version, coding, status):
    """No proxy of HTTP/1.0 knows chunks, and nobody here unpacks gzip."""
    given = [line for line in usual("/mcp", key) if not line.startswith("Content-Length")]
    chunks = f"{len(LIST):x}\r\n{LIST}\r\n0\r\n\r\n"
    answer = answered(port, "/mcp", *given, f"Transfer-Encoding: {coding}", body=chunks, version=version)
    assert answer[0] == status
    if status == 400:
        assert answer[1] == '{"error":"Transfer-Encoding may only be chunked, and only in HTTP/1.1."}'


async def test_lists_that_proxies_write_line_by_line_may_come_twice(port, key):
    via = (
        "X-Forwarded-For: 203.0.113.1",
        "X-Forwarded-For: 203.0.113.2",
        "Accept: text/html",
        "Via: 1.1 a",
        "Via: 1.1 b",
    )
    assert answered(port, "/mcp", *usual("/mcp", key), *via)[0] == 200
