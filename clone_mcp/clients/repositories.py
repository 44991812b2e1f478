"""Looks for a file that lies in the folders people work in, without walking through everything they have."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

_DEEPEST = 4
_MOST_FOLDERS = 20_000
_NOT_WORK = frozenset(
    "node_modules venv site-packages __pycache__ target Library AppData snap "
    "Applications Movies Music Pictures Public Videos".split()
)


def holding(home: Path, name: str) -> Iterator[Path]:
    """Files or folders of that name, in folders up to some levels below the home. Hidden folders are passed over."""
    waiting = [(home, 0)]
    for _ in range(_MOST_FOLDERS):
        if not waiting:
            return
        folder, depth = waiting.pop(0)
        try:
            inside = sorted(os.scandir(folder), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in inside:
            if entry.name == name and not entry.is_symlink():
                yield Path(entry.path)
            elif depth < _DEEPEST and _may_hold_work(entry):
                waiting.append((Path(entry.path), depth + 1))


def _may_hold_work(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False) and entry.name[0] != "." and entry.name not in _NOT_WORK
    except OSError:
        return False
