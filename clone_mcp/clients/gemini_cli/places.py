"""Where Gemini CLI keeps its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import files_in
from clone_mcp.clients.machine import Machine


def homes(machine: Machine) -> Iterator[Path]:
    """Its configuration folders."""
    for home in machine.homes():
        yield home / ".gemini"


def history(machine: Machine) -> Iterator[Path]:
    """The sessions of every project."""
    for home in homes(machine):
        if (home / "tmp").is_dir():
            yield from within(home / "tmp")


def within(folder: Path) -> Iterator[Path]:
    """Sessions below a folder."""
    for ending in (".json", ".jsonl"):
        yield from (path for path in files_in(folder, ending=ending) if path.name.startswith("session-"))
