"""What a server says on standard error: nothing that people wrote, at no level, and never at the cost of an answer."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx2
import pytest

from clone_mcp.logs import SHOWN
from clone_mcp.settings import Settings
from clone_mcp.stderr import MOST_WAITING
from tests.support.mcp import http_client
from tests.support.stdio import ENVELOPE, PATIENCE, Process, environment, running
from tests.transports.test_serving import serving
from tests.transports.test_stdio import clone_after

pytestmark = pytest.mark.slow

WORD = "quetzalcoatlus"
QUESTION = f"Shall I rename it to {WORD}?"
CALLS: list[tuple[str, dict[str, Any]]] = [
    ("start_session", {"session_id": WORD, "source": "agent", "source_detail": WORD}),
    *(
        call
        for number in range(4)
        for call in (
            ("record_agent_response", {"session_id": f"{WORD}{number}", "agent": WORD, "response": QUESTION}),
            (
                "record_agent_prompt",
                {"session_id": f"{WORD}{number}", "agent": WORD, "prompt": f"Yes, {WORD}", "source": "user"},
            ),
        )
    ),
    ("predict_next_prompt", {"agent": WORD, "agent_input": QUESTION, WORD: WORD}),
    ("predict_continuation", {"agent": WORD, "agent_input": QUESTION}),
    ("submit_feedback", {"prediction_id": WORD, "status": "edited", "actual_response": WORD}),
    ("predict_next_prompt", {"agent": WORD, "agent_input": QUESTION, "k": WORD}),
    ("predict_next_prompt", {"agent_inputt": WORD}),
    ("stop_session", {"session_id": WORD}),
    (WORD, {WORD: WORD}),
]
MESSAGES = [
    WORD.encode(),
    f'{{"jsonrpc": "2.0", "id": [7], "method": "{WORD}"}}'.encode(),
    f'{{"jsonrpc": "2.0", "id": 7, "method": "tools/list", "params": ["{WORD}"]}}'.encode(),
    f'{{"jsonrpc": "2.0", "id": 7, "method": "{WORD}", "params": {{"{WORD}": "{WORD}"}}}}'.encode(),
    f'{{"jsonrpc": "2.0", "method": "notifications/{WORD}", "params": {{"{WORD}": 1}}}}'.encode(),
    f'{{"jsonrpc": "2.0", "method": "notifications/cancelled", "params": "{WORD}"}}'.encode(),
]
DEBUG = {"CLONE_LOG_LEVEL": "debug"}


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", secret="test")


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("era", ["handshake", "modern"])
def test_over_stdio_no_level_logs_what_people_wrote_or_what_is_predicted(local: Settings, era: str, form: str) -> None:
    with running({**environment(local), **DEBUG, "CLONE_LOG_FORMAT": form}, stderr=subprocess.PIPE) as server:
        meta: dict[str, Any] = {"_meta": ENVELOPE} if era == "modern" else {}
        if era == "handshake":
            server.initialize()
        answers = [server.ask("tools/call", {**meta, "name": name, "arguments": given}) for name, given in CALLS]
        answers.append(server.ask("resources/read", {**meta, "uri": f"clone://facts/{WORD}"}))
        for message in MESSAGES:
            server.write(message + b"\n")
        server.close_stdin()
        assert f'"predicted_response": "Yes, {WORD}"' in json.dumps(answers)
        said = "\n".join(server.errors())
    assert "Not a message" in said
    assert WORD not in said


@pytest.mark.parametrize("form", ["text", "json"])
async def test_over_http_no_level_logs_what_people_wrote_or_what_is_predicted(local: Settings, form: str) -> None:
    with serving(local, "serve", "--no-auth", **DEBUG, CLONE_LOG_FORMAT=form) as (server, port):
        address = f"http://127.0.0.1:{port}"
        predicted = ""
        for mode in ("legacy", "auto"):  # answered as a stream of events, and as JSON
            async with http_client(address, mode=mode) as client:
                for name, given in CALLS[:-1]:
                    predicted += str(await client.call_tool(name, given))
        over_rest(address)
        by_hand(port)
        server.signal(signal.SIGTERM)
        said = "\n".join(server.errors())
    assert f"Yes, {WORD}" in predicted
    assert WORD not in said
    names = SHOWN if form == "text" else ()
    assert [name for name in names if not re.search(rf"^clone-mcp \w+ {re.escape(name)}", said, re.MULTILINE)] == []


def over_rest(address: str) -> None:
    with httpx2.Client(base_url=f"{address}/api") as http:
        asked = {"agent": WORD, "agent_input": QUESTION}
        assert WORD in http.post("/predictions/predict/", json=asked).text
        for path in ("/predictions/predict/", f"/recording/{WORD}/", "/memory/facts/", f"/{WORD}/"):
            http.post(f"{path}?{WORD}={WORD}", json={WORD: WORD, "agent_inputt": WORD})
            http.post(path, content=WORD, headers={"x-request-id": f"{WORD} {WORD}"})
        for path in ("/recording/events/", "/predictions/", "/memory/facts/", f"/memory/why/{WORD}/{WORD}/"):
            http.get(path, params={"agent": WORD, WORD: WORD})


def by_hand(port: int) -> None:
    """Messages that no client sends, and bytes that are no HTTP."""
    headers = {"accept": "application/json, text/event-stream", "content-type": "application/json"}
    for message in MESSAGES:
        httpx2.post(f"http://127.0.0.1:{port}/mcp", content=message, headers=headers)
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: dGVzdA==\r\n"
    for sent in (f"{WORD}\r\n\r\n", f"GET /mcp?{WORD} HTTP/1.1\r\nHost: localhost\r\n{upgrade}\r\n"):
        with socket.create_connection(("127.0.0.1", port), timeout=30) as connection:
            connection.sendall(sent.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 4")


LIBRARY = f"""
import logging, sys, warnings
def once(event, args):
    if event == 'import' and args[0] == 'sqlalchemy' and not said:
        said.append(1)
        log = logging.getLogger('some.library')
        log.setLevel(1)
        for level in (5, 10, 20, 30, 40, 50):
            log.log(level, f'{WORD}')
            log.log(level, '%s', '{WORD}', extra={{'fields': {{'said': '{WORD}'}}}})
        try:
            raise ValueError('{WORD}')
        except ValueError:
            log.exception('%r', '{WORD}')
        warnings.warn('{WORD}', UserWarning)
