"""Readers of text meet any text: of the words they look for, in any order, cut anywhere."""

from __future__ import annotations

import os
from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.errors import Invalid, TooLarge
from clone_mcp.memory.markdown.documents import files
from tests.fuzz import histories
from tests.fuzz.targets import TARGETS, seeds, tried
from tests.support.effort import effort

PIECES = (
    "---\n|id: |tier: strong|importance: 0.9|tags: [a, b]|tags: |kind: rule|text|\n|\n\n## Rests on\n|\n## Links\n|"
    '- [x](../raw/x.md)|- 09:00:00 **person** hello <!-- {"id": "x"} -->|<!-- {} -->|<!--|-->|{"id": [[[[|}|"|'
    "\\|: |#|started: 2026-11-20T09:00:00+00:00|ended: |session: |raw: |facts/x.md:|episodes/x.md:|profile.md:|"
    "raw/2026-11-20.md:|sk-ant-api03-|ghp_|password=|Bearer |AKIA|-----BEGIN RSA PRIVATE KEY-----\n|eyJhbGciOi|"
    "postgres://u:p@h/d|rm -rf /|git push --force|yes|delete the database|(1) keep both, (2) drop|Shall I |?|`|```|1. |"
    '{"type":"user","message":{"role":"user","content":|"timestamp":1e999|"mapping":{|"parts":[|null|'
    "_**User**_\n|#### |[20/11/2026, 25:61:00] Mira: |"
    "- |\u202e|\ud7ff|日本語|\u0000|🦄|\ufeff|\x85|\u2028|\r\n|\t| "
).split("|")
PIECE = st.sampled_from(PIECES) | st.text(max_size=8)
TEXTS = st.lists(PIECE, max_size=40).map("".join)
CHANGES = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 60), PIECE), min_size=1, max_size=4)
SEEDS = seeds()


def changed(text: str, changes: list[tuple[float, int, str]]) -> str:
    """With some parts taken out and others put in."""
    for share, length, piece in changes:
        at = int(share * len(text))
        text = text[:at] + piece + text[at + length :]
    return text


@pytest.mark.parametrize("name", SEEDS)
def test_what_an_export_holds_is_read(name: str) -> None:
    TARGETS[name](SEEDS[name])


@pytest.mark.parametrize("name", histories.TARGETS)
def test_what_a_history_is_changed_from_holds_turns(name: str) -> None:
    assert histories.read(name, SEEDS[name]) > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", TARGETS)
def test_any_text_is_read_or_refused(name: str) -> None:
    @effort(150)
    @given(st.builds(changed, st.just(SEEDS.get(name, "yes")), CHANGES) | TEXTS)
    def search(text: str) -> None:
        tried(name, text)

    search()


@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("deep", ["[" * 15_000, '{"id":' * 15_000, "<!-- " * 15_000, "- " * 15_000, "---\n" * 15_000])
def test_what_is_nested_or_repeated_without_end_is_read_or_refused(name: str, deep: str) -> None:
    for text in (deep, f"---\ntags: {deep}\n---\n{deep}", f"- 09:00:00 **person** x <!-- {deep} -->"):
        tried(name, text)


MEGABYTE = 1_000_000
REPEATED = (
    "> |```\n|<a |<a>\n|<user>|- |#### |Alice: a\n|a:\n|docs:\n\n|$ a\n|a@b:c$ |[10:32] A|A\n10:32\n|A — |On x wrote|"
    "From: a\n|---\na: b\n|= |-\t|{\n|a=|x\ty\n|Error: |· |用户：| |\n"
).split("|")


@pytest.mark.parametrize("text", [*REPEATED, "<a{}>\n"])
def test_a_megabyte_of_anything_is_told_from_a_paste_in_proportion(text: str) -> None:
    times = MEGABYTE // len(text)
    whole = "".join(map(text.format, range(times))) if "{}" in text else text * times
    started = process_time()
    tried("pasted", whole)
    assert process_time() - started < 30


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes that look like files")
def test_what_is_no_plain_file_is_not_opened(tmp_path: Path) -> None:
    """Reading a pipe would wait for ever, a device would never end."""
    for name in ("facts", "episodes", "raw"):
        (tmp_path / name).mkdir()
    os.mkfifo(tmp_path / "facts" / "pipe.md")
    os.mkfifo(tmp_path / "profile.md")
    (tmp_path / "raw" / "folder.md").mkdir()
    assert files(tmp_path) == {}
    (tmp_path / "facts" / "device.md").symlink_to("/dev/zero")
    with pytest.raises(Invalid, match="is a link"):
        files(tmp_path)


def test_a_folder_that_would_fill_the_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "facts").mkdir()
    for number in range(6):
        (tmp_path / "facts" / f"{number}.md").write_text("x" * 1000)
    with pytest.raises(TooLarge, match="5,000 bytes"):
        files(tmp_path, most_bytes=5000)
