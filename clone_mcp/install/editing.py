"""Programs that Clone is put into, and the changes to their files, as they are made and taken back.

Nothing here writes a file: that is for installing.py.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.errors import Invalid
from clone_mcp.hooks.payload import a_list, an_object
from clone_mcp.install.json_text import parsed, with_item, with_member, without
from clone_mcp.install.publishing import Server
from clone_mcp.models.access import Scope

Text = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Edit:
    """One file, and how its text changes. Both ways are safe to go twice."""

    path: Path
    put: Text
    take: Text
    ours: bool = False
    """The file is wholly ours and goes when it is taken back."""
    executable: bool = False
    says: tuple[str, ...] = ()
    """What is put there, in our own words: the file around it may hold other programs' keys and is never shown."""


@dataclass(frozen=True, slots=True)
class Client:
    """A program that Clone is put into."""

    title: str
    folder: Callable[[Machine], Path]
    """Its own. Where that is, the program is installed."""
    edits: Callable[[Machine, Server], Iterator[Edit]]
    then: str
    """What the person does next."""
    program: str = ""
    """Where this is on PATH, it is installed, too."""
    scope: Scope = Scope.RECORDER
    """Of the key that a hosted Clone has to be given: hooks record what the person types."""

    def is_installed(self, machine: Machine) -> bool:
        """Whether it is installed."""
        return self.folder(machine).is_dir() or bool(self.program and machine.has(self.program))


def folder(path: Path, texts: dict[str, str], *, executable: str) -> Iterator[Edit]:
    """A folder that nobody else writes, with one file in it that can be run."""
    for name, text in texts.items():
        yield _our_file(path / name, text, executable=name == executable)


def _our_file(path: Path, text: str, *, executable: bool) -> Edit:
    return Edit(path, lambda _: text, lambda _: "", ours=True, executable=executable, says=(path.name,))


def member(path: Path, keys: list[str], value: Any) -> Edit:
    """A member of a JSON object."""
    return Edit(
        path,
        lambda text: with_member(text, keys, value),
        lambda text: without(text, keys) if text else text,
        says=(_line(keys, value),),
    )


def items(path: Path, entries: list[tuple[list[str], Any]], *, alone: dict[str, Any] | None = None) -> Edit:
    """Entries of lists in a JSON object. `alone` is what the object must say besides, if it doesn't."""

    def put(text: str) -> str:
        for key, value in (alone or {}).items():
            if not text.strip() or key not in parsed(text):
                text = with_member(text, [key], value)
        for keys, value in entries:
            text = with_item(text, keys, value)
        return text

    def take(text: str) -> str:
        for keys, value in entries if text else ():
            text = _without_item(text, keys, value)
        return text

    return Edit(path, put, take, says=tuple(_line(keys, value) for keys, value in entries))


def _line(keys: list[str], value: Any) -> str:
    return f"{'.'.join(keys)}: {json.dumps(value, ensure_ascii=False)}"


def _without_item(text: str, keys: list[str], value: Any) -> str:
    found = parsed(text)
    for key in keys:
        found = an_object(found).get(key)
    entries = a_list(found)
    if value not in entries:
        return text
    return without(text, keys if entries == [value] else [*keys, entries.index(value)])


def toml_block(path: Path, table: str, block: str) -> Edit:
    """A table at the end of a TOML file, between marks. Raises Invalid where somebody else's table has the name."""
    begin, end = f"# >>> {table} (clone-mcp install)\n", f"# <<< {table}\n"

    def take(text: str) -> str:
        before, mark, rest = text.partition(begin)
        return before.removesuffix("\n") + rest.partition(end)[2] if mark else text

    def put(text: str) -> str:
        bare = take(text)
        value = _toml(bare)
        for part in table.split("."):
            value = value.get(part, {})
        if value:
            raise Invalid(f"There is a table {table} already, which this did not write.", hint="Remove it first.")
        joined = f"{bare.rstrip()}\n\n" if bare.strip() else ""
        made = f"{joined}{begin}{block}{end}"
        _toml(made)
        return text if f"{begin}{block}{end}" in text else made

    return Edit(path, put, take, says=tuple(block.splitlines()))


def _toml(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as exc:
        raise Invalid(f"It is no TOML: {exc}.", hint="Mend it, then run this again; nothing was changed.") from exc
