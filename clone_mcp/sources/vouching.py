"""Decides whether a file speaks for the person, and remembers the folders that they vouch for.

Anybody's repository or archive can bring chats along. Files inside project folders, and clients' files outside their
usual places, are therefore only claimed until the person names the folder. Nothing here reads a history.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from clone_mcp.clients.machine import Machine
from clone_mcp.errors import Invalid
from clone_mcp.sources.registry import Source

VOUCHED = "vouched-folders"
"""A file in the home: a folder a line."""
_HEAD = b"# You vouch for the chats in these folders. Remove a line to take it back.\n"
_REPOSITORY = (".git", ".hg", ".svn", ".jj")


class Vouching:
    """The folders that the person vouches for on a machine, and what that means for a file."""

    def __init__(self, machine: Machine, folders: Iterable[Path] = ()) -> None:
        self._machine = machine
        self._home = machine.home.resolve()
        self._folders = frozenset(folders)
        self._repositories: dict[Path, Path | None] = {}
        self._stores: dict[str, frozenset[Path]] = {}

    def covers(self, path: Path) -> bool:
        """Whether the file lies in a folder that the person vouches for, once links and `..` are followed.

        Their word ends where another repository begins: that one can come from somebody else.
        """
        real = path.resolve()
        root = self._repository(real)
        for place in (real, *real.parents):
            if place in self._folders:
                return True
            if place == root:
                return False
        return False

    def attests(self, source: Source, path: Path) -> bool:
        """Whether what the file says the person typed counts as theirs."""
        return self.covers(path) or not self.needed(source, path)

    def needed(self, source: Source, path: Path) -> bool:
        """Whether the file counts only with the person's word, because it lies where anybody can have put it."""
        if source.in_projects:
            return True
        real = path.resolve()
        if real in self._store(source):
            return False
        return bool(source.keeps_in) or self._repository(real) is not None

    def folder(self, source: Source, path: Path) -> Path:
        """What to vouch for so that the file counts: its repository, else the folder of the client or of its work."""
        real = path.resolve()
        if found := self._repository(real):
            return found
        if source.keeps_in:
            own = (place.parent for place in real.parents if place.name in source.keeps_in)
            return next((place for place in (*own, real.parent) if not self._is_too_wide(place)), real)
        hidden = next((part for part in (real, *real.parents) if part.name.startswith(".")), real)
        return hidden if self._is_too_wide(hidden.parent) else hidden.parent

    def check(self, folder: Path) -> Path:
        """The folder as it is remembered. Raises Invalid where it is not there, or holds the whole home."""
        try:
            real = folder.expanduser().resolve(strict=True)
        except (OSError, RuntimeError) as exc:
            raise Invalid(
                f"You can't vouch for {folder}: it is not there.", hint="Name a project folder that exists."
            ) from exc
        if self._is_too_wide(real):
            raise Invalid(
                f"{real} holds all your projects, also those that you will clone.",
                hint="Vouch for each project by name: `clone-mcp import --vouch PROJECT`.",
            )
        if "\n" in str(real):
            raise Invalid("A folder with a line break in its name can't be remembered.", hint="Rename the folder.")
        return real

    def _repository(self, real: Path) -> Path | None:
        """The innermost repository that the file is in. A home that is one itself makes no project of all in it."""
        if self._is_too_wide(real):
            return None
        if real not in self._repositories:
            is_root = any(os.path.lexists(real / mark) for mark in _REPOSITORY)
            self._repositories[real] = real if is_root else self._repository(real.parent)
        return self._repositories[real]

    def _is_too_wide(self, real: Path) -> bool:
        return real == self._home or real in self._home.parents

    def _store(self, source: Source) -> frozenset[Path]:
        """The source's files in the usual places. Variables don't count: a project can set those, too."""
        if source.name not in self._stores:
            files: set[Path] = set()
            with suppress(OSError):
                files.update(path.resolve() for path in source.locate(replace(self._machine, environ={})))
            self._stores[source.name] = frozenset(files)
        return self._stores[source.name]


def vouched(home: Path) -> frozenset[Path]:
    """The folders in Clone's home that the person vouched for before."""
    try:
        lines = (home / VOUCHED).read_bytes().splitlines()
    except FileNotFoundError:
        return frozenset()
    return frozenset(Path(os.fsdecode(line)) for line in lines if line.strip() and not line.startswith(b"#"))


def remember(home: Path, folders: Iterable[Path]) -> None:
    """Vouch for these folders from now on, whatever was vouched for before."""
    new = sorted(set(folders) - vouched(home))
    if not new:
        return
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = home / VOUCHED
    before = b""
    with suppress(FileNotFoundError):
        before = file.read_bytes()
    lines = b"".join(os.fsencode(folder) + b"\n" for folder in new)
    end = b"" if not before or before.endswith(b"\n") else b"\n"
    beside = file.with_suffix(".new")
    beside.write_bytes((before or _HEAD) + end + lines)
    beside.replace(file)
