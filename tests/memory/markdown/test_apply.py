"""Memory as files, and the person's changes back."""

from __future__ import annotations

import json
import os
import stat

import pytest

from clone_mcp.errors import CloneError, Conflict, Forbidden, Invalid, NotFound, TooLarge
from clone_mcp.memory.markdown.documents import MAX_FILE
from clone_mcp.memory.markdown.folder import EXPORTING, exporting_note
from tests.memory.databases import on_sqlite
from tests.memory.person import RULE, TABS
from tests.support.sql import rows

TEXT, OTHER = "Prefers tabs over spaces.", "Wants agents always to answer in English."


@pytest.fixture
async def known(person, export) -> None:
    await person.said_in_sessions(TABS, 5)
    await person.says(RULE, session="t0")
    await person.promote()
    await export.write()


async def everything(settings) -> dict[str, list]:
    tables = "events sessions episodes facts links profiles reviews tombstones phrases replies".split()
    return {table: sorted(await rows(settings, f"SELECT * FROM {table}"), key=repr) for table in tables}


async def test_an_export_is_stable_and_applying_it_unchanged_does_nothing(person, export, known, settings):
    before, files = await everything(settings), export.bytes()
    assert await export.plan() == []
    assert await export.apply() == []
    assert await export.write() == files
    assert await everything(settings) == before


async def test_the_files_are_what_a_person_reads(person, export, known):
    files = sorted(name.split("/")[0] for name in export.bytes())
    assert files == sorted(
        [".clone.json", "README.md", "tags.md", "profile.md", "soul-card.md", *["facts", "episodes"] * 2, "raw"]
    )
    fact = export.file(TEXT).read_text()
    assert 'tier: "strong"\n' in fact
    assert "importance: 0.9\n" in fact
    assert fact.count("](../raw/2026-11-20.md)") == 5
    name = export.file(TEXT).relative_to(export.folder)
    assert all(f"](../{name})" in path.read_text() for path in export.folder.glob("episodes/*.md"))
    assert "# Tags\n" in (export.folder / "tags.md").read_text()
    assert (export.folder / "raw/2026-11-20.md").read_text().count("**person** I prefer tabs over spaces <!-- {") == 5
    assert stat.S_IMODE((export.folder / "profile.md").stat().st_mode) == 0o600


@on_sqlite
async def test_a_single_file_reads_as_it_is_exported(clone, person, export, known):
    for text in (TEXT, OTHER):
        fact = await person.fact(text)
        assert await clone.memory.markdown.fact(person.owner, fact.id) == export.file(text).read_text()
    for episode in await person.episodes():
        [path] = export.folder.glob(f"episodes/*{episode.id[:8]}.md")
        assert await clone.memory.markdown.episode(person.owner, episode.id) == path.read_text()


async def test_edits_deletions_new_files_and_tags_are_applied(person, export, known):
    export.edit(export.file(OTHER), OTHER, "Always answer in French")
    export.edit(export.file(TEXT), "tags: []", "tags: style, editor")
    [episode] = [each for each in await person.episodes() if each.session_id == "t1"]
    [path] = export.folder.glob(f"episodes/*{episode.id[:8]}.md")
    export.edit(path, episode.summary, "We spoke of tabs.\n\nA lot.")
    (export.folder / "facts" / "mine.md").write_text("I like short commit messages\n")
    (export.folder / "facts" / "uv.md").write_text("---\nkind: habit\ntags: [tools]\n---\nI run everything with uv\n")
    assert await export.plan() == [
        ("add fact", "I like short commit messages"),
        ("add fact", "I run everything with uv"),
        ("edit fact", None),
        ("edit fact", "Always answer in French"),
        ("edit episode", "We spoke of tabs.\n\nA lot."),
    ]
    assert len(await export.apply()) == 5
    facts = await person.facts()
    assert {text: (fact.tags, fact.kind.value) for text, fact in facts.items()} == {
        TEXT: (("style", "editor"), "preference"),
        "Always answer in French": ((), "rule"),
        "I like short commit messages": ((), "preference"),
        "I run everything with uv": (("tools",), "habit"),
    }
    assert "We spoke of tabs.\n\nA lot." in [each.summary for each in await person.episodes()]
    assert not (export.folder / "facts" / "mine.md").exists()
    assert await export.plan() == []


async def test_files_and_lines_that_are_gone_are_deleted(person, export, known):
    export.file(OTHER).unlink()
    day = export.folder / "raw/2026-11-20.md"
    lines = day.read_text().splitlines(keepends=True)
    day.write_text("".join(line for line in lines if "**person** I prefer" not in line))
    assert sorted(await export.apply()) == ["delete fact"] + ["delete raw row"] * 5
    assert await person.facts() == {}
    assert [raw.text for raw in await person.raws()] == [RULE]
    await person.promote(force=True)
    assert await person.facts() == {}


@on_sqlite
async def test_a_deleted_episode_is_told_anew(person, export, known):
    episodes = await person.episodes()
    for path in export.folder.glob("episodes/*.md"):
        path.unlink()
    assert await export.apply() == ["delete episode"] * 2
    assert await person.episodes() == episodes


