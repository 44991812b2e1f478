"""Where VS Code keeps its chats."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import files_in
from clone_mcp.clients.machine import Machine

PROGRAMS = ("Code", "Code - Insiders", "VSCodium")
_CHATS = ("chatSessions", "emptyWindowChatSessions")
_BELOW = ("chatSessions", "*/chatSessions", "*/*/chatSessions", "emptyWindowChatSessions", "*/emptyWindowChatSessions")


def user_folders(machine: Machine) -> Iterator[Path]:
    """The folders with its settings and its chats."""
    for program in PROGRAMS:
        for folder in machine.application_data(program):
            yield folder / "User"


def history(machine: Machine) -> Iterator[Path]:
    """The chats of every workspace and of windows without one."""
    for user in user_folders(machine):
        yield from within(user)


def within(folder: Path) -> Iterator[Path]:
    """Chats below a folder."""
    places = [folder] if folder.name in _CHATS else sorted(place for name in _BELOW for place in folder.glob(name))
    for place in places:
        for ending in (".json", ".jsonl"):
            yield from files_in(place, ending=ending)
