"""The stdio server as clients run it: a process of its own, spoken to over its pipes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.client.stdio import StdioServerParameters

from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.settings import Settings
from tests.support.mcp import MODERN, answered, refused
from tests.support.stdio import CLONE, ENVELOPE, environment, running
from tests.support.storage import storage_of
from tests.support.wrapping import STYLES

pytestmark = pytest.mark.slow

NAMES = {
    "predict_next_prompt",
    "predict_continuation",
    "submit_feedback",
    "start_session",
    "stop_session",
    "record_agent_prompt",
    "record_agent_response",
}


ASKED = "The importer is fixed.\n\nShall I run the tests next?"


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    """One person's settings on a fresh SQLite file."""
    return Settings(home=tmp_path / "home", secret="test")


async def recorded(settings: Settings, session: str = "s") -> list[str]:
    """The prompts that are in the database now."""
    async with opened(settings) as clone, storage_of(clone).begin(LOCAL_TENANT, readonly=True) as uow:
        return [event.payload["prompt"] for event in await uow.events.of_session(session)]


def clone_after(program: str) -> tuple[str, ...]:
    """The command after some Python of the test's."""
    return (sys.executable, "-c", f"{program}; import clone_mcp.__main__ as clone; clone.main()")


def names(answer: dict[str, Any]) -> set[str]:
    return {tool["name"] for tool in answer["result"]["tools"]}


async def test_the_sdks_client_uses_all_seven_tools(settings: Settings, mode: str) -> None:
    command = StdioServerParameters(command=CLONE[0], args=list(CLONE[1:]), env=environment(settings))
    async with Client(command, mode=mode) as client:
        assert client.server_info
        assert client.server_info.name == "clone"
        assert {tool.name for tool in (await client.list_tools()).tools} == NAMES
        session = answered(await client.call_tool("start_session", {"source": "agent"}))["session_id"]
        turn = {"session_id": session, "agent": "test"}
        answered(await client.call_tool("record_agent_response", {**turn, "response": "Shall I go on?"}))
        answered(await client.call_tool("record_agent_prompt", {**turn, "prompt": "yes", "source": "user"}))
        ask = {"agent": "test", "agent_input": "Shall I go on?", "threshold": 0.6}
        prediction = answered(await client.call_tool("predict_next_prompt", ask))
        assert (prediction["threshold"], prediction["status"]) == (0.6, "escalated")
        assert answered(await client.call_tool("predict_continuation", ask))["threshold"] == 0.6
        feedback = {"prediction_id": prediction["id"], "status": "accepted"}
        assert answered(await client.call_tool("submit_feedback", feedback))["changed"]
        answered(await client.call_tool("stop_session", {"session_id": session}))
        assert refused(await client.call_tool("stop_session", {})) == "Error 400 (invalid): session_id is required."


def test_a_wrapped_question_is_answered_like_a_plain_one(local: Settings) -> None:
    with running(environment(local)) as process:
        process.initialize()
        for number in range(12):
            turn = {"session_id": f"s{number}", "agent": "test"}
            process.call("record_agent_response", **turn, response=ASKED)
            process.call("record_agent_prompt", **turn, prompt="yes, run them", source="user")
        for tool in ("predict_next_prompt", "predict_continuation"):
            plain, *wrapped = [
                process.call(tool, agent="test", agent_input=text)["structuredContent"]
                for text in (ASKED, *(style(ASKED) for style in STYLES))
            ]
            for answer in wrapped:
                for field in ("predicted_response", "should_continue", "stop_recommended"):
                    assert answer.get(field) == plain.get(field)
                assert answer["calibrated_confidence"] == pytest.approx(plain["calibrated_confidence"], abs=0.05)


