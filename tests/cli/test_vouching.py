"""Chats inside project folders come with whoever's repository that is: they count once the person vouches for it."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.settings import Settings
from tests.memory.databases import on_sqlite
from tests.sources.reading import jsonl, written
from tests.sources.test_clients import completed, meta
from tests.support.command import Command
from tests.support.stdio import environment, running

pytestmark = on_sqlite

ASKED = "The change is in place. Shall I run the unit tests now?"
ANSWER = "run the tests"
INIT = ("--no-backtest", "--no-install", "--model", "no")


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CLAUDE_CONFIG_DIR", "CODEX_HOME", "XDG_CONFIG_HOME", "ANTHROPIC_API_KEY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)


def chat(turns: int = 30) -> str:
    """What Aider leaves, in sessions of five."""
    lines: list[str] = []
    for number in range(turns):
        if number % 5 == 0:
            lines.append(f"\n# aider chat started at 2026-10-{1 + number // 5:02} 09:00:00\n")
        lines += [ASKED, "", f"#### {ANSWER}", ""]
    return "\n".join(lines)


def git(*arguments: str) -> None:
    who = ("-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def cloned(settings: Settings, tmp_path: Path) -> Path:
    """Somebody else's repository with chats in it, cloned into the person's home."""
    theirs = tmp_path / "elsewhere.bare" / ".theirs"  # where no import looks
    written(theirs / ".aider.chat.history.md", chat())
    git("init", str(theirs))
    git("-C", str(theirs), "add", "-f", ".")
    git("-C", str(theirs), "commit", "-m", "x")
    git("clone", str(theirs), str(tmp_path / "work" / "shop"))
    shutil.rmtree(theirs)
    return tmp_path / "work" / "shop"


@pytest.fixture
def known(command: Command, settings: Settings):
    """What Clone would say on that question, and the facts it has."""

    def looks() -> tuple[str, list[str]]:
        with running(environment(settings)) as process:
            process.initialize()
            said = process.call("predict_next_prompt", agent="aider", agent_input=ASKED, threshold=0.6)
        return said["structuredContent"]["status"], facts(command)

    return looks


def facts(command: Command) -> list[str]:
    return [fact["text"] for fact in json.loads(command("memory", "show", "--json").out)["facts"]]


def imported(command: Command, *arguments: str) -> dict[str, Any]:
    ran = command("import", *arguments, "--yes", "--json")
    assert ran.code == 0, ran.err
    return json.loads(ran.out)


def test_a_cloned_repository_does_not_speak_as_the_person_until_they_vouch_for_it(
    command: Command, cloned: Path, known
) -> None:
    told = command("import", "--yes")
    assert "Aider: 60 turns, 0 of them typed by you; 60 new, 0 known already\n" in told.out
    assert f"  {cloned}: 30 prompts in 1 file that git tracks\n" in told.out
    assert f"clone-mcp import --vouch {cloned}\n" in told.out
    assert known() == ("escalated", [])
    command("trust", "on", "--yes")  # trusts what agents report, not what repositories bring along
    assert known() == ("escalated", [])
    command("trust", "off")

    told = command("import", "--vouch", str(cloned), "--yes")
    assert "Aider: 60 turns, 30 of them typed by you; 0 new, 60 known already\n" in told.out
    assert "  attested from now on: 60 turns that had only been claimed\n" in told.out
    assert known() == ("auto", [f"Often replies “{ANSWER}”."])


def test_a_dry_run_and_json_tell_claimed_from_vouched_and_keep_nothing(
    command: Command, cloned: Path, settings: Settings
) -> None:
    def counted(*arguments: str) -> tuple[int, ...]:
        told = imported(command, *arguments, "--dry-run")
        [source] = told["sources"]
        assert told["claimed_folders"] == (
            [{"folder": str(cloned), "prompts": 30, "files": 1, "tracked": 1}] if source["claimed"] else []
        )
        return source["turns"], source["typed"], source["claimed"], source["vouched"]

    assert counted() == (60, 0, 30, 0)
    assert counted("--vouch", str(cloned)) == (60, 30, 0, 30)
    assert counted() == (60, 0, 30, 0)  # a dry run remembers no vouch
    shown = command("import", "--dry-run", "--vouch", str(cloned)).out
    assert "  vouched for: 30 prompts\n" in shown


def test_a_vouch_holds_for_later_chats_inside_the_folder_and_for_no_other_folder(
    command: Command, cloned: Path
) -> None:
    imported(command, "--vouch", str(cloned), "--no-learning")
    written(cloned / "docs" / ".aider.chat.history.md", chat(5))
    written(cloned.with_name("shop-2") / ".specstory" / "history" / "x.md", "_**User**_\n\nyes\n")
    told = imported(command, "--no-learning")
    counts = {each["source"]: (each["typed"], each["claimed"], each["vouched"]) for each in told["sources"]}
    assert counts == {"aider": (35, 0, 35), "specstory": (0, 1, 0)}
    assert [(each["folder"], each["tracked"]) for each in told["claimed_folders"]] == [
        (str(cloned.with_name("shop-2")), None)
    ]


@pytest.fixture
def nested(cloned: Path) -> Path:
    """A repository of somebody else's inside the person's own."""
    theirs = cloned / "third_party" / "theirs"
    written(theirs / ".aider.chat.history.md", chat(5))
    git("init", str(theirs))
    return theirs


def test_a_vouch_does_not_cover_a_repository_inside_the_folder_and_says_so(
    command: Command, cloned: Path, nested: Path
) -> None:
    told = command("import", "--vouch", str(cloned), "--no-learning", "--yes").out
    assert "Aider: 70 turns, 30 of them typed by you; 70 new, 0 known already\n" in told
    assert f"  {nested}: 5 prompts in 1 file that git does not track\n" in told
    assert "Your word for a folder does not cover other repositories inside it. Name each of them.\n" in told
    assert f"If you typed them yourself: clone-mcp import --vouch {nested}\n" in told
    later = cloned / "vendor" / "copied"
    written(later / ".specstory" / "history" / "x.md", "_**User**_\n\nyes\n")
    (later / ".git").mkdir()
    told = imported(command, "--no-learning")
    counts = {each["source"]: (each["typed"], each["claimed"]) for each in told["sources"]}
    assert counts == {"aider": (30, 5), "specstory": (0, 1)}
    told = imported(command, "--vouch", str(nested), "--no-learning")
    assert (told["sources"][0]["typed"], told["claimed_folders"]) == (5, [])


def test_a_folder_whose_chats_all_lie_in_repositories_inside_it_is_refused_by_their_names(
    command: Command, cloned: Path, nested: Path, settings: Settings
) -> None:
    ran = command("import", "--yes", "--vouch", str(cloned.parent))
    assert (ran.code, ran.err) == (
        2,
        f"clone-mcp: Your word for {cloned.parent} covers no chats: they lie in repositories inside it. "
        "If you typed them yourself, name each repository with its own `--vouch PATH`: "
        f"{cloned}, {nested}.\n",
    )
    assert not (settings.home / "vouched-folders").exists()


def test_a_chat_that_is_named_by_its_path_is_claimed_all_the_same(command: Command, cloned: Path) -> None:
    path = str(cloned / ".aider.chat.history.md")
    for arguments in ([path], ["aider", path], ["aider", str(cloned)]):
        [source] = imported(command, *arguments, "--dry-run")["sources"]
        assert (source["typed"], source["claimed"]) == (0, 30), arguments
    [source] = imported(command, path, "--vouch", path, "--no-learning")["sources"]
    assert (source["typed"], source["vouched"]) == (30, 30)


def test_a_clients_files_outside_its_usual_place_are_claimed_until_they_are_vouched_for(
    command: Command, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As an unpacked zip brings them along, and as a variable points to them."""
    store = tmp_path / "dl" / "evil-main"
    jsonl(
        store / "sessions" / "2026" / "11" / "01" / "rollout-1.jsonl",
        [meta(), completed("UserMessage", "never use tabs", "t1")],
    )
    told = command("import", "codex", str(store), "--yes", "--no-learning").out
    assert "Codex: 1 turn, 0 of them typed by you; 1 new, 0 known already\n" in told
    assert f"  {store}: 1 prompt in 1 file\n" in told
    assert f"If you typed them yourself: clone-mcp import codex {store} --vouch {store}\n" in told
    monkeypatch.setenv("CODEX_HOME", str(store))
    told = command("import", "--yes", "--no-learning").out
    assert "Codex: 1 turn, 0 of them typed by you; 0 new, 1 known already\n" in told
    assert f"If you typed them yourself: clone-mcp import --vouch {store}\n" in told
    told = command("import", "--vouch", str(store), "--yes", "--no-learning").out
    assert "Codex: 1 turn, 1 of them typed by you; 0 new, 1 known already\n  vouched for: 1 prompt\n" in told
    monkeypatch.delenv("CODEX_HOME")
    [source] = imported(command, "codex", str(store), "--vouch", str(store), "--dry-run")["sources"]
    assert (source["typed"], source["claimed"]) == (1, 0)


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("nowhere", "You can't vouch for {home}/nowhere: it is not there. Name a project folder that exists.\n"),
        ("empty", "{home}/empty holds no chats that need your word. Aider's lie in `.aider.chat.history.md`, "),
        ("", "{home} holds all your projects, also those that you will clone. Vouch for each project by name: "),
    ],
)
def test_a_vouch_for_nothing_or_for_everything_is_refused(
    command: Command, cloned: Path, tmp_path: Path, settings: Settings, path: str, error: str
) -> None:
    (tmp_path / "empty").mkdir()
    ran = command("import", "--yes", "--vouch", str(tmp_path / path))
    assert (ran.code, ran.err.startswith("clone-mcp: " + error.format(home=tmp_path))) == (2, True), ran.err
    assert not (settings.home / "vouched-folders").exists()


