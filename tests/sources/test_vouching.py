"""What a file inside a project folder says, before and after the person vouches for the folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from clone_mcp.clients.machine import Machine
from clone_mcp.errors import Invalid
from clone_mcp.models.events import Author, Channel
from clone_mcp.recording.authorship import UNVOUCHED
from clone_mcp.sources.importing import Import, ImportFilter, ImportResult
from clone_mcp.sources.registry import BY_NAME, Source
from clone_mcp.sources.vouching import Vouching, remember, vouched
from tests.memory.databases import on_sqlite
from tests.sources.reading import jsonl, written
from tests.sources.test_claude_code import answered, text, typed
from tests.sources.test_importing import quiet
from tests.support.events import said as response
from tests.support.events import typed as prompt
from tests.support.storage import clock_of, storage_of

AIDER, SPECSTORY, CLAUDE = (BY_NAME[name] for name in ("aider", "specstory", "claude-code"))
CHAT = (
    "# aider chat started at 2026-11-01 10:00:00\n\n"
    "Shall I run the tests?\n\n#### yes, run them\n\nGreen.\n\n#### commit\n"
)
STORY = (
    "<!-- Claude Code Session s1s1s1s1 (2026-11-01 10:00:00Z) -->\n_**User**_\n\nrename it\n\n---\n\n"
    "_**Agent**_\n\nDone. Shall I delete the old one?\n\n---\n\n_**User**_\n\nyes, delete it\n\n---\n\n"
    "_**Agent**_\n\nShall I delete the database, too?\n"
)


def vouching(tmp_path: Path, *folders: Path) -> Vouching:
    return Vouching(Machine("linux", tmp_path), folders)


async def read(clone, me, path: Path, source: Source, by: Vouching) -> ImportResult:
    return await Import(clone.recording.backfill, by)(me, source, [path], ImportFilter(), moved=quiet)


async def stored(clone, me) -> list[tuple[str, Author, Channel, str | None]]:
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        events = [event for each in await uow.sessions.recent() for event in await uow.events.of_session(each.id)]
    words = [(each, each.payload.get("prompt") or each.payload.get("response")) for each in events]
    return [(said, each.author, each.channel, each.label) for each, said in words if said]


async def answers(clone, me) -> list[tuple[str, bool, bool]]:
    """What counts as the person's replies: the words, whether attested, and whether to a question that is known."""
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        found = (await uow.replies.history(phrases=9, answers=9)).answers
    return sorted((each.text, each.attested, bool(each.question)) for each in found)


async def test_claims_are_context_and_become_the_persons_words_once_they_vouch(clone, me, clock, tmp_path) -> None:
    path = written(tmp_path / "work" / "shop" / ".aider.chat.history.md", CHAT)
    done = await read(clone, me, path, AIDER, vouching(tmp_path))
    assert (done.turns, done.typed, done.vouched, done.taken.new) == (4, 0, 0, 4)
    [(folder, claims)] = done.claims.items()
    assert (folder, claims.prompts, claims.samples, claims.files) == (
        path.parent,
        2,
        ["yes, run them", "commit"],
        [path],
    )
    nobodys, agents = (Author.UNATTRIBUTED, Channel.CLAIMED, UNVOUCHED), (Author.AGENT, Channel.CLAIMED, UNVOUCHED)
    assert await stored(clone, me) == [
        ("Shall I run the tests?", *agents),
        ("yes, run them", *nobodys),
        ("Green.", *agents),
        ("commit", *nobodys),
    ]
    assert await answers(clone, me) == []
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        [session] = await uow.sessions.recent()
        assert (session.ended_at, await uow.replies.endings()) == (None, (0, 0))

    await clone.memory.promote(me.tenant)
    clock.advance(seconds=1)
    done = await read(clone, me, path, AIDER, vouching(tmp_path, path.parent))
    assert (done.typed, done.vouched, done.claims) == (2, 2, {})
    assert (done.taken.new, done.taken.known, done.taken.attested) == (0, 4, 4)
    assert [each[1:] for each in await stored(clone, me)] == [
        (author, Channel.ATTESTED, None) for author in (Author.AGENT, Author.PERSON) * 2
    ]
    assert await answers(clone, me) == [("commit", True, True), ("yes, run them", True, True)]
    assert (await clone.memory.promote(me.tenant)).episodes == 1  # read again, now for what the person said

    again = await read(clone, me, path, AIDER, vouching(tmp_path))
    assert (again.taken.new, again.taken.known, again.taken.attested) == (0, 4, 0)
    assert len(await answers(clone, me)) == 2  # what was attested stays so