def test_it_introduces_itself_before_anything_heavy_can_be_loaded(local: Settings) -> None:
    """Here the heavy packages can't be loaded at all, and only what needs the database misses them."""
    heavy = ("sqlalchemy", "alembic", "asyncpg", "anthropic", "uvicorn")
    without = f"import sys; sys.modules.update(dict.fromkeys({heavy}))"
    with running(environment(local), clone_after(without)) as server:
        discovery = server.ask("server/discover", {"_meta": ENVELOPE})
        assert MODERN in discovery["result"]["supportedVersions"]
        assert server.initialize()["serverInfo"]["name"] == "clone"
        assert names(server.ask("tools/list")) == NAMES
        assert server.call("stop_session", session_id="s")["isError"] is True


def test_storage_is_warmed_up_once_the_tools_are_listed(local: Settings) -> None:
    told = "args[0] == 'sqlalchemy' and print('storage is loaded', file=sys.stderr, flush=True)"
    hook = f"import sys; sys.addaudithook(lambda event, args: event == 'import' and {told})"
    with running(environment(local), clone_after(hook), stderr=subprocess.PIPE) as server:
        server.initialize()
        server.ask("tools/list")
        assert next(server.errors()) == "storage is loaded"


def test_discovery_before_a_handshake_does_not_settle_the_era(local: Settings) -> None:
    with running(environment(local)) as server:
        for _ in range(2):
            assert server.ask("server/discover", {"_meta": ENVELOPE})["result"]["resultType"] == "complete"
        assert server.initialize()["protocolVersion"] == "2025-11-25"
        server.send("notifications/initialized")
        assert names(server.ask("tools/list")) == NAMES


def test_discovery_before_modern_requests_is_followed_by_them(local: Settings) -> None:
    with running(environment(local)) as server:
        server.ask("server/discover", {"_meta": ENVELOPE})
        assert names(server.ask("tools/list", {"_meta": ENVELOPE})) == NAMES
        call = {"_meta": ENVELOPE, "name": "start_session", "arguments": {"session_id": "s"}}
        assert server.ask("tools/call", call)["result"]["structuredContent"]["session_id"] == "s"
        assert server.ask("server/discover", {"_meta": ENVELOPE})["result"]["resultType"] == "complete"


@pytest.mark.parametrize("version", ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])
def test_every_handshake_is_spoken_and_initialized_need_not_be_said(local: Settings, version: str) -> None:
    with running(environment(local)) as server:
        assert server.initialize(version)["protocolVersion"] == version
        assert server.call("start_session", session_id="s")["structuredContent"]["session_id"] == "s"


async def test_garbage_on_stdin_is_survived_and_stdout_holds_nothing_but_the_protocol(local: Settings) -> None:
    with running(environment(local)) as server:
        server.write(b"garbage before the first request\n\n{\n[]\n42\n")
        server.write(b'{"jsonrpc": "2.0"}\n{"jsonrpc": "2.0", "id": "x", "method": 7}\n')
        server.initialize()
        server.write(b"garbage\n\xff\xfe\x00\n" + b"[" * 100_000 + b"\n")
        server.write(b'{"jsonrpc": "2.0", "method": "notifications/nothing-known"}\n')
        assert "error" in server.ask("no/such/method")
        assert "error" in server.ask("tools/call", {"name": 7})
        server.record("yes")
        server.close_stdin()
        left = server.rest().decode().splitlines()
        assert (server.wait(), server.noise) == (0, [])
        assert all(json.loads(line)["jsonrpc"] == "2.0" for line in left)
    assert await recorded(local) == ["yes"]


async def test_what_json_can_say_and_no_database_can_hold_is_recorded_without_it(settings: Settings) -> None:
    with running(environment(settings)) as server:
        server.initialize()
        server.record("nul \x00 here")
        server.record("line \u2028 separator, \x85 and \U0001f600")
    assert await recorded(settings) == ["nul \ufffd here", "line \u2028 separator, \x85 and \U0001f600"]


async def test_a_large_message_comes_through(local: Settings) -> None:
    with running(environment(local)) as server:
        server.initialize()
        asked = server.call("predict_next_prompt", agent="test", agent_input="long " * 400_000 + "Go on?")
        assert asked["structuredContent"]["predicted_response"]
        refusal = server.call("record_agent_prompt", session_id="s", agent="test", prompt="x" * (1024 * 1024 + 1))
        assert refusal["content"][0]["text"].startswith("Error 413 (too_large): ")


