"""Taking a history in: once, in order, with authors, sessions and projects."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.clients.machine import Machine
from clone_mcp.hooks.payload import claude_code_turn
from clone_mcp.models.events import Author, Channel
from clone_mcp.recording.sessions import Origin
from clone_mcp.sources.importing import Import, ImportFilter, ImportResult
from clone_mcp.sources.registry import BY_NAME, SOURCES
from clone_mcp.sources.vouching import Vouching
from tests.memory.databases import on_sqlite
from tests.sources.reading import jsonl, written
from tests.sources.test_claude_code import answered, text, typed
from tests.support.sql import rows
from tests.support.storage import storage_of

CLAUDE = BY_NAME["claude-code"]
VOUCHING = Vouching(Machine("linux", Path("/nowhere")), [Path("/")])
"""Takes every file's word. Which files need the person's is tested in test_vouching."""
ALL = ImportFilter()
HISTORY = [
    typed("rename it", 0),
    answered(text("Done. Shall I run the tests?"), minute=1),
    typed("yes, run them", 2),
    answered(text("They pass. Shall I commit?"), minute=3),
    typed("commit", 4, promptSource="suggestion_accepted"),
]


def quiet(_done: ImportResult) -> None:
    """Nobody watches."""


async def taken(clone, me, *files: Path, source=CLAUDE, wanted=ALL, **more: Any) -> tuple[int, int]:
    done = await Import(clone.recording.backfill, VOUCHING)(me, source, files, wanted, moved=quiet, **more)
    return done.taken.new, done.taken.known


async def stored(clone, me, session: str = "s1") -> list[tuple[Author, Channel, str]]:
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        events = await uow.events.of_session(session)
    said = [(each.author, each.channel, each.payload.get("prompt") or each.payload.get("response")) for each in events]
    return [each for each in said if each[2]]


async def test_a_history_is_taken_in_once(clone, me, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "s1.jsonl", HISTORY)
    assert await taken(clone, me, path) == (5, 0)
    assert await taken(clone, me, path) == (0, 5)
    assert await stored(clone, me) == [
        (Author.PERSON, Channel.ATTESTED, "rename it"),
        (Author.AGENT, Channel.ATTESTED, "Done. Shall I run the tests?"),
        (Author.PERSON, Channel.ATTESTED, "yes, run them"),
        (Author.AGENT, Channel.ATTESTED, "They pass. Shall I commit?"),
        (Author.CLONE, Channel.ATTESTED, "commit"),
    ]
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        session, history = await uow.sessions.get("s1"), await uow.replies.history(phrases=9, answers=9)
    assert (session.project, session.source_detail) == ("/work/shop", "claude-code")
    assert session.ended_at == datetime.fromisoformat("2026-11-01T10:04:00Z")
    assert (history.total, {phrase.text for phrase in history.phrases}) == (2, {"rename it", "yes, run them"})


@on_sqlite
async def test_an_import_that_was_cut_short_goes_on(clone, me, tmp_path: Path) -> None:
    turns = [typed(f"step {minute}", minute) for minute in range(60)]
    path = jsonl(tmp_path / "s1.jsonl", turns * 20)
    await taken(clone, me, jsonl(tmp_path / "part.jsonl", turns[:30]))

    def stop(done: ImportResult) -> None:
        raise KeyboardInterrupt

    longer = jsonl(
        tmp_path / "more.jsonl", [typed(f"more {n}", n % 60, uuid=f"m{n}", promptId=f"q{n}") for n in range(900)]
    )
    with pytest.raises(KeyboardInterrupt):
        await Import(clone.recording.backfill, VOUCHING)(me, CLAUDE, [longer], ImportFilter(), moved=stop)
    assert await taken(clone, me, path, longer) == (30 + 400, 30 + 500)
    assert await taken(clone, me, path, longer) == (0, 960)


@on_sqlite
async def test_what_a_hook_recorded_is_not_taken_in_again(clone, me, clock, tmp_path: Path) -> None:
    own, origin = {"session_id": "s1", "agent": "claude-code"}, Origin("user", "claude-code")
    clock.advance(days=-19, hours=1)  # when the history was made
    await clone.recording.turns.prompt(me, origin, **own, text="rename it", client_id=claude_code_turn("p0"))
    for _ in range(2):
        await clone.recording.turns.response(
            me, Origin(), **own, text="Shall I go on?", in_response_to=None, client_id=None
        )
        await clone.recording.turns.prompt(me, origin, **own, text="continue", client_id=None)
        clock.advance(seconds=40)
    asked = answered(text("Shall I go on?"), minute=1)
    path = jsonl(
        tmp_path / "s1.jsonl",
        [
            typed("rename it", 0),
            asked,
            typed("continue", 1),
            {**asked, "uuid": "a2"},
            typed("continue", 1, uuid="v2", promptId="p2"),
            typed("continue", 9, uuid="v3", promptId="p3"),
        ],
    )
    assert await taken(clone, me, path) == (1, 5)
    assert [words for *_, words in await stored(clone, me)].count("continue") == 3


@on_sqlite
async def test_a_copy_with_guessed_times_is_known_by_its_words(clone, me, tmp_path: Path) -> None:
    await taken(clone, me, jsonl(tmp_path / "s1.jsonl", [{**turn, "sessionId": "0a1b2c3d"} for turn in HISTORY[:3]]))
    copy = written(
        tmp_path / "shop" / ".specstory" / "history" / "2026-11-01_11-00Z-x.md",
        "<!-- Claude Code Session 0a1b2c3d (2026-11-01 11:00:00Z) -->\n"
        "_**User**_\n\nrename it\n\n---\n\n_**User**_\n\nyes, run them\n\n---\n\n_**User**_\n\nrename it\n",
    )
    assert await taken(clone, me, copy, source=BY_NAME["specstory"]) == (1, 2)


@on_sqlite
async def test_prompts_that_a_transcript_tells_are_not_told_again_by_the_list(clone, me, tmp_path: Path) -> None:
    home = tmp_path / ".claude"
    transcript = jsonl(home / "projects" / "-work-shop" / "s1.jsonl", HISTORY)
    listed = [
        {"display": words, "timestamp": moment, "sessionId": "s1", "project": "/work/shop"}
        for words, moment in (
            ("rename it", 1793527201000),
            ("yes, run them", 1793527322000),
            ("forgotten", 1793520000000),
        )
    ]
    prompts = jsonl(home / "history.jsonl", listed)
    assert await taken(clone, me, transcript, prompts) == (6, 2)


@on_sqlite
async def test_only_what_is_wanted_is_taken(clone, me, tmp_path: Path) -> None:
    path = jsonl(tmp_path / "s1.jsonl", [*HISTORY, typed("elsewhere", 9, cwd="/work/other")])
    since = datetime.fromisoformat("2026-11-01T10:02:00Z")
    assert await taken(clone, me, path, wanted=ImportFilter(since=since, project="SHOP"), dry=True) == (0, 0)
    assert await taken(clone, me, path, wanted=ImportFilter(since=since, project="SHOP")) == (3, 0)
    done = await Import(clone.recording.backfill, VOUCHING)(
        me, CLAUDE, [path], ImportFilter(since=datetime.fromisoformat("2100-01-01T00:00Z")), moved=quiet
    )
    assert (done.skipped, done.turns) == (1, 0)


@on_sqlite
async def test_what_was_pasted_or_secret_is_no_word_of_theirs(clone, me, settings, tmp_path: Path) -> None:
    home = tmp_path / ".claude"
    pasted = "the quick brown fox " * 5
    prompt = {"display": "x", "pastedContents": {"1": {"content": pasted}}, "timestamp": 1, "sessionId": "s1"}
    jsonl(home / "history.jsonl", [prompt])
    words = f"look at {pasted} and use AKIAIOSFODNN7EXAMPLF please"
    path = jsonl(home / "projects" / "p" / "s1.jsonl", [typed(words, 0), typed("z" * 600_000, 1)])
    assert await taken(clone, me, path) == (2, 0)
    [first, second] = await stored(clone, me)
    assert first[2] == f"look at \n<pasted>\n{pasted}\n</pasted>\n and use [redacted:aws-access-key] please"
    assert len(second[2]) == 250_000
    sentences = [row[0] for row in await rows(settings, "SELECT sentence FROM events ORDER BY occurred_at")]
    assert await rows(settings, "SELECT kind, dedupe_key FROM jobs") == [("episodes", "episodes")]
    assert sentences[0] == "look at · [pasted] · and use [redacted:aws-access-key] please"


@on_sqlite
async def test_messages_to_people_count_as_no_reply_to_an_agent(clone, me, settings, tmp_path: Path) -> None:
    path = written(
        tmp_path / "WhatsApp Chat with Ann.txt",
        "[01.11.26, 10:00:00] Ann: shall we meet?\n[01.11.26, 10:01:00] Me: yes\n[01.11.26, 10:02:00] Ann: where?\n",
    )
    assert await taken(clone, me, path, source=BY_NAME["whatsapp"], wanted=ImportFilter(me="me")) == (1, 0)
    stored_rows = await rows(settings, "SELECT type, author, source, source_detail, sentence FROM events")
    assert stored_rows == [("agent.prompt", "person", "integration", "whatsapp", "yes")]
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        assert (await uow.replies.history(phrases=9, answers=9)).total == 0


@on_sqlite
async def test_a_damaged_export_is_noted_and_the_next_one_read(clone, me, tmp_path: Path) -> None:
    broken = tmp_path / "broken.zip"
    with zipfile.ZipFile(broken, "w") as archive:
        archive.writestr("conversations.json", '[{"id": "c1", "mapping": {}}]' + " " * 3_000)
    broken.write_bytes(broken.read_bytes().replace(b'"c1"', b'"c2"'))
    (tmp_path / "cut.zip").write_bytes(b"PK\x03\x04nothing")
    message = {"id": "n", "author": {"role": "user"}, "create_time": 1793527200, "content": {"parts": ["hello"]}}
    good = written(tmp_path / "c.json", [{"id": "c3", "current_node": "n", "mapping": {"n": {"message": message}}}])
    files = [broken, tmp_path / "cut.zip", good]
    done = await Import(clone.recording.backfill, VOUCHING)(me, BY_NAME["chatgpt"], files, ImportFilter(), moved=quiet)
    assert (done.taken.new, done.log.malformed) == (1, 2)


def test_every_source_says_what_it_is() -> None:
    assert len(BY_NAME) == len(SOURCES) == 15
    assert [each.name for each in SOURCES if not (each.title and each.what and each.where)] == []
