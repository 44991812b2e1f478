"""What is hardly JSON-RPC, over stdio and over HTTP alike: each message has the one answer that its id is owed.

Every case goes to a real process, and a good request after it must be answered. A case is owed an id and an error code,
an id and `RESULT`, or `SILENCE`.
"""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import httpx2
import pytest

from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.settings import Settings
from clone_mcp.transports.stdio.pipes import LONGEST_LINE
from tests.support.mcp import MODERN
from tests.support.stdio import ENVELOPE, PATIENCE, Process, environment, running
from tests.support.storage import storage_of
from tests.transports.test_serving import serving

pytestmark = pytest.mark.slow

TABLE = 10 * PATIENCE
"""What a process has that serves the whole table."""
RESULT, SILENCE = "result", "silence"
PARSE_ERROR, INVALID_REQUEST, INVALID_PARAMS, NO_METHOD = -32700, -32600, -32602, -32601
Owed = tuple[Any, int | str] | str


def request(id_: str = "1", method: str = '"tools/list"', more: str = "") -> bytes:
    return f'{{"jsonrpc": "2.0", "id": {id_}, "method": {method}{more}}}'.encode()


def recording(prompt: bytes, more: bytes = b"") -> bytes:
    arguments = b'{"session_id": "s", "agent": "a", "prompt": ' + prompt + more + b"}"
    return request(method='"tools/call"', more=', "params": {"name": "record_agent_prompt", "arguments": @}').replace(
        b"@", arguments
    )


