"""The machine at hand: where programs keep their files on it, and people the folders they work in.

Which files a client keeps there is said in that client's module. Clone's own home is a setting, in settings/own.py.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

_DEEPEST = 4
"""Levels below the home: as in ~/work/customer/project."""
_MOST_FOLDERS = 20_000
"""Folders that are looked into at the most: a home on a network must not hold up the search."""
_NOT_WORK = frozenset(
    "node_modules venv site-packages __pycache__ target Library AppData snap "
    "Applications Movies Music Pictures Public Videos".split()
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where to look. `windows` are the homes of a Windows that this Linux runs in (WSL)."""

    platform: str
    home: Path
    environ: Mapping[str, str] = field(default_factory=dict[str, str])
    windows: tuple[Path, ...] = ()

    @classmethod
    def here(cls) -> Machine:
        """This one."""
        mounted = Path("/mnt/c/Users")
        wsl = sys.platform == "linux" and "WSL_DISTRO_NAME" in os.environ
        return cls(sys.platform, Path.home(), dict(os.environ), tuple(_homes(mounted)) if wsl else ())

    def homes(self) -> Iterator[Path]:
        """The person's home, and those they may have on the Windows around it."""
        yield self.home
        yield from self.windows

    def has(self, program: str) -> bool:
        """Whether a program is on PATH."""
        return shutil.which(program, path=self.environ.get("PATH", "")) is not None

    def own_data(self, program: str) -> Path:
        """Where a desktop program keeps its own: Code, Cursor."""
        match self.platform:
            case "darwin":
                return self.home / "Library" / "Application Support" / program
            case "win32":
                return Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming") / program
            case _:
                return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config") / program

    def application_data(self, program: str) -> Iterator[Path]:
        """The same, and where it lies on the Windows around it."""
        yield self.own_data(program)
        for home in self.windows:
            yield home / "AppData" / "Roaming" / program


def _homes(users: Path) -> Iterator[Path]:
    try:
        yield from sorted(path for path in users.iterdir() if (path / "AppData").is_dir())
    except OSError:
        return


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