@on_sqlite
async def test_the_page_of_the_profile_may_be_written(person, export, known):
    path = export.folder / "profile.md"
    path.write_text(path.read_text() + "\nI also garden.\n")
    assert await export.apply() == ["edit profile"]
    assert (await person.profile()).body.endswith("I also garden.")


@on_sqlite
async def test_an_editor_that_ends_lines_the_other_way_changed_nothing(export, known):
    for path in export.folder.rglob("*.md"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert await export.apply() == []


async def test_what_changed_on_both_sides_is_refused_whole(clone, person, export, known, settings):
    export.edit(export.file(TEXT), TEXT, "I prefer spaces over tabs")
    export.edit(export.file(OTHER), OTHER, "Always answer in French")
    await clone.memory.correct.edit_fact(person.owner, (await person.fact(TEXT)).id, tags=["style"])
    before, files = await everything(settings), export.bytes()
    with pytest.raises(Conflict, match=r"facts/prefers-tabs-over-spaces-.* changed in memory since the export\."):
        await export.apply()
    assert (await everything(settings), export.bytes()) == (before, files)


@on_sqlite
async def test_what_changed_in_memory_alone_stays(clone, person, export, known):
    await clone.memory.append.fact(person.owner, "I like short commit messages")
    export.file(OTHER).unlink()
    await export.apply()
    assert set(await person.facts()) == {TEXT, "I like short commit messages"}


async def test_when_one_change_fails_none_is_made(person, export, known, settings):
    export.edit(export.file(OTHER), OTHER, "Always answer in French")
    (export.folder / "facts" / "again.md").write_text("I prefer tabs over spaces")
    before, files = await everything(settings), export.bytes()
    with pytest.raises(Conflict, match="That is a fact already"):
        await export.apply()
    assert (await everything(settings), export.bytes()) == (before, files)


@on_sqlite
async def test_an_export_does_not_overwrite_what_was_not_applied(export, known):
    export.edit(export.file(TEXT), TEXT, "I prefer spaces over tabs")
    files = export.bytes()
    with pytest.raises(Conflict, match=r"would be overwritten\. Apply the folder first"):
        await export.write()
    assert export.bytes() == files
    export.edit(export.file("I prefer spaces"), "I prefer spaces over tabs", TEXT)
    (export.folder / "facts" / "new.md").write_text("I like tea\n")
    with pytest.raises(Conflict, match=r"facts/new\.md would be overwritten"):
        await export.write()


@on_sqlite
async def test_what_was_edited_after_an_export_was_killed_is_not_overwritten_either(export, known):
    """Its note says what it may have left, and this is something else."""
    rendered = {path.relative_to(export.folder).as_posix(): path.read_text() for path in export.folder.rglob("*.md")}
    (export.folder / EXPORTING).write_text(exporting_note({}, rendered, ["facts/gone.md"]))
    export.edit(export.file(TEXT), TEXT, "I prefer spaces over tabs")
    with pytest.raises(Conflict, match=r"^facts/prefers-tabs[^,]* would be overwritten"):
        await export.write()


def front(export, **fields) -> None:
    path = export.file(TEXT)
    lines = path.read_text().split("\n")
    for name, value in fields.items():
        lines[next(i for i, line in enumerate(lines) if line.startswith(f"{name}:"))] = f"{name}: {value}"
    path.write_text("\n".join(lines))


def raw(export, old: str, new: str) -> None:
    export.edit(export.folder / "raw/2026-11-20.md", old, new)


BROKEN = {
    "a fact is a link": (lambda e: _linked(e.file(TEXT)), Invalid, "is a link"),
    "a folder is a link": (lambda e: _linked(e.folder / "facts"), Invalid, "facts is a link"),
    "the base is a link": (lambda e: _linked(e.folder / ".clone.json"), Invalid, "it is no export"),
    "the base is gone": (lambda e: (e.folder / ".clone.json").unlink(), Invalid, "it is no export"),
    "the base is broken": (lambda e: (e.folder / ".clone.json").write_text("[" * 100_000), Invalid, "can't be read"),
    "the base is a list": (lambda e: (e.folder / ".clone.json").write_text("[]"), Invalid, "can't be read"),
    "not UTF-8": (lambda e: e.file(TEXT).write_bytes(b"\xff\xfe"), Invalid, "is not UTF-8"),
    "too large": (lambda e: _huge(e.file(TEXT)), TooLarge, "is over 16,777,216 bytes"),
    "open front matter": (lambda e: e.file(TEXT).write_text("---\nid: x\n"), Invalid, "is not closed"),
    "no front matter line": (lambda e: e.file(TEXT).write_text("---\nid\n---\nx"), Invalid, "line 2: expected"),
    "no front matter": (lambda e: e.file(TEXT).write_text("I prefer spaces"), Invalid, "follows from the evidence"),
    "more important": (lambda e: front(e, importance="1.0"), Invalid, "importance follows from the evidence"),
    "another tier": (lambda e: front(e, tier='"tentative"'), Invalid, "tier follows from the evidence"),
    "another id": (lambda e: front(e, id='"x"'), Invalid, "id follows from the evidence"),
    "a new fact with an id": (lambda e: _new(e, "---\nid: 1\n---\nhello"), Invalid, "a new fact has no id"),
    "a new fact of no kind": (lambda e: _new(e, "---\nkind: mood\n---\nhello"), Invalid, "kind is one of preference"),
    "an empty new fact": (lambda e: _new(e, "\n"), Invalid, "there is no sentence in it"),
    "a new fact that is too long": (lambda e: _new(e, "x" * 301), Invalid, "1 to 300 characters"),
    "a fact without words": (lambda e: e.edit(e.file(TEXT), f"\n{TEXT}\n", "\n"), Invalid, "1 to 300 characters"),
    "a new episode": (lambda e: (e.folder / "episodes/x.md").write_text("x"), Invalid, "can't be added"),
    "a rewritten row": (lambda e: raw(e, TABS, "I prefer spaces"), Invalid, "deleted, not written or rewritten"),
    "a rewritten author": (lambda e: raw(e, '"author": "person"', '"author": "agent"'), Invalid, "not written or rewr"),
    "a row that is no row": (lambda e: raw(e, " <!-- {", " {"), Invalid, "can be deleted, not rewritten"),
    "a row with broken meta": (lambda e: raw(e, '<!-- {"id"', "<!-- {id"), Invalid, "is not as it was written"),
    "a new day": (lambda e: _copied(e), Invalid, "deleted, not written"),
    "the soul card": (lambda e: (e.folder / "soul-card.md").write_text("I am the best."), Invalid, "is compiled"),
    "no profile": (lambda e: (e.folder / "profile.md").unlink(), Invalid, "is compiled from the facts"),
}


def _linked(path) -> None:
    there = path.with_name(f"{path.name}.elsewhere")
    path.rename(there)
    path.symlink_to(there)


def _huge(path) -> None:
    with path.open("ab") as file:
        file.truncate(MAX_FILE + 1)


def _new(export, text: str) -> None:
    (export.folder / "facts" / "new.md").write_text(text)


def _copied(export) -> None:
    (export.folder / "raw/2026-11-21.md").write_text((export.folder / "raw/2026-11-20.md").read_text())


@on_sqlite
@pytest.mark.parametrize("how", BROKEN)
async def test_what_can_not_be_applied_is_refused_and_nothing_changes(person, export, known, settings, how):
    breaking, error, words = BROKEN[how]
    before = await everything(settings)
    export.edit(export.file(OTHER), OTHER, "Always answer in French")
    breaking(export)
    with pytest.raises(error, match=words):
        await export.apply()
    assert await everything(settings) == before


@on_sqlite
async def test_no_file_outside_the_folder_is_touched(person, export, known, tmp_path):
    victim = tmp_path / "precious.md"
    victim.write_text("precious")
    base = json.loads((export.folder / ".clone.json").read_text())
    for name in ("../precious.md", "facts/../../precious.md", str(victim), "facts/../../../precious.md"):
        base["files"][name] = "0" * 64
    (export.folder / ".clone.json").write_text(json.dumps(base))
    (export.folder / "facts" / ".stray.md.new").symlink_to(victim)
    (export.folder / ".profile.md.new").symlink_to(victim)
    await export.write()
    assert await export.apply() == []
    assert victim.read_text() == "precious"


@on_sqlite
@pytest.mark.parametrize("what", ["a folder of other things", "a file", "a folder nobody may write to"])
async def test_a_place_that_is_no_export_is_not_written_to(export, person, what, tmp_path):
    if what == "a file":
        export.folder.write_text("x")
    else:
        export.folder.mkdir()
        (export.folder / "x").write_text("x")
    if what == "a folder nobody may write to":
        if os.geteuid() == 0:
            pytest.skip("root may write anywhere")
        export.folder.chmod(0o500)
    with pytest.raises(Invalid, match=r"is not empty and no export|can't be written"):
        await export.write()


@on_sqlite
async def test_only_the_owner_exports_and_applies(clone, person, export, known):
    markdown = clone.memory.markdown
    for call in (markdown.export, markdown.plan, markdown.apply, clone.memory.restore):
        with pytest.raises(Forbidden):
            await call(person.me, export.folder)


@on_sqlite
async def test_an_edit_of_what_is_deleted_with_it_is_refused(person, export, known):
    day = export.folder / "raw/2026-11-20.md"
    day.unlink()
    [episode] = [each for each in await person.episodes() if each.session_id == "t1"]
    [path] = export.folder.glob(f"episodes/*{episode.id[:8]}.md")
    export.edit(path, episode.summary, "We spoke of tabs.")
    with pytest.raises(CloneError, match="goes with other things that are deleted here"):
        await export.apply()
    assert len(await person.raws()) == 6


@on_sqlite
async def test_a_folder_that_is_not_there_is_told(clone, person, tmp_path):
    for call in (clone.memory.markdown.plan, clone.memory.markdown.apply, clone.memory.restore):
        with pytest.raises(Invalid, match="it is no export"):
            await call(person.owner, tmp_path / "nowhere")
    with pytest.raises(NotFound):
        await clone.memory.markdown.fact(person.owner, "nothing")
