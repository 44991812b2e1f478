from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from clone_mcp.hooks.spool import LONGEST_NOTE, Spool
from tests.support.noted import notes


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(str(tmp_path / "spool"))


def test_notes_come_out_once_in_their_order_and_are_nobody_elses(spool: Spool) -> None:
    assert [spool.add({"n": number}) for number in range(3)] == [True] * 3
    modes = [stat.S_IMODE(path.stat().st_mode) for path in [Path(spool.folder), *Path(spool.folder).iterdir()]]
    assert modes == [0o700, 0o600]
    assert notes(spool) == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert notes(spool) == []
    assert spool.waiting() == 0


def test_what_was_not_delivered_is_handed_out_again_before_anything_new(spool: Spool) -> None:
    spool.add({"n": 1})
    for file in spool.claimed():
        assert list(file.lines())  # and then the server dies
    spool.add({"n": 2})
    assert notes(spool) == [{"n": 1}]
    assert notes(spool) == [{"n": 2}]


def test_a_file_that_one_server_delivers_is_left_alone_by_the_others(spool: Spool) -> None:
    spool.add({"n": 1})
    for _ in spool.claimed():
        assert notes(Spool(spool.folder)) == []
        assert spool.add({"n": 2})  # nor does a hook wait for it
    assert notes(spool) == [{"n": 1}]
    assert notes(spool) == [{"n": 2}]


def test_an_empty_line_between_notes_is_no_note(spool: Spool) -> None:
    """A hook that finds another's line half written begins a line of its own, and so does the other's rest."""
    spool.add({"n": 1})
    with (Path(spool.folder) / "notes.jsonl").open("ab") as file:
        file.write(b"\n")
    spool.add({"n": 2})
    assert notes(spool) == [{"n": 1}, {"n": 2}]


def test_many_hooks_at_once_lose_nothing_while_a_server_delivers(spool: Spool) -> None:
    program = (
        "import sys\nfrom clone_mcp.hooks.spool import Spool\n"
        "spool = Spool(sys.argv[1])\nassert all(spool.add({'n': n, 'by': sys.argv[2]}) for n in range(200))"
    )
    hooks = [subprocess.Popen([sys.executable, "-c", program, spool.folder, str(by)]) for by in range(3)]
    found = []
    while any(hook.poll() is None for hook in hooks):
        found += notes(spool)
    found += notes(spool) + notes(spool)
    assert [hook.returncode for hook in hooks] == [0, 0, 0]
    assert sorted((note["by"], note["n"]) for note in found) == [(str(by), n) for by in range(3) for n in range(200)]


def test_it_is_bounded(tmp_path: Path) -> None:
    spool = Spool(str(tmp_path / "spool"), most_bytes=100)
    kept = [spool.add({"text": "x" * 30}) for _ in range(5)]
    assert kept == [True, True, False, False, False]
    assert not spool.add({"text": "x" * LONGEST_NOTE})
    assert len(notes(spool)) == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there is no such limit, and every note has a file of its own")
def test_a_disk_that_fills_up_in_the_midst_of_a_note_costs_no_other(spool: Spool) -> None:
    import resource

    spool.add({"n": 1})
    room = Path(spool.folder, "notes.jsonl").stat().st_size + 4
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, before[1]))
    try:
        assert not spool.add({"n": 2})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert spool.add({"n": 3})
    lines = [line for file in spool.claimed() for line in file.lines()]
    assert lines == [b'{"n":1}\n', b'{"n"\n', b'{"n":3}\n']


def test_a_link_in_its_place_is_not_followed(spool: Spool, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("mine")
    os.makedirs(spool.folder)
    os.symlink(target, Path(spool.folder) / "notes.jsonl")
    with pytest.raises(OSError, match="symbolic links"):
        spool.add({"n": 1})
    assert target.read_text() == "mine"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_links_and_pipes_in_the_spool_hold_nothing_up(spool: Spool, tmp_path: Path) -> None:
    folder, target = Path(spool.folder), tmp_path / "target.jsonl"
    target.write_text('{"n": "of somebody else"}\n')
    folder.mkdir()
    (folder / "claimed-0.jsonl").symlink_to(target)
    os.mkfifo(folder / "claimed-1.jsonl")
    (folder / "notes.jsonl").symlink_to(target)
    assert (notes(spool), spool.waiting()) == ([], 0)  # which moved the link out of the way
    assert spool.add({"n": 1})
    assert notes(spool) == [{"n": 1}]
    assert target.read_text() == '{"n": "of somebody else"}\n'


def test_what_is_set_aside_is_kept_with_its_reason_and_cut(spool: Spool) -> None:
    spool.set_aside("x" * 10_000, "too strange")
    [failure] = spool.failures()
    assert (failure["reason"], len(failure["what"])) == ("too strange", 4000)
    assert json.loads(Path(spool.aside).read_text()) == failure
