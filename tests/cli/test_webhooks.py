from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command import Command


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_webhooks_are_made_listed_and_revoked(command: Command, tmp_path: Path) -> None:
    made = command("webhooks", "create", "github", "--name", "work")
    assert made.out.startswith("Path:    /api/sources/hooks/")
    assert "\nSecret:  " in made.out
    (tmp_path / "secret.txt").write_text("from-slack\n")
    slack = command("webhooks", "create", "slack", "--signing-secret", str(tmp_path / "secret.txt"), "--json")
    assert (json.loads(slack.out)["connector"], json.loads(slack.out)["secret"]) == ("slack", None)
    refused = command("webhooks", "create", "slack")
    assert refused.code == 2
    assert "Slack signs with a secret of its own." in refused.err
    assert command("webhooks", "revoke", json.loads(slack.out)["id"]).out == "Revoked.\n"
    listed = json.loads(command("webhooks", "list", "--json").out)
    assert {(each["connector"], each["revoked_at"] is None) for each in listed} == {("slack", False), ("github", True)}
