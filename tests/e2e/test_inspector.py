"""MCP Inspector's command line, a client that is not the Python SDK's, on both transports."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.settings import Settings
from tests.support.node import node, package
from tests.support.stdio import CLONE, environment

VERSION = "2.12.0"


@pytest.fixture(scope="session")
def inspector() -> Path:
    name, program = "@modelcontextprotocol/inspector", "clients/launcher/build/index.js"
    return package(name, VERSION, program, otherwise="no Inspector, so one client less was tried")


@pytest.fixture(params=["stdio, handshake", "http, modern"])
def target(request: pytest.FixtureRequest, local: Settings) -> tuple[Sequence[str], Sequence[str]]:
    """What names the server and the era to the Inspector: options before and a command after its own."""
    if request.param == "http, modern":
        return (request.getfixturevalue("address"), "--transport", "http", "--protocol-era", "modern"), ()
    env = [part for name, value in environment(local).items() for part in ("-e", f"{name}={value}")]
    return (*env, "--protocol-era", "legacy"), ("--", *CLONE)


def test_it_lists_the_tools_without_complaint_and_calls_them(
    inspector: Path, target: tuple[Sequence[str], Sequence[str]], home: dict[str, str]
) -> None:
    before, after = target

    def inspect(method: str, *options: str) -> dict[str, Any]:
        own = ("--method", method, *options, "--format", "json")
        run = node(inspector, "--cli", *before, *own, *after, env=home)
        assert run.returncode == 0, run.stdout + run.stderr
        assert "portability" not in run.stderr
        return json.loads(run.stdout)["result"]

    def call(tool: str, **arguments: Any) -> dict[str, Any]:
        pairs = [f"{name}={value}" for name, value in arguments.items()]
        result = inspect("tools/call", "--tool-name", tool, "--tool-arg", *pairs)
        assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
        return result["structuredContent"]

    listed = inspect("tools/list", "--strict")["tools"]
    turn = {"session_id": "s", "agent": "inspector"}
    ask = {"agent": "inspector", "agent_input": "Shall I go on?", "threshold": 0.6}
    assert len(listed) == 7
    assert call("record_agent_prompt", **turn, prompt="yes", source="user")["author"] == "person"
    assert call("predict_next_prompt", **ask)["threshold"] == 0.6