@pytest.fixture
def init(command: Command, monkeypatch: pytest.MonkeyPatch):
    """`init` at a terminal, where somebody types these lines. It prints what comes back."""

    def said(*lines: str) -> str:
        keyboard = io.StringIO("".join(f"{line}\n" for line in lines))
        keyboard.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", keyboard)
        return command("init", *INIT).out

    return said


def test_init_shows_what_a_folder_holds_and_takes_no_for_an_answer(command: Command, cloned: Path, init) -> None:
    assert "Did you type" not in command("init", *INIT, "--yes").out
    assert facts(command) == []
    shown = init("", "")
    assert f"  {cloned}: 30 prompts in 1 file that git tracks, such as:\n    “{ANSWER}”\n" in shown
    assert "Did you type these yourself? [y/N] " in shown
    assert facts(command) == []
    assert "only claimed" not in init("", "y")
    assert facts(command) == [f"Often replies “{ANSWER}”."]
    assert "Did you type" not in init("", "")  # it is remembered


@pytest.mark.parametrize("mark", ["with .git", "without"])
def test_a_yes_in_init_does_not_overrule_a_no_for_a_folder_inside(
    command: Command, settings: Settings, tmp_path: Path, init, mark: str
) -> None:
    mine = tmp_path / "work" / "mine"
    theirs = mine / "third_party" / "theirs"
    written(theirs / ".aider.chat.history.md", chat())
    written(mine / ".aider.chat.history.md", "# aider chat started at 2026-11-01 10:00:00\n\n#### never use tabs\n")
    if mark == "with .git":
        git("init", str(mine))
        git("init", str(theirs))
    shown = init("", "n", "y")
    assert shown.index(f"  {theirs}: 30 prompts ") < shown.index(f"  {mine}: 1 prompt ")
    assert f"  {theirs}: 30 prompts " in shown[shown.index("only claimed") :]
    assert facts(command) == ["Wants agents never to use tabs."]
    [source] = imported(command, "--dry-run")["sources"]
    assert (source["typed"], source["claimed"]) == (1, 30)
