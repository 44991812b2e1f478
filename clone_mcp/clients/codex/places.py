"""Where Codex keeps its files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clone_mcp.clients.lines import files_in, regular
from clone_mcp.clients.machine import Machine


def homes(machine: Machine) -> Iterator[Path]:
    """Its configuration folders."""
    if own := machine.environ.get("CODEX_HOME"):
        yield Path(own)
        return
    for home in machine.homes():
        yield home / ".codex"


def history(machine: Machine) -> Iterator[Path]:
    """Rollouts first, then the list of prompts."""
    for home in homes(machine):
        yield from within(home)


def within(home: Path) -> Iterator[Path]:
    """The same in one folder, or in a part of it."""
    folders = [folder for name in ("archived_sessions", "sessions") if (folder := home / name).is_dir()]
    for folder in folders or [home]:
        for ending in (".jsonl", ".jsonl.zst"):
            yield from (path for path in files_in(folder, ending=ending) if path.name.startswith("rollout-"))
    if folders and regular(home / "history.jsonl"):
        yield home / "history.jsonl"
