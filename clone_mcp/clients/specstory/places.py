"""Where SpecStory keeps conversations: in each project."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import files_in
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.repositories import holding

FOLDER = ".specstory"


def history(machine: Machine) -> Iterator[Path]:
    """The conversations of projects below the home."""
    for folder in holding(machine.home, FOLDER):
        yield from within(folder)


def within(folder: Path) -> Iterator[Path]:
    """Conversations below a folder."""
    if (folder / FOLDER).is_dir():
        folder = folder / FOLDER
    if folder.is_dir():
        yield from (path for path in files_in(folder, ending=".md") if path.parent.name == "history")