DEEP = "[" * 5000 + "]" * 5000
BATCH = b"[" + request() + b"]"
CASES: dict[str, tuple[bytes, Owed]] = {
    # no JSON
    "words": (b"garbage", (None, PARSE_ERROR)),
    "half an object": (b'{"jsonrpc": "2.0", "id": 1', (None, PARSE_ERROR)),
    "two objects": (request() + request(), (None, PARSE_ERROR)),
    "bytes that are no text": (b"\xff\xfe\x00\xc3", (None, PARSE_ERROR)),
    "surrogates as bytes": (b"\xed\xa0\x80", (None, PARSE_ERROR)),
    "a byte order mark": (b"\xef\xbb\xbf" + request(), (None, PARSE_ERROR)),
    "brackets without end": (b"[" * 100_000, (None, PARSE_ERROR)),
    # no request
    "a number": (b"42", (None, INVALID_REQUEST)),
    "a string": (b'"tools/list"', (None, INVALID_REQUEST)),
    "null": (b"null", (None, INVALID_REQUEST)),
    "an empty object": (b"{}", (None, INVALID_REQUEST)),
    "an empty batch": (b"[]", (None, INVALID_REQUEST)),
    "a batch after its time": (BATCH, (None, INVALID_REQUEST)),
    "a deep array": (DEEP.encode(), (None, INVALID_REQUEST)),
    # ids
    "id null": (request("null"), (None, INVALID_REQUEST)),
    "id 1.5": (request("1.5"), (None, INVALID_REQUEST)),
    "id true": (request("true"), (None, INVALID_REQUEST)),
    "id list": (request("[1]"), (None, INVALID_REQUEST)),
    "id object": (request('{"a": 1}'), (None, INVALID_REQUEST)),
    "id NaN": (request("NaN"), (None, INVALID_REQUEST)),
    "id deep": (request(DEEP), (None, INVALID_REQUEST)),
    "id of 5,000 digits": (request("9" * 5000), (None, INVALID_REQUEST)),
    "id of 400 digits": (request("9" * 400), (int("9" * 400), RESULT)),
    "id negative": (request("-1"), (-1, RESULT)),
    "id empty": (request('""'), ("", RESULT)),
    "id with half a pair": (request(r'"\ud800x"'), ("\ufffdx", RESULT)),
    "id twice": (request(more=', "id": 2'), (2, RESULT)),
    # the rest of the envelope
    "jsonrpc missing": (b'{"id": 1, "method": "tools/list"}', (1, INVALID_REQUEST)),
    "jsonrpc 1.0": (b'{"jsonrpc": "1.0", "id": 1, "method": "tools/list"}', (1, INVALID_REQUEST)),
    "jsonrpc a number": (b'{"jsonrpc": 2.0, "id": 1, "method": "tools/list"}', (1, INVALID_REQUEST)),
    "method missing": (b'{"jsonrpc": "2.0", "id": 1}', (1, INVALID_REQUEST)),
    "method a number": (request(method="7"), (1, INVALID_REQUEST)),
    "method null": (request('"x"', method="null"), ("x", INVALID_REQUEST)),
    "method a number beside a result": (request(method="7", more=', "result": {}'), (1, INVALID_REQUEST)),
    "method unknown": (request(method='"no/such"'), (1, NO_METHOD)),
    "method with half a pair": (request(method=r'"no\udc00"'), (1, NO_METHOD)),
    "params list": (request(more=', "params": [1]'), (1, INVALID_PARAMS)),
    "params string": (request(more=', "params": "x"'), (1, INVALID_PARAMS)),
    "params number": (request(more=', "params": 7'), (1, INVALID_PARAMS)),
    "params missing where needed": (request(method='"tools/call"'), (1, INVALID_PARAMS)),
    "params null": (request(more=', "params": null'), (1, RESULT)),
    "params deep": (request(more=f', "params": {{"a": {DEEP}}}'), (1, INVALID_PARAMS)),
    "params deep, before the id": (
        f'{{"jsonrpc": "2.0", "method": "tools/list", "params": {{"]": {DEEP}}}, "id": 7}}'.encode(),
        (7, INVALID_PARAMS),
    ),
    "params a little deep": (request(more=f', "params": {{"a": {"[" * 300 + "]" * 300}}}'), (1, INVALID_PARAMS)),
    "a number of 5,000 digits": (request(more=f', "params": {{"a": {"9" * 5000}}}'), (1, INVALID_PARAMS)),
    "arguments a list": (
        request(method='"tools/call"', more=', "params": {"name": "stop_session", "arguments": []}'),
        (1, INVALID_PARAMS),
    ),
    # values, which a tool reads
    "NaN": (recording(b"NaN"), (1, RESULT)),
    "infinity": (recording(b"-Infinity"), (1, RESULT)),
    "an overflowing number": (recording(b"1e999"), (1, RESULT)),
    "a number of 400 digits": (recording(b"9" * 400), (1, RESULT)),
    "half a pair": (recording(rb'"\ud800x"'), (1, RESULT)),
    "half a pair in a key": (recording(b'"x"', rb', "\udfff": 1'), (1, RESULT)),
    "a broken byte in a string": (recording(b'"y\xffs"'), (1, RESULT)),
    "an argument twice": (recording(b'"x"', b', "prompt": "y"'), (1, RESULT)),
    # nobody waits
    "a notification": (b'{"jsonrpc": "2.0", "method": "notifications/unknown"}', SILENCE),
    "a request without an id": (b'{"jsonrpc": "2.0", "method": "tools/list"}', SILENCE),
    "a notification with list params": (b'{"jsonrpc": "2.0", "method": "notifications/x", "params": [1]}', SILENCE),
    "a notification without jsonrpc": (b'{"method": "notifications/cancelled"}', SILENCE),
    "a cancellation of nothing": (b'{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {}}', SILENCE),
    "a response": (b'{"jsonrpc": "2.0", "id": 1, "result": {}}', SILENCE),
    "a malformed response": (b'{"jsonrpc": "2.0", "id": 1, "result": 7}', SILENCE),
}


class Wire(Protocol):
    def answers_to(self, data: bytes, owed: Owed) -> list[Any]:
        """All answers to a message, once a good request after it was answered as well."""
        ...


class Pipe:
    def __init__(self, server: Process) -> None:
        self._server = server
        self._numbers = itertools.count(1_000_000)

    def answers_to(self, data: bytes, owed: Owed) -> list[Any]:
        self._server.write(data + b"\n")
        told = [] if owed == SILENCE else [json.loads(self._server.line())]
        after = next(self._numbers)
        self._server.write(request(str(after), '"ping"') + b"\n")
        while (answer := json.loads(self._server.line())).get("id") != after:
            told.append(answer)
        return told