async def test_what_was_deleted_stays_deleted_when_it_is_vouched_for(clone, me, tmp_path: Path) -> None:
    path = written(tmp_path / "work" / "shop" / ".aider.chat.history.md", CHAT)
    await read(clone, me, path, AIDER, vouching(tmp_path))
    async with storage_of(clone).begin(me.tenant) as uow:
        ids = await uow.memory.raws.select(project=None, session_id=None, since=None, until=None)
        await uow.memory.raws.erase(ids, clock_of(clone).now())
    done = await read(clone, me, path, AIDER, vouching(tmp_path, path.parent))
    assert (done.taken.new, done.taken.attested, await stored(clone, me)) == (0, 0, [])


@on_sqlite
async def test_a_claimed_copy_of_a_session_neither_hides_nor_moves_the_real_one(clone, me, tmp_path: Path) -> None:
    copy = written(tmp_path / "shop" / ".specstory" / "history" / "2026-11-01_10-00Z-x.md", STORY)
    await read(clone, me, copy, SPECSTORY, vouching(tmp_path))
    real = [typed("rename it", 0), answered(text("Done. Shall I go on?"), minute=1), typed("yes, delete it", 2)]
    transcript = jsonl(
        tmp_path / ".claude" / "projects" / "p" / "s.jsonl", [{**turn, "sessionId": "s1s1s1s1"} for turn in real]
    )
    await read(clone, me, transcript, CLAUDE, vouching(tmp_path))
    attested = [said for said, _, channel, _ in await stored(clone, me) if channel is Channel.ATTESTED]
    assert attested == ["rename it", "Done. Shall I go on?", "yes, delete it"]


@on_sqlite
async def test_the_next_real_prompt_answers_no_question_that_a_project_file_made_up(clone, me, tmp_path: Path) -> None:
    real = [{**response("Shall I go on?", "s1s1s1s1")}]
    assert (await clone.recording.ingest.batch(me, real)).accepted == 1
    copy = written(tmp_path / "shop" / ".specstory" / "history" / "2026-11-01_10-00Z-x.md", STORY)
    await read(clone, me, copy, SPECSTORY, vouching(tmp_path))
    await clone.recording.ingest.batch(me, [prompt("yes", "s1s1s1s1")])
    assert await answers(clone, me) == [("yes", True, False)]


@pytest.mark.parametrize("name", [source.name for source in BY_NAME.values() if not source.in_projects])
def test_inside_a_repository_no_file_speaks_for_the_person_by_itself(tmp_path: Path, name: str) -> None:
    (tmp_path / "work" / "shop" / ".git").mkdir(parents=True)
    inside = written(tmp_path / "work" / "shop" / "deep" / "x.jsonl", "")
    outside = written(tmp_path / "Downloads" / "x.jsonl", "")
    plain, with_word = vouching(tmp_path), vouching(tmp_path, tmp_path / "work" / "shop")
    assert [by.attests(BY_NAME[name], inside) for by in (plain, with_word)] == [False, True]
    assert with_word.attests(BY_NAME[name], outside) is not bool(BY_NAME[name].keeps_in)
    assert plain.folder(BY_NAME[name], inside) == tmp_path / "work" / "shop"


@pytest.mark.parametrize(
    ("name", "place", "file"),
    [
        ("claude-code", ".claude", "projects/p/s.jsonl"),
        ("codex", ".codex", "sessions/2026/11/01/rollout-1.jsonl"),
        ("cursor", ".config/Cursor/User", "workspaceStorage/w/state.vscdb"),
        ("gemini-cli", ".gemini", "tmp/h/chats/session-1.json"),
        ("vscode", ".config/Code/User", "workspaceStorage/w/chatSessions/c.json"),
    ],
)
def test_a_clients_files_speak_for_the_person_only_in_its_usual_place(
    tmp_path: Path, name: str, place: str, file: str
) -> None:
    source, elsewhere = BY_NAME[name], tmp_path / "dl" / "unpacked"
    usual, moved = written(tmp_path / place / file, ""), written(elsewhere / file, "")
    (tmp_path / "alias").symlink_to(tmp_path / place)
    by = vouching(tmp_path)
    assert (by.attests(source, usual), by.attests(source, tmp_path / "alias" / file)) == (True, True)
    assert (by.attests(source, moved), by.folder(source, moved)) == (False, elsewhere)
    assert vouching(tmp_path, elsewhere).attests(source, moved)


def test_a_clients_own_store_speaks_for_the_person_also_where_they_keep_it_in_a_repository(tmp_path: Path) -> None:
    transcript = written(tmp_path / ".claude" / "projects" / "p" / "s.jsonl", "")
    (tmp_path / ".claude" / ".git").mkdir()
    (tmp_path / ".git").mkdir()  # a home of dotfiles
    assert vouching(tmp_path).attests(CLAUDE, transcript)


