"""`clone-mcp users`: accounts at the operator's command line."""

from __future__ import annotations

import io
import json

import pytest

from clone_mcp.clone import Clone
from clone_mcp.errors import Unauthenticated
from clone_mcp.models.access import LOCAL_TENANT
from tests.support.accounts import HERE, PASSWORD
from tests.support.command import Command

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


@pytest.fixture
def typing(monkeypatch: pytest.MonkeyPatch):
    """Puts lines on standard input."""
    return lambda text: monkeypatch.setattr("sys.stdin", io.StringIO(text))


def created(command: Command, typing, email: str) -> dict:
    typing(PASSWORD + "\n")
    ran = command("users", "create", email, "--json")
    assert (ran.code, ran.err) == (0, "")
    return json.loads(ran.out)


def test_the_first_account_is_that_of_the_memory_at_hand(command: Command, typing) -> None:
    ann, bob = created(command, typing, "Ann@example.com"), created(command, typing, "bob@example.com")
    assert (ann["email"], ann["tenant"]) == ("ann@example.com", str(LOCAL_TENANT))
    assert bob["tenant"] != str(LOCAL_TENANT)
    listed = json.loads(command("users", "list", "--json").out)
    assert sorted(listed, key=lambda user: user["email"]) == [ann, bob]
    typing(PASSWORD + "\n")
    again = command("users", "create", "ann@example.com")
    assert (again.code, again.err) == (
        2,
        "clone-mcp: There is an account with this e-mail already. Sign in instead.\n",
    )


@on_sqlite
async def test_a_password_set_at_the_command_line_is_the_one_that_fits(clone: Clone, typing, command) -> None:
    import asyncio

    await asyncio.to_thread(created, command, typing, "ann@example.com")
    typing("another one altogether\r\n")
    ran = await asyncio.to_thread(command, "users", "password", "ann@example.com")
    assert ran.out == "ann@example.com has a new password, and is signed out everywhere.\n"
    with pytest.raises(Unauthenticated):
        await clone.access.accounts.log_in("ann@example.com", PASSWORD, address=HERE)
    assert await clone.access.accounts.log_in("ann@example.com", "another one altogether", address=HERE)


@on_sqlite
def test_an_invitation_goes_to_stdout_alone_and_the_rest_says_what_there_is(command: Command, typing) -> None:
    assert command("users", "list").out == "No accounts yet. Make one with `clone-mcp users create`.\n"
    assert command("users", "waitlist").out == "Nobody waits.\n"
    invited = command("users", "invite")
    assert invited.out.startswith("invite_")
    assert len(invited.out.splitlines()) == 1
    assert "only time" in invited.err
    created(command, typing, "ann@example.com")
    assert command("users", "link", "ann@example.com", "ann").code == 2


@on_sqlite
def test_a_subject_is_linked_to_a_user_of_the_issuer_that_is_named(
    command: Command, typing, monkeypatch: pytest.MonkeyPatch
) -> None:
    created(command, typing, "ann@example.com")
    monkeypatch.setenv("CLONE_PUBLIC_URL", "https://clone.example.com")
    monkeypatch.setenv("CLONE_OAUTH_ISSUER", "https://id.example.com")
    assert command("users", "link", "ann@example.com", "subject-1").code == 0
    [user] = json.loads(command("users", "list", "--json").out)
    assert (user["issuer"], user["subject"]) == ("https://id.example.com", "subject-1")


@on_sqlite
def test_a_terminal_is_asked_twice(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    typed = iter([PASSWORD, "a slip of the hand"])
    monkeypatch.setattr("getpass.getpass", lambda _prompt: next(typed))
    ran = command("users", "create", "ann@example.com")
    assert (ran.code, ran.err) == (2, "clone-mcp: The two are not the same.\n")
