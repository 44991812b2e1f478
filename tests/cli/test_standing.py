"""`clone-mcp standing …`, by what it prints and how it exits."""

from __future__ import annotations

import io
import json
import sys

import pytest

from tests.memory.databases import on_sqlite
from tests.support.command import Command

pytestmark = on_sqlite

TESTS, PUSH = "Shall I run the tests?", "Push to main?"


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


def test_one_is_written_listed_tried_suspended_and_removed(command: Command):
    assert command("standing", "list").out == "There are no standing answers yet.\n"
    written = command("standing", "write", TESTS, "yes", "--yes", "--json")
    beginning = json.loads(written.out)["id"][:8]
    assert command("standing", "list").out == f"{beginning}  confirmed  “{TESTS}”: yes\n"
    assert json.loads(command("standing", "test", TESTS, "--json").out)["answered"] is True
    assert json.loads(command("standing", "test", PUSH, "--json").out)["answered"] is False
    assert command("standing", "suspend", beginning).code == 0
    [asked] = json.loads(command("review", "--json").out)
    assert (asked["gate"], asked["standing"][:8]) == ("standing", beginning)
    assert command("standing", "remove", beginning, "--yes").out == "Removed.\n"
    assert command("standing", "list").out == "There are no standing answers yet.\n"


def test_a_grave_one_names_what_it_would_do_and_stores_nothing_until_that_is_acknowledged(command: Command):
    warned = command("standing", "write", PUSH, "yes", "--yes")
    assert warned.code == 2
    assert "push to main (grave: public). Nothing is stored yet." in warned.err
    assert command("standing", "list").out == "There are no standing answers yet.\n"
    assert command("standing", "write", PUSH, "yes", "--yes", "--acknowledge", "push to main").code == 0


def test_deciding_needs_a_terminal_or_the_owners_yes(command: Command):
    refused = command("standing", "write", TESTS, "yes")
    assert (refused.code, "Run it in a terminal, or add --yes." in refused.err) == (2, True)
