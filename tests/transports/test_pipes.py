"""The stdio server's pipes: what comes in badly, what goes out slowly, and who has left."""

from __future__ import annotations

import json
import select
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.settings import Settings
from clone_mcp.transports.stdio.pipes import LONGEST_LINE
from tests.support.stdio import CLONE, INITIALIZE, PATIENCE, Process, environment, running


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return environment(Settings(home=tmp_path / "home", secret="test"))


def message(method: str, number: int, **params: Any) -> bytes:
    return json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params}).encode()


HELLO = message("initialize", 0, **INITIALIZE)


def recording(number: int, **arguments: str) -> bytes:
    given = {"session_id": "s", "agent": "a", "prompt": "yes", **arguments}
    return message("tools/call", number, name="record_agent_prompt", arguments=given)


def answers(output: bytes) -> dict[int, Any]:
    return {answer["id"]: answer.get("result", answer) for answer in map(json.loads, output.splitlines())}


def piped(env: dict[str, str], data: bytes, **streams: Any) -> subprocess.CompletedProcess[bytes]:
    """As a shell pipeline has it: everything is sent, and the input closed, before anything is read."""
    into = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **streams}
    return subprocess.run(CLONE, env=env, input=data, timeout=PATIENCE, check=False, **into)


@pytest.mark.parametrize("end", [b"\n", b"", b"\r\n"], ids=["line feed", "nothing", "carriage return"])
def test_what_is_echoed_into_it_is_answered(env: dict[str, str], end: bytes) -> None:
    ran = piped(env, HELLO + b"\n" + message("tools/list", 1) + end)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert len(answers(ran.stdout)[1]["tools"]) == 7


def test_calls_echoed_into_it_are_answered_though_the_database_is_yet_to_be_made(env: dict[str, str]) -> None:
    calls = [recording(number, prompt=f"prompt {number}") for number in range(1, 21)]
    ran = piped(env, b"\n".join([HELLO, *calls]) + b"\n")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert {number: result.get("isError") for number, result in answers(ran.stdout).items()} == {
        0: None,
        **dict.fromkeys(range(1, 21), False),
    }


def test_a_file_is_answered_into_a_file(env: dict[str, str], tmp_path: Path) -> None:
    """Files can't be waited on, so another way of reading and writing is taken."""
    asked, answered = tmp_path / "asked", tmp_path / "answered"
    asked.write_bytes(HELLO + b"\n" + recording(1) + b"\n")
    with asked.open("rb") as stdin, answered.open("wb") as stdout:
        ran = subprocess.run(CLONE, env=env, stdin=stdin, stdout=stdout, timeout=PATIENCE, check=False)
    assert ran.returncode == 0
    assert answers(answered.read_bytes())[1]["isError"] is False


def test_what_is_cancelled_is_not_waited_for_in_vain(env: dict[str, str]) -> None:
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
    ran = piped(env, b"\n".join([HELLO, recording(1), json.dumps(cancel).encode(), message("ping", 2)]) + b"\n")
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert answers(ran.stdout)[2] == {}


def test_half_a_line_at_the_end_is_passed_over(env: dict[str, str]) -> None:
    ran = piped(env, HELLO + b"\n" + message("ping", 1) + b"\n" + message("tools/list", 2)[:30])
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert answers(ran.stdout).keys() == {0, 1}


def test_nothing_at_all_ends_it(env: dict[str, str]) -> None:
    ran = piped(env, b"")
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"")


def test_bytes_that_are_no_text_spoil_their_own_line_at_most(env: dict[str, str]) -> None:
    broken = recording(1).replace(b'"yes"', b'"y\xff\xc3s"')
    ran = piped(env, b"\n".join([HELLO, b"\xff\xfe\x00\xc3", broken, b"\xed\xa0\x80", message("ping", 2)]) + b"\n")
    assert (ran.returncode, ran.stderr) == (0, b"")
    told = answers(ran.stdout)
    assert told[1]["isError"] is False
    assert told[2] == {}