class Posts:
    def __init__(self, http: httpx2.Client) -> None:
        self._http = http

    def answers_to(self, data: bytes, owed: Owed) -> list[Any]:
        response = self._http.post("/mcp", content=data)
        assert self._http.post("/mcp", content=request('"after"', '"ping"')).status_code == 200
        if owed == SILENCE:
            # HTTP must say something: 202, or 400 and an error without the id of anything.
            assert response.status_code == 202 or (response.status_code, response.json()["id"]) == (400, None)
            return []
        assert response.status_code in (200, 400)
        return [message_of(response)]


def message_of(response: httpx2.Response) -> Any:
    if response.headers["content-type"].startswith("application/json"):
        return response.json()
    [data] = [line.removeprefix("data: ") for line in response.text.splitlines() if line.startswith("data: {")]
    return json.loads(data)


HEADERS = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.fixture(scope="module")
def local(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("messages") / "home", secret="test")


@pytest.fixture(scope="module")
def pipe(local: Settings) -> Iterator[Wire]:
    with running(environment(local), patience=TABLE) as server:
        server.initialize()
        yield Pipe(server)


@pytest.fixture(scope="module")
def address(local: Settings) -> Iterator[str]:
    with serving(local, "serve", "--no-auth", patience=TABLE) as (_, port):
        yield f"http://127.0.0.1:{port}"


@pytest.fixture(scope="module")
def posts(address: str) -> Iterator[Wire]:
    with httpx2.Client(base_url=address, headers={**HEADERS, "mcp-protocol-version": "2025-11-25"}) as http:
        yield Posts(http)


@pytest.mark.parametrize("case", CASES)
@pytest.mark.parametrize("over", ["pipe", "posts"])
def test_a_message_gets_the_answer_that_its_id_is_owed(over: str, case: str, request: pytest.FixtureRequest) -> None:
    wire: Wire = request.getfixturevalue(over)
    data, owed = CASES[case]
    told = [(each["id"], RESULT if "result" in each else each["error"]["code"]) for each in wire.answers_to(data, owed)]
    assert told == ([] if owed == SILENCE else [owed])


UNREADABLE = [name for name, (_, owed) in CASES.items() if owed[1] in (PARSE_ERROR, INVALID_REQUEST)]


@pytest.mark.parametrize("case", UNREADABLE)
def test_the_newest_version_refuses_the_same(address: str, case: str) -> None:
    data, owed = CASES[case]
    with httpx2.Client(base_url=address, headers={**HEADERS, "mcp-protocol-version": MODERN}) as http:
        answer = http.post("/mcp", content=data)
    assert (answer.status_code, answer.json()["id"], answer.json()["error"]["code"]) == (400, *owed)


async def prompts(settings: Settings, session: str) -> list[str]:
    async with opened(settings) as clone, storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        return [event.payload["prompt"] for event in await uow.events.of_session(session)]


NESTED = (
    rb'{"name": "record_agent_prompt", "arguments": {"session_id": "s", "agent": "a", '
    rb'"prompt": "\ud800x \ud83d\ude00 \\ud800 \udc00\ud83d", "\udbff": [{"\ud800": ["\udc00"]}]}@}'
)
STORED = "\ufffdx \U0001f600 \\ud800 \ufffd\ufffd"


def nested(envelope: bytes = b"") -> bytes:
    params = NESTED.replace(b"@", envelope)
    return b'{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": ' + params + b"}"


