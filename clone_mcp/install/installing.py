"""Putting Clone into clients' configurations, and taking it out again: shown first, atomic, with backups.

What changes for a client is said in that client's file. The person is asked in cli/install.py.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from clone_mcp.clients.machine import Machine
from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.install import claude_code, claude_desktop, codex, cursor, gemini_cli, vscode
from clone_mcp.install.editing import Edit
from clone_mcp.install.publishing import NAME, Server

RECORD = "installed.json"


CLIENTS = {
    "claude-code": claude_code.CLIENT,
    "codex": codex.CLIENT,
    "cursor": cursor.CLIENT,
    "gemini": gemini_cli.CLIENT,
    "vscode": vscode.CLIENT,
    "claude-desktop": claude_desktop.CLIENT,
}


@dataclass(frozen=True, slots=True)
class Change:
    """One file, before and after. None where there is none."""

    path: Path
    before: str | None
    after: str | None
    ours: bool = False
    executable: bool = False
    says: tuple[str, ...] = ()

    def shown(self) -> str:
        """What changes: of files that others write too, our own lines alone."""
        if self.ours or not self.says:
            return f"{'- ' if self.after is None else '+ '}{self.path}"
        taken = self.after is None or len(self.after) < len(self.before or "")
        return "\n".join([f"{self.path}:", *(f"  {'-' if taken else '+'} {line}" for line in self.says)])


def to_install(client: str, machine: Machine, server: Server) -> list[Change]:
    """What installing would change; nothing when all is there. Raises Invalid for a file that can't be understood."""
    changes: dict[Path, Change] = {}
    for edit in CLIENTS[client].edits(machine, server):
        path = edit.path.resolve()  # people keep their configuration elsewhere and link to it
        earlier = changes.get(path)
        before = earlier.before if earlier else _read(path)
        text = (earlier.after if earlier else before) or ""
        says = (*(earlier.says if earlier else ()), *edit.says)
        changes[path] = Change(path, before, _told_where(path, edit.put, text), edit.ours, edit.executable, says)
    return [change for change in changes.values() if change.before != change.after]


def to_remove(client: str, machine: Machine, server: Server, home: Path) -> list[Change]:
    """What uninstalling would change. What nobody has touched since becomes what it was before."""
    known: dict[str, Any] = _record(home).get(client, {})
    changes: dict[Path, Change] = {}
    for edit in _every_edit(client, machine, server):
        path = edit.path.resolve()
        earlier = changes.get(path)
        before = earlier.before if earlier else _read(path)
        if before is None or (earlier is not None and earlier.after is None):
            continue
        text = (earlier.after if earlier else before) or ""
        after = None if edit.ours else _told_where(path, edit.take, text)
        says = earlier.says if earlier else edit.says
        changes[path] = Change(path, before, after, edit.ours, edit.executable, says)
    restored = [_restored(change, known.get(str(change.path), {})) for change in changes.values()]
    return [change for change in restored if change.before != change.after]


def _every_edit(client: str, machine: Machine, server: Server) -> Iterator[Edit]:
    """Those for either kind of server: it may have been installed for the other."""
    for each in (server, Server(server.command, "https://elsewhere.example/mcp")):
        with suppress(Invalid):
            yield from CLIENTS[client].edits(machine, each)


def _restored(change: Change, known: dict[str, Any]) -> Change:
    if change.ours or known.get("digest") != _digest(change.before or ""):
        return change
    backup = known.get("backup")
    return replace(change, after=_read(Path(backup)) if backup else None)


def apply(client: str, changes: Sequence[Change], home: Path, *, installing: bool) -> None:
    """Write the changes, each whole or not at all. Raises Unavailable."""
    record = _record(home)
    earlier: dict[str, Any] = record.get(client, {})
    noted = earlier if installing else {}
    for change in changes:
        if installing and not change.ours:
            known = noted.get(str(change.path), {})
            backup = known.get("backup") if known else _back_up(change)
            noted[str(change.path)] = {"digest": _digest(change.after or ""), "backup": backup}
        _write(change)
        backup = earlier.get(str(change.path), {}).get("backup")
        if not installing and backup and _read(Path(backup)) == change.after:
            Path(backup).unlink()
    record[client] = noted
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    text = json.dumps({name: each for name, each in record.items() if each}, indent=2)
    _write(Change(home / RECORD, None, text, ours=True))


def _back_up(change: Change) -> str | None:
    if change.before is None:
        return None
    backup = change.path.with_name(f"{change.path.name}.before-clone-{time.strftime('%Y%m%d-%H%M%S')}")
    _write(Change(backup, None, change.before, ours=True))
    return str(backup)


def _write(change: Change) -> None:
    try:
        if change.after is None:
            _remove(change)
            return
        change.path.parent.mkdir(parents=True, exist_ok=True)
        mode = change.path.stat().st_mode & 0o777 if change.path.exists() else 0o755 if change.executable else 0o600
        draft = change.path.with_name(f".{change.path.name}.{os.getpid()}")
        opened = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(opened, "w", encoding="utf-8", newline="") as file:
            file.write(change.after)
        draft.chmod(mode)
        draft.replace(change.path)
    except OSError as exc:
        raise Unavailable(f"{change.path} can't be written: {exc.strerror or exc}.") from exc


def _remove(change: Change) -> None:
    """With the folders of ours that are empty then."""
    change.path.unlink(missing_ok=True)
    for folder in change.path.parents if change.ours else ():
        if NAME not in folder.parts[-4:] or any(folder.iterdir()):
            return
        folder.rmdir()


def _told_where(path: Path, edit: Any, text: str) -> str:
    try:
        return edit(text)
    except Invalid as exc:
        raise Invalid(f"{path}: {exc.message}", hint=exc.hint) from exc


def _read(path: Path) -> str | None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as exc:
        raise Invalid(f"{path} can't be read: {exc}.") from exc


def _record(home: Path) -> dict[str, Any]:
    try:
        return json.loads((home / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode(errors="replace")).hexdigest()
