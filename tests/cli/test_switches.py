"""`clone-mcp pause`, `resume`, `shadow` and `trust`."""

from __future__ import annotations

import json

import pytest

from tests.support.command import Command, Ran

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


def test_pausing_and_resuming(command: Command) -> None:
    assert command("pause") == Ran(0, "Paused: everywhere. Shadow mode: nowhere. Agents trusted: nowhere.\n", "")
    refused = command("resume")
    assert (refused.code, refused.out) == (2, "")
    assert "Run it in a terminal, or add --yes." in refused.err
    assert (
        command("shadow", "on", "--project", "clone").out
        == "Paused: everywhere. Shadow mode: clone. Agents trusted: nowhere.\n"
    )
    assert json.loads(command("resume", "--yes", "--json").out) == {"paused": [], "shadow": ["clone"], "trusted": []}
    assert (
        command("shadow", "off", "--project", "clone", "--yes").out
        == "Paused: nowhere. Shadow mode: nowhere. Agents trusted: nowhere.\n"
    )


def test_trusting_what_agents_record(command: Command) -> None:
    nowhere = "Paused: nowhere. Shadow mode: nowhere. Agents trusted: nowhere.\n"
    assert command("trust", "status") == Ran(0, nowhere, "")
    refused = command("trust", "on")
    assert (refused.code, refused.out) == (2, "")
    assert command("trust", "on", "--project", "clone", "--yes").out == nowhere.replace("nowhere.\n", "clone.\n")
    assert json.loads(command("trust", "status", "--json").out)["trusted"] == ["clone"]
    assert "Agents trusted: clone." in command("status").out
    assert "Agents trusted: clone." in command("doctor").out
    assert command("trust", "off", "--project", "clone") == Ran(0, nowhere, "")