said = []
sys.addaudithook(once)"""


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_library_that_nobody_has_read_shows_where_it_spoke_and_not_what_it_said(local: Settings, form: str) -> None:
    env = {**environment(local), **DEBUG, "CLONE_LOG_FORMAT": form}
    with running(env, clone_after(LIBRARY), stderr=subprocess.PIPE) as server:
        server.initialize()
        server.record("yes")
        server.close_stdin()
        said = list(server.errors())
    withheld = [line for line in said if "Message withheld" in line]
    assert len(withheld) == 7  # from WARNING on
    assert "UserWarning at " in "".join(said)
    assert "ValueError" in "".join(said)
    assert WORD not in "".join(said)


CRASH = f"""
import sys
def fail(event, args):
    if event == 'sqlite3.connect':
        raise RuntimeError('{WORD}')
sys.addaudithook(fail)"""


def test_a_failure_that_nobody_foresaw_is_logged_with_its_places_and_without_its_text(local: Settings) -> None:
    with running(environment(local), clone_after(CRASH), stderr=subprocess.PIPE) as server:
        server.initialize()
        refusal = server.call("predict_next_prompt", agent=WORD, agent_input=WORD)
        server.close_stdin()
        said = list(server.errors())
    assert refusal["content"][0]["text"].startswith("Error 500 (error): ")
    [at] = [number for number, line in enumerate(said) if line.endswith("registry: predict_next_prompt failed")]
    assert said[at + 1] == "  RuntimeError"
    assert re.fullmatch(r"    .+\.py:\d+ \w+", said[at + 2])
    assert WORD not in "".join(said)


def test_the_crash_of_a_server_is_logged_without_its_text(local: Settings) -> None:
    program = f"import asyncio; asyncio.run = lambda it: (it.close(), 1 / 0, '{WORD}')"
    with running(environment(local), clone_after(program), stderr=subprocess.PIPE) as server:
        said = list(server.errors())
        assert server.wait() == 1
    assert said[:2] == ["clone-mcp CRITICAL clone_mcp.stderr: Clone crashed", "  ZeroDivisionError"]
    assert "division by zero" not in "".join(said)


# A model is to be asked and there is no key for it, so that each prediction fails.
NO_MODEL = {"CLONE_PREDICTOR": "model"}
FORESEEN = "predict_next_prompt failed (unavailable): There is no Anthropic API key."
ASK = {"agent": "a", "agent_input": QUESTION}


def test_a_failure_that_was_foreseen_is_one_line_over_stdio(local: Settings) -> None:
    with running({**environment(local), **NO_MODEL}, stderr=subprocess.PIPE) as server:
        server.initialize()
        refusals = [server.call("predict_next_prompt", **ASK)["isError"] for _ in range(20)]
        server.close_stdin()
        assert refusals == [True] * 20
        assert list(server.errors()) == [f"clone-mcp WARNING clone_mcp.tools.registry: {FORESEEN}"] * 20


async def test_a_failure_that_was_foreseen_is_one_line_over_http(local: Settings) -> None:
    with serving(local, "serve", "--no-auth", **NO_MODEL) as (server, port):
        address = f"http://127.0.0.1:{port}"
        async with http_client(address, mode="auto") as client:
            assert (await client.call_tool("predict_next_prompt", ASK)).is_error
        assert httpx2.post(f"{address}/api/predictions/predict/", json=ASK).status_code == 503
        server.signal(signal.SIGTERM)
        said = [line.partition("] ")[2] for line in server.errors() if " uvicorn." not in line]
    assert said == [FORESEEN, FORESEEN.replace("predict_next_prompt", "POST /api/predictions/predict/")]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit")
def test_a_full_disk_is_one_line_a_call(local: Settings) -> None:
    program = "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, resource.RLIM_INFINITY))"
    with running(environment(local), clone_after(program), stderr=subprocess.PIPE) as server:
        server.initialize()
        event = {"session_id": "s", "agent": "a", "source": "user", "prompt": f"{WORD} " * 400}
        for _ in range(2000):
            if server.call("record_agent_prompt", **event)["isError"]:
                break
        assert all(server.call("record_agent_prompt", **event)["isError"] for _ in range(19))
        server.close_stdin()
        said = list(server.errors())
    told = [line for line in said if "record_agent_prompt failed (unavailable): The database can't be used" in line]
    assert len(told) == 20
    assert len("\n".join(said)) < 6_000
    assert WORD not in "".join(said)


# Longer than what a pipe holds and what may wait, by a good deal.
TOO_MUCH = (MOST_WAITING + 64 * 1024) * 2


def drained(server: Process) -> tuple[list[str], threading.Thread]:
    """The lines of stderr, read from now on."""
    said: list[str] = []
    reader = threading.Thread(target=lambda: said.extend(server.errors()))
    reader.start()
    return said, reader


def count_of(said: list[str]) -> int:
    found = [re.search(r"Clone dropped ([\d,]+) log lines?, because nobody read", line) for line in said]
    return sum(int(each[1].replace(",", "")) for each in found if each)


def test_a_client_that_never_reads_stderr_has_all_its_answers_over_stdio(local: Settings) -> None:
    with running({**environment(local), **DEBUG}, stderr=subprocess.PIPE, patience=4 * PATIENCE) as server:
        server.initialize()
        line = "clone-mcp DEBUG clone_mcp.transports.stdio.pipes: Not a message (-32700): This is not JSON.\n"
        bad = TOO_MUCH // len(line)
        for number in range(bad):
            server.write(b"garbage\n")
            assert json.loads(server.line())["error"]["code"] == -32700
            if number % 100 == 0:
                server.record(f"{number}")
        said, reader = drained(server)
        while not count_of(said):
            server.write(b"garbage\n")
            server.line()
            bad += 1
        server.record("after")
        server.close_stdin()
        assert server.wait() == 0
        reader.join()
    assert said.count(line.rstrip()) + count_of(said) == bad
    assert count_of(said) > 1000


def test_a_client_that_never_reads_stderr_has_all_its_answers_over_http(local: Settings) -> None:
    with serving(local, "serve", "--no-auth", patience=4 * PATIENCE, **DEBUG, CLONE_METRICS_PUBLIC="true") as (
        server,
        port,
    ):
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}") as http:
            headers = {"x-request-id": "x" * 64}
            for _ in range(TOO_MUCH // 128):
                assert http.get("/healthz", headers=headers).status_code == 200
            dropped = re.search(r"^clone_log_lines_dropped_total (\d+)\.0$", http.get("/metrics").text, re.MULTILINE)
            assert dropped
            assert int(dropped[1]) > 500
            said, reader = drained(server)
            while not count_of(said):
                http.get("/healthz")
        server.signal(signal.SIGTERM)
        server.wait()
        reader.join()
    assert count_of(said) >= int(dropped[1])
    assert "Finished server process" in said[-1]  # what is said last comes out, too


def test_a_server_whose_stderr_is_never_read_still_ends(local: Settings) -> None:
    with running({**environment(local), **DEBUG}, stderr=subprocess.PIPE, patience=4 * PATIENCE) as server:
        server.initialize()
        for _ in range(TOO_MUCH // 80):
            server.write(b"garbage\n")
            server.line()
        server.close_stdin()
        assert server.wait() == 0


def test_a_worker_says_its_last_line_before_it_ends(local: Settings) -> None:
    program = (
        "import atexit, logging, sys, clone_mcp.cli; sys.argv[1:] = ['worker']; "
        "atexit.register(lambda: logging.getLogger('clone_mcp').error('the last'))"
    )
    command = clone_after(program)
    with running(environment(local), command, stderr=subprocess.PIPE) as server:
        lines = server.errors()
        assert next(lines).startswith("Working jobs off.")
        server.signal(signal.SIGTERM)
        assert list(lines) == ["clone-mcp ERROR clone_mcp: the last"]
        assert server.wait() == 0