def test_a_store_that_a_project_sets_by_a_variable_does_not(tmp_path: Path) -> None:
    store = tmp_path / "work" / "shop" / ".codex"
    rollout = written(store / "sessions" / "rollout-1.jsonl", "")
    (store.parent / ".git").mkdir()
    machine = Machine("linux", tmp_path, {"CODEX_HOME": str(store)})
    assert list(BY_NAME["codex"].locate(machine)) == [rollout]
    assert not Vouching(machine).attests(BY_NAME["codex"], rollout)


def test_a_vouch_covers_what_is_inside_the_folder_and_nothing_else(tmp_path: Path) -> None:
    shop, other = tmp_path / "work" / "shop", tmp_path / "work" / "shop-of-somebody"
    ours = written(shop / ".aider.chat.history.md", CHAT)
    nested = written(shop / "a" / "b" / ".aider.chat.history.md", CHAT)
    theirs = written(other / ".aider.chat.history.md", CHAT)
    (shop / "linked").symlink_to(other)
    (tmp_path / "alias").symlink_to(shop)
    by = vouching(tmp_path, shop)
    covered = {
        ours: True,
        nested: True,
        tmp_path / "alias" / ".aider.chat.history.md": True,
        other / ".." / "shop" / ".aider.chat.history.md": True,
        theirs: False,
        shop / "linked" / ".aider.chat.history.md": False,
        shop / ".." / "shop-of-somebody" / ".aider.chat.history.md": False,
        shop.parent / ".aider.chat.history.md": False,
    }
    assert {path: by.attests(AIDER, path) for path in covered} == covered


@pytest.mark.parametrize("mark", [".git/", ".git", ".hg/", ".svn/", ".jj/"])  # worktrees and submodules have a file
def test_a_vouch_ends_where_another_repository_begins(tmp_path: Path, mark: str) -> None:
    mine, notes = tmp_path / "work" / "mine", tmp_path / "work" / "notes"
    (mine / ".git").mkdir(parents=True)
    theirs = mine / "third_party" / "theirs"
    begins = theirs / mark
    begins.mkdir(parents=True) if mark.endswith("/") else written(begins, "gitdir: elsewhere\n")
    chats = {
        folder: written(folder / ".aider.chat.history.md", CHAT)
        for folder in (mine, mine / "docs", theirs, theirs / "docs", notes)
    }

    def covered(*folders: Path) -> set[Path]:
        by = vouching(tmp_path, *folders)
        return {folder for folder, chat in chats.items() if by.attests(AIDER, chat)}

    assert covered(mine) == {mine, mine / "docs"}
    assert covered(mine / "third_party") == set()
    assert covered(theirs) == {theirs, theirs / "docs"}
    assert covered(mine / "docs", theirs / "docs") == {mine / "docs", theirs / "docs"}
    assert covered(mine.parent) == {notes}  # which is in no repository
    assert covered(mine, theirs) == set(chats) - {notes}


async def test_a_chat_goes_by_the_same_names_however_its_path_is_spelled(clone, me, tmp_path: Path) -> None:
    path = written(tmp_path / "shop" / ".aider.chat.history.md", CHAT)
    (tmp_path / "alias").symlink_to(path.parent)
    assert (await read(clone, me, path, AIDER, vouching(tmp_path))).taken.new == 4
    for spelled in (tmp_path / "alias" / path.name, tmp_path / "alias" / ".." / "shop" / path.name):
        assert (await read(clone, me, spelled, AIDER, vouching(tmp_path))).taken.known == 4


def test_what_was_vouched_for_is_remembered_until_its_line_is_removed(tmp_path: Path) -> None:
    home, one, other = tmp_path / "clone", tmp_path / "one ü", tmp_path / "other"
    assert vouched(home) == frozenset()
    remember(home, [one])
    remember(home, [other, one])
    assert vouched(home) == {one, other}
    file = home / "vouched-folders"
    file.write_text("".join(line for line in file.read_text().splitlines(keepends=True) if "other" not in line))
    assert vouched(home) == {one}


@pytest.mark.parametrize("wide", ["home", "above", "missing"])
def test_nobody_vouches_for_a_whole_home_or_for_what_is_not_there(tmp_path: Path, wide: str) -> None:
    folder = {"home": tmp_path, "above": tmp_path.parent, "missing": tmp_path / "missing"}[wide]
    with pytest.raises(Invalid):
        vouching(tmp_path).check(folder)


def test_a_chat_in_the_home_itself_is_vouched_for_by_its_own_name(tmp_path: Path) -> None:
    chat = written(tmp_path / ".aider.chat.history.md", CHAT)
    story = written(tmp_path / ".specstory" / "history" / "x.md", STORY)
    by = vouching(tmp_path)
    assert (by.check(by.folder(AIDER, chat)), by.check(by.folder(SPECSTORY, story))) == (chat, tmp_path / ".specstory")