def test_a_line_without_an_end_is_thrown_away_as_it_comes(env: dict[str, str]) -> None:
    with running(env, stderr=subprocess.PIPE) as server:
        server.initialize()
        server.record("yes")
        for _ in range(3 * LONGEST_LINE // 2**20):
            server.write(b"x" * 2**20)
        server.close_stdin()
        assert (list(server.errors()), server.rest(), server.wait()) == ([], b"", 0)


def much(server: Process, times: int) -> None:
    """Ask for more than a pipe holds, without reading any of it."""
    for number in range(1, times + 1):
        server.send("tools/list", number=number)


def test_a_client_that_reads_slowly_gets_everything_in_order(env: dict[str, str]) -> None:
    with running(env) as server:
        server.initialize()
        much(server, 50)
        assert select.select([server.output], [], [], PATIENCE)[0]  # the pipe fills up while nobody reads
        whole = [server.answer(number) for number in range(1, 51)]
        assert [len(answer["result"]["tools"]) for answer in whole] == [7] * 50
        assert server.noise == []


def test_while_a_client_does_not_read_it_is_still_listened_to(env: dict[str, str], tmp_path: Path) -> None:
    with running(env) as server:
        server.initialize()
        server.record("before")
        much(server, 50)
        server.write(recording(99) + b"\n")
        server.close_stdin()
        told = answers(server.rest())
        assert set(range(1, 51)) | {99} <= told.keys()
        assert server.wait() == 0


def test_what_is_cancelled_while_it_is_written_is_written_whole(env: dict[str, str]) -> None:
    with running(env) as server:
        server.initialize()
        much(server, 50)
        assert select.select([server.output], [], [], PATIENCE)[0]
        for number in range(1, 51):
            cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": number}}
            server.write(json.dumps(cancel).encode() + b"\n")
        server.write(message("ping", 99) + b"\n")
        server.close_stdin()
        assert answers(server.rest())[99] == {}  # which would be no JSON if a line before it had been cut
        assert server.wait() == 0


def test_a_client_that_vanishes_while_it_is_written_to_ends_it_quietly(env: dict[str, str]) -> None:
    with running(env, stderr=subprocess.PIPE) as server:
        server.initialize()
        much(server, 50)
        server.close_stdout()
        assert (list(server.errors()), server.wait()) == ([], 0)


def test_a_client_that_listens_no_more_but_goes_on_talking_ends_it(env: dict[str, str]) -> None:
    with running(env, stderr=subprocess.PIPE) as server:
        server.initialize()
        server.close_stdout()
        server.send("tools/list", number=1)
        assert (list(server.errors()), server.wait()) == ([], 0)


def test_sockets_do_as_well_as_pipes(env: dict[str, str]) -> None:
    """Clients written in Node give their servers these."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        popen = subprocess.Popen(CLONE, env=env, stdin=theirs, stdout=theirs, stderr=subprocess.PIPE)
        theirs.close()
        ours.settimeout(PATIENCE)
        ours.sendall(HELLO + b"\n" + message("tools/list", 1) + b"\n")
        with ours.makefile("rb") as lines:
            assert answers(lines.readline() + lines.readline()).keys() == {0, 1}
        ours.close()
        assert (popen.communicate(timeout=PATIENCE)[1], popen.returncode) == (b"", 0)


def test_what_it_prints_by_mistake_does_not_reach_the_client(env: dict[str, str]) -> None:
    hook = "event == 'import' and args[0] == 'sqlalchemy' and os.write(1, b'printed')"
    program = f"import os, sys; sys.addaudithook(lambda event, args: {hook}); import clone_mcp.__main__ as c; c.main()"
    command = (sys.executable, "-c", program)
    ran = subprocess.run(
        command, env=env, input=HELLO + b"\n" + recording(1) + b"\n", capture_output=True, timeout=PATIENCE, check=False
    )
    assert answers(ran.stdout).keys() == {0, 1}
    assert ran.stderr == b"printed"