async def test_closed_stdin_ends_it_with_everything_acknowledged_kept(settings: Settings) -> None:
    with running(environment(settings)) as server:
        server.initialize()
        prompts = [f"prompt {number}" for number in range(20)]
        for prompt in prompts:
            server.record(prompt)
        server.write(b'{"jsonrpc": "2.0", "id": 99, "method": "tools/call", "params": {"name": "record_ag')
        server.close_stdin()
        assert (server.wait(), server.rest()) == (0, b"")
    assert await recorded(settings) == prompts


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_a_signal_ends_it_with_everything_acknowledged_kept(local: Settings, number: int) -> None:
    with running(environment(local)) as server:
        server.initialize()
        server.record("yes")
        server.signal(number)
        assert server.wait() == 0
    assert await recorded(local) == ["yes"]


async def test_it_dies_with_its_parent_though_its_stdin_stays_open(local: Settings) -> None:
    launcher = f"import subprocess, sys; sys.exit(subprocess.run({CLONE!r}).returncode)"
    with running(environment(local), (sys.executable, "-c", launcher)) as parent:
        parent.initialize()
        parent.record("yes")
        os.kill(parent.pid, signal.SIGKILL)
        assert parent.rest() == b""  # the end of stdout: whoever held it is gone
    assert await recorded(local) == ["yes"]


async def test_two_servers_share_one_file(local: Settings) -> None:
    with running(environment(local)) as one, running(environment(local)) as other:
        one.initialize()
        other.initialize()
        for number in range(10):
            for server in (one, other):
                server.send(
                    "tools/call",
                    {
                        "name": "record_agent_prompt",
                        "arguments": {"session_id": "s", "agent": "a", "prompt": f"{number}", "source": "user"},
                    },
                    number=100 + number,
                )
        for server in (one, other):
            for number in range(10):
                assert server.answer(100 + number)["result"]["isError"] is False
        for server in (one, other):
            asked = server.call("predict_next_prompt", agent="a", agent_input="Which?")
            assert asked["structuredContent"]["predicted_response"]
    assert sorted(await recorded(local)) == sorted([*map(str, range(10))] * 2)


async def test_a_database_that_can_not_be_opened_is_said_in_prose_until_it_can(local: Settings) -> None:
    local.home.write_text("a file where the folder should be")
    with running(environment(local)) as server:
        server.initialize()
        assert names(server.ask("tools/list")) == NAMES
        refusal = server.call("stop_session", session_id="s")
        assert refusal["isError"] is True
        text = refusal["content"][0]["text"]
        assert text.startswith("Error 503 (unavailable): ")
        assert "clone-mcp doctor" in text

        local.home.unlink()
        server.record("yes")
    assert await recorded(local) == ["yes"]


def test_bad_settings_are_said_on_stderr_and_nothing_on_stdout(local: Settings) -> None:
    env = {**environment(local), "CLONE_LOG_LEVL": "debug"}
    with running(env, stderr=subprocess.PIPE) as server:
        assert list(server.errors()) == [
            "clone-mcp: CLONE_LOG_LEVL is not a setting of Clone. Did you mean CLONE_LOG_LEVEL?"
        ]
        assert (server.rest(), server.wait()) == (b"", 2)


def test_variables_of_no_known_program_are_named_on_stderr(local: Settings) -> None:
    env = {**environment(local), "CLONE_MOOD": "good", "CLONE_LOOP_DISABLE_SESSION": "1", "CLONE_MCP_URL": "http://x"}
    with running(env, stderr=subprocess.PIPE) as server:
        assert server.initialize()["serverInfo"]["name"] == "clone"
        server.close_stdin()
        assert list(server.errors()) == ["clone-mcp WARNING clone_mcp.cli: Not settings of Clone, ignored: CLONE_MOOD"]
        assert server.wait() == 0
