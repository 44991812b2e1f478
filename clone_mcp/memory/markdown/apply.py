"""Export and apply: memory to a folder, and the person's changes back."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import Conflict, Invalid
from clone_mcp.memory.correct import Correct
from clone_mcp.memory.episodes import PERSON
from clone_mcp.memory.markdown import plan as planning
from clone_mcp.memory.markdown.documents import files
from clone_mcp.memory.markdown.plan import Act, Change, Plan
from clone_mcp.memory.markdown.render import episode_path, fact_path, render
from clone_mcp.memory.markdown.snapshot import take
from clone_mcp.memory.profile import recompile
from clone_mcp.memory.statements import AddFact
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import FactKind
from clone_mcp.ports import Clock, Storage


class Markdown:
    """Memory as files."""

    def __init__(self, storage: Storage, clock: Clock, correct: Correct, add_fact: AddFact) -> None:
        self._storage = storage
        self._clock = clock
        self._correct = correct
        self._add_fact = add_fact

    async def rendered(self, caller: Caller) -> dict[str, str]:
        """Memory as it would be written now."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return render(await take(uow))

    async def fact(self, caller: Caller, fact_id: str) -> str:
        """One fact's file. Raises NotFound."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            fact = await uow.memory.facts.get(fact_id)
            return render(await take(uow))[fact_path(fact)]

    async def episode(self, caller: Caller, episode_id: str) -> str:
        """One episode's file. Raises NotFound."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            episode = await uow.memory.episodes.get(episode_id)
            return render(await take(uow))[episode_path(episode)]

    async def export(self, caller: Caller, folder: Path) -> int:
        """Write memory to a folder, which must be empty or an earlier export; how many files there are."""
        rendered = await self.rendered(caller)
        _prepare(folder)
        before = planning.read_base(folder) if (folder / planning.BASE).exists() else {}
        for path in before.keys() - rendered.keys():
            (folder / path).unlink(missing_ok=True)
        for path, text in rendered.items():
            _write(folder / path, text)
        _write(folder / planning.BASE, planning.base_of(rendered))
        return len(rendered)

    async def plan(self, caller: Caller, folder: Path) -> Plan:
        """What applying the folder would do. Raises Invalid."""
        require_owner(caller)
        return planning.plan(planning.read_base(folder), files(folder), await self.rendered(caller))

    async def apply(self, caller: Caller, folder: Path) -> Sequence[Change]:
        """Carry the folder's changes out, then export again so that it shows what became of them. Raises Conflict."""
        asked = await self.plan(caller, folder)
        if asked.conflicts:
            raise Conflict(" ".join(asked.conflicts), hint="Export to another folder and make your changes there.")
        for change in asked.changes:
            if change.act is not Act.DELETE_RAW:
                await self._carry_out(caller, change)
        if doomed := [change.id for change in asked.changes if change.act is Act.DELETE_RAW and change.id]:
            await self._correct.delete_raws(caller, doomed)
        if asked.changes:
            for change in asked.changes:
                if change.act is Act.ADD_FACT:
                    (folder / change.path).unlink(missing_ok=True)  # it has a name of its own now
            await self.export(caller, folder)
        return asked.changes

    async def _carry_out(self, caller: Caller, change: Change) -> None:
        target, text = change.id or "", change.text or ""
        match change.act:
            case Act.ADD_FACT:
                await self._add_fact(caller, text, kind=_kind(change), tags=change.tags or ())
            case Act.EDIT_FACT:
                await self._correct.edit_fact(caller, target, text=change.text, tags=change.tags)
            case Act.DELETE_FACT:
                await self._correct.delete_fact(caller, target)
            case Act.EDIT_EPISODE:
                await self._correct.edit_episode(caller, target, text)
            case Act.DELETE_EPISODE:
                await self._correct.delete_episode(caller, target)
            case Act.EDIT_PROFILE:
                await self._edit_profile(caller, text)
            case Act.DELETE_RAW:
                await self._correct.delete_raws(caller, [target])

    async def _edit_profile(self, caller: Caller, body: str) -> None:
        async with self._storage.begin(caller.tenant) as uow:
            profile = await recompile(uow, self._clock)
            await uow.memory.profiles.put(replace(profile, body=body, method=PERSON, updated_at=self._clock.now()))


def _kind(change: Change) -> FactKind:
    try:
        return FactKind(change.kind or FactKind.PREFERENCE)
    except ValueError:
        raise Invalid(f"{change.path}: kind is one of {', '.join(FactKind)}.") from None


def _prepare(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()) and not (folder / planning.BASE).is_file():
        raise Invalid(f"{folder} is not empty and no export of Clone's memory.", hint="Name a new folder.")
    for name in ("facts", "episodes", "raw"):
        if (folder / name).is_symlink():
            raise Invalid(f"{folder / name} is a link.")
        (folder / name).mkdir(exist_ok=True, mode=0o700)


def _write(path: Path, text: str) -> None:
    """Whole or not at all, and readable by its owner only."""
    draft = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)
