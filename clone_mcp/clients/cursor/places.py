"""Where Cursor keeps its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import files_in, regular
from clone_mcp.clients.machine import Machine


def user_folders(machine: Machine) -> Iterator[Path]:
    """The folders with its databases."""
    for folder in machine.application_data("Cursor"):
        yield folder / "User"


def history(machine: Machine) -> Iterator[Path]:
    """Databases first: transcripts repeat what they hold."""
    for user in user_folders(machine):
        yield from within(user)
    for home in machine.homes():
        yield from _transcripts(home / ".cursor" / "projects")
        prompts = home / ".config" / "cursor" / "prompt_history.json"
        if regular(prompts):
            yield prompts


def within(folder: Path) -> Iterator[Path]:
    """Databases and transcripts below a folder."""
    known = (folder / "globalStorage" / "state.vscdb", folder / "state.vscdb")
    yield from (path for path in known if regular(path))
    yield from sorted(path for path in folder.glob("workspaceStorage/*/state.vscdb") if regular(path))
    yield from _transcripts(folder)


def _transcripts(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (path for path in files_in(folder, ending=".jsonl") if "agent-transcripts" in path.parts)
