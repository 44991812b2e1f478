"""`clone-mcp import` and `clone-mcp init`, by what they print and how they exit."""

from __future__ import annotations

import io
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.evaluation.summary import MEANINGS
from clone_mcp.settings import from_env
from clone_mcp.settings.environment import consented
from tests.memory.databases import on_sqlite
from tests.sources.reading import jsonl, written
from tests.sources.test_claude_code import answered, text, typed
from tests.support.command import Command

pytestmark = on_sqlite

CHAT = "[01.11.26, 10:00:00] Ann: hi\n[01.11.26, 10:01:00] Me: hello there\n[01.11.26, 10:02:00] Me: bye\n"


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME", "ANTHROPIC_API_KEY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def home(settings, tmp_path: Path) -> Path:
    """A home in which Claude Code was used."""
    turns: list[dict[str, Any]] = []
    for minute in range(0, 24, 2):
        turns.append(answered(text("Done. Shall I run the tests?"), minute=minute))
        turns.append(typed("yes, run the tests", minute + 1))
    folder = tmp_path / ".claude" / "projects" / "-work-shop"
    jsonl(folder / "s1.jsonl", [typed("never use tabs", 30), *turns])
    jsonl(folder / "s2.jsonl", [{**turn, "sessionId": "s2", "uuid": f"x{n}"} for n, turn in enumerate(turns)])
    return tmp_path


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody who types these lines."""

    def sits(*lines: str) -> None:
        keyboard = io.StringIO("".join(f"{line}\n" for line in lines))
        keyboard.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", keyboard)

    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    return sits


def test_what_is_found_is_shown_asked_about_read_and_told(command: Command, home: Path, at_a_terminal) -> None:
    assert command("import").err == "clone-mcp: There is nobody to ask. Run it in a terminal, or add --yes.\n"
    at_a_terminal("n")
    shown = command("import").out
    assert shown.startswith("Found:\n  Claude Code                2 files     ")
    assert "typed by you" not in shown
    at_a_terminal()
    assert command("import").code == 0
    at_a_terminal("")
    done = command("import")
    assert done.code == 0
    assert "Claude Code: 49 turns, 25 of them typed by you; 49 new, 0 known already\n" in done.out
    assert "  Often replies “yes, run the tests”.\n" in done.out
    assert "Clone's first guess would have meant the same as what you typed in " in done.out
    assert " of your newest 24 questions: " in done.out
    assert all(f"  {name:<20} " in done.out and f"  {what}\n" in done.out for name, what in MEANINGS)
    assert "  clone-mcp memory show " in done.out
    again = json.loads(command("import", "--yes", "--json").out)
    [source] = again["sources"]
    assert again["learned"]["report"]["questions"] == 24
    assert (source["new"], source["known"], again["learned"]["promoted"]["episodes"]) == (0, 49, 0)


def test_a_dry_run_keeps_nothing(command: Command, home: Path) -> None:
    [source] = json.loads(command("import", "claude-code", "--dry-run", "--json", "--project", "shop").out)["sources"]
    assert (source["turns"], source["typed"], source["new"]) == (49, 25, 0)
    assert json.loads(command("memory", "stats", "--json").out)["raw"]["count"] == 0
    assert command("import", "claude-code", "--dry-run", "--project", "nowhere").code == 1


def test_a_path_is_enough_and_oneself_is_asked_for(command: Command, tmp_path: Path, at_a_terminal) -> None:
    path = str(written(tmp_path / "WhatsApp Chat with Ann.txt", CHAT))
    assert command("import", path, "--yes").err == "clone-mcp: Which of these are you? Me, Ann. Add --me NAME.\n"
    at_a_terminal("1")
    assert "WhatsApp: 2 turns, 2 of them typed by you; 2 new" in command("import", path, "--yes").out
    told = command("import", "whatsapp", path, "--yes", "--me", "ann", "--no-learning")
    assert "1 new" in told.out
    assert "left out 2: messages of others" in told.out


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["cluade"], "There is no source 'cluade'. It may be claude-code, codex, "),
        (["codex"], "No history of Codex was found. It is looked for here: ~/.codex"),
        (["whatsapp", "/nowhere.txt"], "/nowhere.txt is not there."),
        (["{strange}"], "can't be told. Name it: `clone-mcp import SOURCE "),
        ([], "No history was found in the usual places. `clone-mcp import --list` says where it looks."),
    ],
)
def test_what_cannot_be_found_is_said(command: Command, tmp_path: Path, arguments: list[str], error: str) -> None:
    strange = written(tmp_path / "strange.bin", "?")
    ran = command("import", *(each.format(strange=strange) for each in arguments))
    assert (ran.code, error in ran.err) == (2, True), ran.err


def test_a_damaged_zip_is_told_in_prose_before_anybody_is_asked_who_they_are(command: Command, tmp_path: Path) -> None:
    """One with a file of no name, and one whose words are not those that were packed."""
    path = tmp_path / "WhatsApp Chat.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("Q", "")
    whole = path.read_bytes()
    path.write_bytes(whole.replace(b"hello", b"hallo"))
    ran = command("import", str(path), "--yes")
    assert (ran.code, "could not read 1 places:" in ran.out) == (1, True), ran.err
    path.write_bytes(whole.replace(b"Q", b"\x00"))
    assert "2 turns" in command("import", str(path), "--yes", "--me", "Me").out


def test_sources_are_listed(command: Command) -> None:
    listed = json.loads(command("import", "--list", "--json").out)
    assert {"name", "title", "what", "where", "format"} == set(listed[0])
    assert all(f"{each['name']} " in command("import", "--list").out for each in listed)


def test_init_takes_every_step_that_is_not_skipped(command: Command, home: Path, at_a_terminal) -> None:
    ran = command("init", "--yes", "--no-backtest", "--no-install")
    assert ran.code == 0, ran.err
    assert "49 turns read, 49 of them new." in ran.out
    assert ran.out.count("Skipped.") == 2
    assert "Nothing leaves this machine." in ran.out
    skipped = command("init", "--yes", "--no-import", "--no-backtest", "--no-install")
    assert "turns read" not in skipped.out


def test_a_language_model_is_asked_only_after_consent(command: Command, settings, at_a_terminal) -> None:
    rest = ("--no-import", "--no-backtest", "--no-install")
    environ = {"CLONE_HOME": str(settings.home), "ANTHROPIC_API_KEY": "k"}
    at_a_terminal("")
    assert "Nothing leaves this machine." in command("init", *rest).out
    assert not from_env(environ).asks_a_model
    at_a_terminal("y")
    assert "once there is a key" in command("init", *rest).out
    assert consented(settings.home)
    assert from_env(environ).predictor == "cascade"
    assert from_env(environ).anthropic_api_key == "k"
    assert not from_env({**environ, "CLONE_PREDICTOR": "local"}).asks_a_model
    assert "You allowed" in command("init", *rest, "--yes").out
    command("init", *rest, "--model", "no")
    assert not from_env(environ).asks_a_model


def test_init_keeps_the_promise_that_it_asked_for(command: Command) -> None:
    command("init", "--yes", "--no-import", "--no-install", "--promise", "20")
    assert json.loads(command("stats", "--json").out)["promise"]["at_most"] == 0.2