async def test_half_a_pair_is_stored_as_one_replacement_character_over_stdio(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    with running(environment(settings)) as server:
        server.initialize()
        server.write(nested() + b"\n")
        assert server.answer(1)["result"]["structuredContent"]["ignored_arguments"] == ["\ufffd"]
    assert await prompts(settings, "s") == [STORED]


@pytest.mark.parametrize("version", ["2024-11-05", "2025-11-25", MODERN])
async def test_half_a_pair_is_stored_as_one_replacement_character_over_http(tmp_path: Path, version: str) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    headers = {**HEADERS, "mcp-protocol-version": version}
    envelope = b""
    if version == MODERN:
        headers |= {"mcp-method": "tools/call", "mcp-name": "record_agent_prompt"}
        envelope = b', "_meta": ' + json.dumps(ENVELOPE).encode()
    with serving(settings, "serve", "--no-auth") as (_, port):
        answer = httpx2.post(f"http://127.0.0.1:{port}/mcp", content=nested(envelope), headers=headers)
        assert message_of(answer)["result"]["structuredContent"]["ignored_arguments"] == ["\ufffd"]
    assert await prompts(settings, "s") == [STORED]


@pytest.mark.parametrize("end", [b"\n", b" \t\r\n"], ids=["empty", "blanks"])
def test_an_empty_line_is_no_message(local: Settings, end: bytes) -> None:
    with running(environment(local)) as server:
        server.initialize()
        server.write(end * 3 + request("9", '"ping"') + b"\n")
        server.close_stdin()
        assert [json.loads(line)["id"] for line in server.rest().splitlines()] == [9]


def test_a_line_over_the_limit_is_refused_and_the_next_one_answered(local: Settings) -> None:
    with running(environment(local)) as server:
        server.initialize()
        for _ in range(3 * LONGEST_LINE // 2**20):
            server.write(b"x" * 2**20)
        server.write(b"\n" + request("9", '"ping"') + b"\n")
        refused = json.loads(server.line())
        assert (refused["id"], refused["error"]["code"]) == (None, INVALID_REQUEST)
        assert "67,108,864 bytes" in refused["error"]["message"]
        assert json.loads(server.line())["id"] == 9


MIXED = [
    request("1", '"ping"'),
    b'{"jsonrpc": "2.0", "method": "notifications/unknown"}',
    request('"a"', '"no/such"'),
    request("1.5"),
    request("2", '"initialize"'),
    b"7",
]
ANSWERS = [
    ("1", RESULT),
    ("2", INVALID_REQUEST),
    ("None", INVALID_REQUEST),
    ("None", INVALID_REQUEST),
    ("a", NO_METHOD),
]


def of_batch(told: list[Any]) -> list[tuple[str, int | str]]:
    return sorted((str(each["id"]), RESULT if "result" in each else each["error"]["code"]) for each in told)


def test_a_batch_is_answered_as_one_where_the_version_has_batches(local: Settings) -> None:
    with running(environment(local)) as server:
        server.initialize("2025-03-26")
        server.write(b"[" + b",".join(MIXED) + b"]\n")
        assert of_batch(json.loads(server.line())) == ANSWERS
        server.write(b'[{"jsonrpc": "2.0", "method": "notifications/unknown"}]\n' + request("9", '"ping"') + b"\n")
        assert json.loads(server.line())["id"] == 9
        server.write(b"[" + b",".join([request("1", '"ping"')] * 101) + b"]\n")
        assert json.loads(server.line())["error"]["code"] == INVALID_REQUEST


def test_a_batch_is_answered_as_one_over_http_where_the_version_has_batches(address: str) -> None:
    with httpx2.Client(base_url=address, headers=HEADERS) as http:
        assert of_batch(http.post("/mcp", content=b"[" + b",".join(MIXED) + b"]").json()) == ANSWERS
        assert http.post("/mcp", content=b"[" + MIXED[1] + b"]").status_code == 202


def test_a_message_that_is_none_is_logged_without_any_of_it(local: Settings) -> None:
    env = {**environment(local), "CLONE_LOG_LEVEL": "debug"}
    with running(env, stderr=subprocess.PIPE) as server:
        server.initialize()
        for data in (b"aubergine", b'{"method": "notifications/aubergine", "params": "aubergine"}', request("[1]")):
            server.write(data + b"\n")
        server.close_stdin()
        said = list(server.errors())
    assert [line.partition(": ")[2] for line in said] == [
        "Not a message (-32700): This is not JSON.",
        "Not a message (-32600): This is no valid notification.",
        "Not a message (-32600): A request has an id, which is a whole number or a string.",
    ]
