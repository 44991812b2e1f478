"""Finds the files that `clone-mcp import` reads, and shows what was found. Reads none of them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clone_mcp.cli.terminal import counted
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import printable
from clone_mcp.errors import Invalid
from clone_mcp.sources.recognise import recognised
from clone_mcp.sources.registry import BY_NAME, CLIENTS, Source


@dataclass(frozen=True, slots=True)
class SourceFiles:
    """Files of one source."""

    source: Source
    files: tuple[Path, ...]
    size: int


def find(name: str | None, path: Path | None, machine: Machine) -> list[SourceFiles]:
    """What there is to read. Raises Invalid for a source nobody knows or a path that is none."""
    if name and name not in BY_NAME and path is None and Path(name).exists():
        name, path = None, Path(name)
    if name and name not in BY_NAME:
        raise Invalid(f"There is no source {name!r}.", hint=f"It may be {', '.join(BY_NAME)}, or a path.")
    if path is not None:
        return [_at(path, BY_NAME[name] if name else recognised(path))]
    looked_for = [BY_NAME[name]] if name else CLIENTS
    found = [_sized(source, _readable(source.locate(machine))) for source in looked_for]
    if name and not any(each.files for each in found):
        raise Invalid(
            f"No history of {BY_NAME[name].title} was found.",
            hint=f"It is looked for here: {BY_NAME[name].where}. Name the path: `clone-mcp import {name} PATH`.",
        )
    return [each for each in found if each.files]


def below(folders: Sequence[Path], name: str | None, machine: Machine) -> list[SourceFiles]:
    """What clients keep in these folders and those inside them."""
    sources = [source for source in CLIENTS if name in (None, source.name)]
    found: list[SourceFiles] = []
    for source in sources:
        files = dict.fromkeys(path for folder in folders for path in _readable(_inside(source, folder, machine)))
        found.append(_sized(source, list(files)))
    return [each for each in found if each.files]


def _inside(source: Source, folder: Path, machine: Machine) -> Iterator[Path]:
    if folder.is_file():
        yield from [folder] if recognised(folder) is source else []
        return
    if not source.in_projects:
        yield from (path for path in source.locate(machine) if path.resolve().is_relative_to(folder))
        return
    yield from source.locate(replace(machine, home=folder, windows=()))
    if any(part.startswith(".") for part in folder.parts):  # as .specstory itself is
        yield from source.within(folder)


def _at(path: Path, source: Source | None) -> SourceFiles:
    path = path.expanduser().absolute()  # turns of a file go by the same names wherever the command is run
    if not path.exists():
        raise Invalid(f"{path} is not there.")
    if source is None:
        raise Invalid(f"What {path} is can't be told.", hint=f"Name it: `clone-mcp import SOURCE {path}`.")
    files = list(source.within(path)) if path.is_dir() else [path]
    if not files:
        raise Invalid(f"{path} holds no history of {source.title}.")
    return _sized(source, files)


def _readable(paths: Any) -> list[Path]:
    try:
        return list(paths)
    except OSError:
        return []


def _sized(source: Source, files: Sequence[Path]) -> SourceFiles:
    return SourceFiles(source, tuple(files), sum(_bytes_of(path) for path in files))


def show_found(found: Sequence[SourceFiles]) -> None:
    """A line for each source."""
    print("Found:")
    for each in found:
        size = f"{each.size / 1e6:,.1f} MB" if each.size >= 100_000 else f"{each.size / 1e3:,.1f} kB"
        files = counted(len(each.files), "file")
        print(f"  {each.source.title:<20} {files:>13}  {size:>10}  {_common(each.files)}")


def _common(files: Sequence[Path]) -> str:
    folder = files[0]
    while not all(path == folder or folder in path.parents for path in files):
        folder = folder.parent
    return printable(str(folder))


def _bytes_of(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        return sum(Path(folder, name).lstat().st_size for folder, _, names in os.walk(path) for name in names)
    except OSError:
        return 0
