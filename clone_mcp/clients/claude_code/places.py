"""Where Claude Code keeps its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import files_in, regular
from clone_mcp.clients.machine import Machine


def homes(machine: Machine) -> Iterator[Path]:
    """Its configuration folders."""
    if own := machine.environ.get("CLAUDE_CONFIG_DIR"):
        yield Path(own)
        return
    for home in machine.homes():
        yield home / ".claude"
        yield home / ".config" / "claude"


def history(machine: Machine) -> Iterator[Path]:
    """Transcripts first, then the list of prompts, which remembers longer and knows less."""
    for home in homes(machine):
        yield from within(home)


def within(home: Path) -> Iterator[Path]:
    """The same in one folder, or in a part of it."""
    projects = home / "projects"
    # Sub-agents talk to agents.
    yield from files_in(projects if projects.is_dir() else home, ending=".jsonl", skip=frozenset({"subagents"}))
    if projects.is_dir() and regular(home / "history.jsonl"):
        yield home / "history.jsonl"
