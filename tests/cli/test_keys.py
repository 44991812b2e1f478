"""`clone-mcp keys`, on both databases."""

from __future__ import annotations

import json

from clone_mcp.models.access import Scope
from tests.support.command import Command, Ran


def test_keys_are_made_listed_and_revoked(command: Command) -> None:
    assert command("keys", "list").out == "No keys yet. Make one with `clone-mcp keys create`.\n"
    made = command("keys", "create", "--name", "laptop")
    key = made.out.strip()
    assert key.startswith("clone_")
    assert made.out == f"{key}\n"
    assert "Scope agent" in made.err
    assert "only time" in made.err
    assert "counts as your own words" not in made.err
    assert "counts as your own words" in command("keys", "create", "--help").out.replace("\n" + " " * 24, " ")

    other = json.loads(command("keys", "create", "--scope", "viewer", "--json").out)
    listed = json.loads(command("keys", "list", "--json").out)
    assert {item["name"]: (item["scope"], item["prefix"]) for item in listed} == {
        "laptop": ("agent", key[:14]),
        "": ("viewer", other["key"][:14]),
    }
    assert all(key not in str(item) and "digest" not in item and "tenant" not in item for item in listed)

    assert command("keys", "revoke", other["id"]) == Ran(0, "Revoked.\n", "")
    text = command("keys", "list").out
    assert {line.split()[0]: "revoked" in line for line in text.splitlines()} == {
        item["id"]: item["id"] == other["id"] for item in listed
    }
    assert key not in text


def test_whoever_makes_a_key_that_vouches_for_them_is_told_what_that_means(command: Command) -> None:
    told = "What this key records as typed by you counts as your own words. Do not give it to an agent.\n"
    assert {scope: told in command("keys", "create", "--scope", scope).err for scope in Scope} == {
        Scope.VIEWER: False,
        Scope.AGENT: False,
        Scope.RECORDER: True,
        Scope.OWNER: True,
    }


def test_a_key_there_is_not_can_not_be_revoked(command: Command) -> None:
    refused = command("keys", "revoke", "nobody")
    assert refused == Ran(2, "", "clone-mcp: There is no such key. `clone-mcp keys list` shows the ids.\n")
