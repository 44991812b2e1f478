"""The memory commands, by what they print and how they exit."""

from __future__ import annotations

import io
import json
import sqlite3
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.app import sqlite_path
from clone_mcp.cli.running import BLOCKED
from clone_mcp.settings import Settings
from tests.memory.databases import on_sqlite
from tests.memory.person import TABS
from tests.support.command import Command, Ran

pytestmark = on_sqlite

TEXT = "Prefers tabs over spaces."
WAITS = "Prefers working with their therapist in the morning."
NO_TERMINAL = "clone-mcp: This changes memory for good. Run it in a terminal, or add --yes.\n"


@pytest.fixture(autouse=True)
def no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))


@pytest.fixture
def at_a_terminal(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Somebody who types these lines."""

    def sits(*lines: str) -> None:
        keyboard = io.StringIO("".join(f"{line}\n" for line in lines))
        keyboard.isatty = lambda: True  # type: ignore[method-assign]
        monkeypatch.setattr(sys, "stdin", keyboard)

    return sits


@pytest.fixture
def known(command: Command, tmp_path: Path) -> Command:
    """A memory with one strong fact and one that waits."""
    prompts = [TABS] * 5 + ["I prefer working with my therapist in the morning"]
    events = [
        {
            "id": f"e{number}",
            "session_id": f"s{number % 2}",
            "occurred_at": f"2026-11-20T08:{number:02}:00Z",
            "source": "cli",
            "type": "agent.prompt",
            "agent": "a",
            "prompt": prompt,
        }
        for number, prompt in enumerate(prompts)
    ]
    file = tmp_path / "events.json"
    file.write_text(json.dumps(events))
    assert command("ingest", str(file)).code == 0
    assert command("memory", "promote") == Ran(
        0, "2 episodes written, 3 claims found in them; the profile is up to date.\n", ""
    )
    return command


def shown(command: Command) -> dict[str, Any]:
    return json.loads(command("memory", "show", "--json").out)


def ids(command: Command) -> dict[str, str]:
    return {fact["text"]: fact["id"] for fact in shown(command)["facts"]}


def test_an_empty_memory_says_so(command: Command) -> None:
    assert command("memory", "show") == Ran(0, "Nothing is known yet.\n", "")
    assert shown(command) == {"soul_card": None, "facts": []}
    assert command("review") == Ran(0, "Nothing waits for you.\n", "")
    assert command("review", "--json") == Ran(0, "[]\n", "")
    assert command("memory", "search", "tabs") == Ran(1, "", "")
    assert command("memory", "search", "tabs", "--json") == Ran(0, "[]\n", "")
    assert json.loads(command("memory", "stats", "--json").out)["facts"] == {"count": 0, "last": None}


def test_each_fact_is_shown_once_with_what_it_is_worth(known: Command) -> None:
    known_ids = ids(known)
    lines = known("memory", "show").out.splitlines()
    assert lines == [
        "What is known about you, most important first:",
        f"{known_ids[TEXT][:8]}  0.90  strong        {TEXT}",
        f"{known_ids[WAITS][:8]}  0.20  waits: sensitive  {WAITS}",
    ]
    assert known("memory", "show", known_ids[TEXT][:8]).out.startswith(f'---\nid: "{known_ids[TEXT]}"\n')
    refused = known("memory", "show", "zzz")
    assert refused == Ran(
        2, "", "clone-mcp: No fact or episode has an id that begins with 'zzz'. See `clone-mcp memory show`.\n"
    )
    assert known("memory", "show", "").code == 0


def test_promotion_is_on_demand_and_repeatable(known: Command) -> None:
    nothing = {"raw": 0, "episodes": 0, "claims": 0, "summaries": 0, "distilled": 0, "degraded": None}
    assert json.loads(known("memory", "promote", "--json").out) == nothing
    again = json.loads(known("memory", "promote", "--json", "--force", "--limit", "1").out)
    assert again["episodes"] == 1
    assert known("memory", "promote", "--limit", "0").code == 2
    assert known("memory", "promote", "--since", "soon").err.startswith("clone-mcp: 'soon' is no date or time.")


def test_a_fact_is_told_edited_and_deleted(known: Command) -> None:
    told = known("memory", "add", "Always answer in English", "--kind", "rule", "--tag", "language")
    known_as = ids(known)["Always answer in English"]
    confirm = f"Confirm it in your own words: `clone-mcp memory edit {known_as[:8]} TEXT`."
    assert told == Ran(0, f"{known_as}\n", f"It is tentative. {confirm}\n")
    asked = known("memory", "add", "From now on never ask me before pushing")
    assert asked.err == "It waits for your answer: `clone-mcp review`.\n"
    edited = known("memory", "edit", told.out[:8], "Always answer in French", "--yes")
    assert edited == Ran(0, "Always answer in French\n", "")
    assert known("memory", "delete", told.out[:8], "--yes") == Ran(0, "The fact is gone.\n", "")
    assert "Always answer in French" not in ids(known)


@pytest.mark.parametrize("said", ["The sky is blue", "Hi, I am Bob", "use pnpm"])
def test_what_is_said_once_is_a_candidate_until_the_person_confirms_it(known: Command, said: str) -> None:
    told = known("memory", "add", said)
    assert told.err.startswith("It is a candidate, which goes on 20")
    assert f"0.20  candidate     {said}" in known("memory", "show").out
    known("memory", "edit", told.out[:8], said, "--yes")
    assert f"0.90  strong        {said}" in known("memory", "show").out


def test_episodes_and_rows_are_corrected_too(known: Command) -> None:
    [episode] = json.loads(known("memory", "search", "turns 2", "--json").out)[:1]
    told = known("memory", "edit", episode["id"][:8], "We spoke.", "--layer", "episode", "--yes")
    assert told == Ran(0, "We spoke.\n", "")
    gone = known("memory", "delete", episode["id"][:8], "--layer", "episode", "--yes")
    assert gone == Ran(0, "It is told again from what was said.\n", "")
    assert known("memory", "delete", "e5", "--layer", "raw", "--yes") == Ran(0, "The raw is gone.\n", "")
    assert WAITS not in ids(known)
    again = known("memory", "delete", "e5", "--layer", "raw", "--yes")
    assert again == Ran(2, "", "clone-mcp: There is no such raw row.\n")


def test_chains_are_printed_both_ways(known: Command) -> None:
    fact = ids(known)[WAITS]
    lines = known("memory", "why", fact[:8]).out.splitlines()
    assert lines[0] == f"fact {fact}: {WAITS}"
    assert lines[-1] == "  raw e5: I prefer working with my therapist in the morning"
    tree = json.loads(known("memory", "why", "e5", "--layer", "raw", "--impact", "--json").out)
    assert (tree["layer"], tree["id"]) == ("raw", "e5")
    assert {each["layer"] for each in tree["next"]} == {"episode", "fact"}
    assert known("memory", "why", "profile", "--layer", "profile").out.startswith("profile profile: What is known")
    assert known("memory", "why", "x", "--layer", "prediction") == Ran(
        2, "", "clone-mcp: There is no such prediction.\n"
    )


@pytest.mark.parametrize(
    "words",
    ["memory edit {fact} hello", "memory delete {fact}", "forget --everything", "memory apply {folder}", "review"],
)
def test_without_a_terminal_nothing_is_changed_unless_told(known: Command, tmp_path: Path, words: str) -> None:
    folder = tmp_path / "out"
    known("memory", "export", str(folder))
    (folder / "facts" / "new.md").write_text("I like tea\n")
    before = shown(known)
    refused = known(*words.format(fact=ids(known)[TEXT][:8], folder=folder).split())
    assert refused.code == 2
    deciding = "clone-mcp: Deciding needs a terminal. `clone-mcp review --json` lists what waits.\n"
    assert refused.err == (deciding if words == "review" else NO_TERMINAL)
    assert shown(known) == before


@pytest.mark.parametrize(("answer", "left"), [("y", []), ("yes", []), ("n", None), ("", None)])
def test_at_a_terminal_the_person_is_asked(known: Command, at_a_terminal: Any, answer: str, left: list | None) -> None:
    at_a_terminal(answer)
    ran = known("forget", "--everything")
    assert ran.code == (0 if left == [] else 2)
    assert (shown(known)["facts"] == []) is (left == [])


@pytest.mark.parametrize(("answer", "kept", "waits"), [("y", True, 0), ("n", False, 0), ("l", True, 1)])
def test_questions_are_put_one_by_one(known: Command, at_a_terminal: Any, answer: str, kept: bool, waits: int) -> None:
    [question] = json.loads(known("review", "--json").out)
    assert (question["gate"], question["fact"]) == ("sensitive", ids(known)[WAITS])
    at_a_terminal(answer)
    assert WAITS in known("review").out
    assert (WAITS in ids(known)) is kept
    assert len(json.loads(known("review", "--json").out)) == waits


def test_forgetting_shows_first_what_goes(known: Command) -> None:
    said = "3 events, 0 predictions, 1 episodes and 0 facts would go for good.\n"
    assert known("forget", "--session", "s0", "--dry-run") == Ran(0, said, "")
    going = json.loads(known("forget", "--session", "s0", "--dry-run", "--json").out)
    assert going == {"events": 3, "episodes": 1, "facts": 0, "predictions": 0}
    assert known("forget", "--session", "s0", "--yes") == Ran(0, f"{said}Forgotten.\n", "")
    assert known("forget").err.startswith("clone-mcp: Say what to forget:")
    assert known("forget", "--since", "2026-11-20", "--until", "2026-11-21", "--dry-run", "--json").code == 0


def test_memory_goes_out_comes_back_and_is_restored(
    known: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(tmp_path / "out")
    assert known("memory", "export", folder) == Ran(0, f"9 files in {folder}.\n", "")
    assert known("memory", "apply", folder) == Ran(0, "Nothing to do.\n", "")
    new = tmp_path / "out" / "facts" / "new.md"
    new.write_text("I like tea\n")
    planned = known("memory", "apply", folder, "--dry-run")
    assert planned == Ran(0, "add fact: facts/new.md → I like tea []\n", "")
    assert json.loads(known("memory", "apply", folder, "--dry-run", "--json").out) == {
        "conflicts": [],
        "changes": [
            {"act": "add fact", "path": "facts/new.md", "text": "I like tea", "tags": [], "kind": "preference"}
        ],
    }
    applied = known("memory", "apply", folder, "--yes").out
    assert applied.endswith("1 changes applied; the folder was written again.\n")
    assert "I like tea" in ids(known)
    assert known("memory", "restore", folder).err.startswith("clone-mcp: Memory is not empty.")
    before = shown(known)
    monkeypatch.setenv("CLONE_HOME", str(tmp_path / "another"))
    assert known("memory", "restore", folder) == Ran(0, "7 raw, 2 episodes, 3 facts restored.\n", "")
    assert shown(known) == before


def test_conflicts_are_told_and_nothing_is_applied(known: Command, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    known("memory", "export", str(folder))
    known("memory", "edit", ids(known)[TEXT][:8], "I prefer spaces over tabs", "--yes")
    for path in (folder / "facts").glob("prefers-tabs*"):
        path.unlink()
    ran = known("memory", "apply", str(folder), "--yes")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("conflict: facts/prefers-tabs-over-spaces-")
    assert "I prefer spaces over tabs" in ids(known)


def test_jobs_are_listed(known: Command) -> None:
    listed = json.loads(known("jobs", "--json").out)
    assert {job["kind"] for job in listed} >= {"facts", "profile"}
    assert known("jobs").code == 0


def test_an_erasure_that_another_process_blocks_is_told(known: Command, settings: Settings) -> None:
    with closing(sqlite3.connect(sqlite_path(settings.url), isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM events").fetchone()
        ran = known("memory", "delete", "e5", "--layer", "raw", "--yes")
    assert ran == Ran(0, "The raw is gone.\n", f"{BLOCKED}\n")
    assert "purge" in known("jobs").out


def test_what_was_forgotten_is_restored_when_the_person_says_so(known: Command, tmp_path: Path) -> None:
    folder = str(tmp_path / "out")
    known("memory", "export", folder)
    before = shown(known)
    known("forget", "--everything", "--yes")
    applied = known("memory", "apply", folder)
    assert applied.out.startswith("Nothing to do.\nYou changed nothing, but memory has changed since the export (")
    plan = "6 raw, 2 episodes, 2 facts would be restored. 6 of these rows and 0 of these facts were deleted here.\n"
    assert known("memory", "restore", folder, "--dry-run") == Ran(0, plan, "")
    refused = known("memory", "restore", folder)
    assert refused.err.startswith("clone-mcp: 6 of these rows and 0 of these facts were deleted here. `--bring-back`")
    assert known("memory", "restore", folder, "--bring-back") == Ran(2, plan, NO_TERMINAL)
    done = known("memory", "restore", folder, "--bring-back", "--yes")
    assert done == Ran(0, f"{plan}6 raw, 2 episodes, 2 facts restored.\n", "")
    assert shown(known) == before


def test_memory_is_shown_as_it_was_before_a_moment(known):
    nothing = known("memory", "show", "--as-of", "2026-11-20T08:00:00+00:00")
    assert nothing == Ran(0, "Nothing is known yet.\n", "")
    then = known("memory", "show", "--as-of", "2026-11-20T08:04:00+00:00").out
    now = known("memory", "show", "--as-of", "2026-11-20T09:00:00+00:00").out
    assert "tentative     " + TEXT in then
    assert "therapist" not in then
    assert "strong        " + TEXT in now
    assert "waits: sensitive  " + WAITS in now


def test_facts_of_a_moment_come_as_json_without_ids(known):
    found = json.loads(known("memory", "show", "--as-of", "2026-11-20T08:04:00+00:00", "--json").out)
    [fact] = found["facts"]
    assert fact["text"] == TEXT
    assert "id" not in fact
    assert fact["updated_at"] == found["as_of"] == "2026-11-20T08:04:00+00:00"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--as-of", "last week"], "'last week' is no date or time. Write 2026-11-20 or 2026-11-20T08:30."),
        (["--as-of", "0001-01-01"], "'0001-01-01' is a time that nothing here is from."),
        (["--as-of", "0002-01-01T00:00:00+00:00"], "'0002-01-01T00:00:00+00:00' is a time that nothing here is from."),
        (["--as-of", "9999-12-31T23:59:00-09:00"], "'9999-12-31T23:59:00-09:00' is a time that nothing here is from."),
        (["--as-of", "9999-01-01T00:00:00+00:00"], "9999-01-01 00:00 lies in the future."),
        (["abc", "--as-of", "2026-11-20"], "What was known at a moment has no ids of its own."),
    ],
)
def test_a_moment_that_makes_no_sense_is_refused(command, arguments, told):
    ran = command("memory", "show", *arguments)
    assert ran.code == 2
    assert told in ran.err
