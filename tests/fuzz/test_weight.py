"""What is large, deep or endless costs a bounded amount of memory, and the next client is served."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from clone_mcp.settings import Settings
from tests.support.stdio import CLONE, Process, environment, running

MIB = 1024 * 1024
MOST = 400 * MIB
"""What a server may take at most, whatever it is sent: eight of the largest bodies at once, on 100 MiB of its own."""
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
PATIENCE = 60.0

WEIGHTS = {
    "a long text": b'"' + b"x" * (4 * MIB - 400) + b'"',
    "a long text of words": b'"' + b"always use tabs, never spaces. " * (4 * MIB // 31 - 20) + b'"',
    "deep lists": b"[" * (2 * MIB - 200) + b"]" * (2 * MIB - 200),
    "deep objects": b'{"a":' * (MIB // 2) + b"1" + b"}" * (MIB // 2),
    "many numbers": b"[" + b"0," * (2 * MIB - 300) + b"0]",
    "many names": b"{" + b",".join(b'"k%d":1' % n for n in range(300_000)) + b"}",
    "a huge number": b"9" * (4 * MIB - 400),
    "escapes": b'"' + b"\\u0000" * (600_000) + b'"',
    "halves of characters": b'"' + b"\\ud800" * (600_000) + b'"',
    "four bytes each": ('"' + "🦄" * (MIB - 200) + '"').encode(),
}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[Process, int]]:
    command = (*CLONE, "serve", "--no-auth", "--port", "0")
    settings = Settings(home=tmp_path / "home", secret="test")
    with running(environment(settings), command, stderr=subprocess.PIPE) as process:
        for line in process.errors():
            if found := re.search(r"running on http://127\.0\.0\.1:(\d+)", line):
                yield process, int(found[1])
                return


def peak(process: Process) -> int:
    """The most memory it ever had."""
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) * 1024
    return psutil.Process(process.pid).memory_info().rss


def call(tool: str, field: str, value: bytes) -> bytes:
    fixed = {"record_agent_prompt": '"session_id": "s", "agent": "a", ', "predict_next_prompt": '"agent": "a", '}[tool]
    head = f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"{tool}","arguments":{{{fixed}"{field}": '
    return head.encode() + value + b"}}}"


def post(port: int, body: bytes) -> tuple[int, str]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    connection.request("POST", "/mcp", body, HEADERS)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def test_eight_of_the_heaviest_at_once_stay_within_the_bound(server: tuple[Process, int]) -> None:
    process, port = server
    bodies = [
        call(tool, field, value)
        for value in WEIGHTS.values()
        for tool, field in (("record_agent_prompt", "prompt"), ("predict_next_prompt", "agent_input"))
    ]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda body: post(port, body), bodies))
    for (status, text), body in zip(answers, bodies, strict=True):
        assert status in (200, 400, 413), (body[:200], text[:300])
        assert "Traceback" not in text
        assert "Error 500" not in text
    status, text = post(port, call("predict_next_prompt", "agent_input", b'"Go on?"'))
    assert (status, json.loads(text.partition("data: ")[2])["result"]["isError"]) == (200, False)
    assert peak(process) < MOST, f"{peak(process) / MIB:.0f} MiB"


def test_over_stdio_too(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    with running(environment(settings)) as process:
        process.initialize()
        for value in WEIGHTS.values():
            process.write(call("record_agent_prompt", "prompt", value) + b"\n")
            assert process.ask("tools/list")["result"]["tools"]  # answered before or after, but it goes on
        assert process.record("yes")
        assert peak(process) < MOST, f"{peak(process) / MIB:.0f} MiB"
        assert process.noise == []


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipe")
def test_a_line_without_an_end_takes_no_more_memory_than_its_limit(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "home", secret="test")
    with running(environment(settings)) as process:
        process.initialize()
        for _ in range(1000):
            process.write(b"x" * MIB)
        process.write(b"\n")
        assert process.ask("tools/list")["result"]["tools"]
        assert peak(process) < MOST, f"{peak(process) / MIB:.0f} MiB"
