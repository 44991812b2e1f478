"""Where Aider keeps its chats: in each repository it worked in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import regular
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.repositories import holding

CHAT = ".aider.chat.history.md"


def history(machine: Machine) -> Iterator[Path]:
    """The chats in repositories below the home."""
    yield from within(machine.home)


def within(folder: Path) -> Iterator[Path]:
    """Chats below a folder."""
    yield from (path for path in holding(folder, CHAT) if regular(path))
