"""Export and apply: memory to a folder, and the person's changes back.

Conflicts are found in plan.py, before anything changes. An empty memory is filled by restore.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from clone_mcp.errors import Conflict, NotFound
from clone_mcp.memory.correct import delete_episode, delete_fact, edit_episode, edit_fact, edit_profile
from clone_mcp.memory.erase import Purge, erase
from clone_mcp.memory.markdown import folder as folders
from clone_mcp.memory.markdown.documents import files
from clone_mcp.memory.markdown.plan import Act, Change, Plan, plan
from clone_mcp.memory.markdown.render import episode_file, fact_file, render, take
from clone_mcp.memory.statements import State, add_fact
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.ports import Clock, Storage, UnitOfWork

_ELSEWHERE = "Export to another folder and make your changes there."


class Markdown:
    """Memory as files."""

    def __init__(self, storage: Storage, clock: Clock, state: State, purge: Purge) -> None:
        self._storage = storage
        self._clock = clock
        self._purge = purge
        self._state = state

    async def rendered(self, caller: Caller) -> dict[str, str]:
        """Memory as it would be written now."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return render(await take(uow))

    async def fact(self, caller: Caller, fact_id: str) -> str:
        """One fact's file. Raises NotFound."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return await fact_file(uow, fact_id)

    async def episode(self, caller: Caller, episode_id: str) -> str:
        """One episode's file. Raises NotFound."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return await episode_file(uow, episode_id)

    async def export(self, caller: Caller, folder: Path) -> int:
        """Write memory to a folder, which must be empty or an earlier export; how many files there are.

        Raises Conflict when the folder holds changes that were not applied: they would be lost.
        """
        require_owner(caller)
        folders.prepare(folder)
        if folders.is_export(folder) and (changed := folders.changed(folder)):
            raise Conflict(
                f"{', '.join(changed[:5])} would be overwritten.", hint="Apply the folder first, or name another."
            )
        return await self._write(caller, folder)

    async def _write(self, caller: Caller, folder: Path) -> int:
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            snapshot = await take(uow)
        rendered = render(snapshot)
        folders.write(folder, rendered, snapshot.buried)
        return len(rendered)

    async def plan(self, caller: Caller, folder: Path) -> Plan:
        """What applying the folder would do. Raises Invalid."""
        require_owner(caller)
        base, theirs = folders.read_base(folder).files, files(folder)
        return _plan_for(folder, base, theirs, await self.rendered(caller))

    async def apply(self, caller: Caller, folder: Path) -> Sequence[Change]:
        """Carry the folder's changes out, all of them or none, then export again so that it shows what became of them.

        Raises Conflict when memory has changed in the same places, and whatever one of the changes raises.
        """
        require_owner(caller)
        base, theirs = folders.read_base(folder).files, files(folder)
        async with self._purge.erasing(caller) as uow:
            ours = render(await take(uow))
            asked = _plan_for(folder, base, theirs, ours)
            if asked.conflicts:
                raise Conflict(" ".join(asked.conflicts), hint=_ELSEWHERE)
            if asked.changes:
                await self._carry_out(uow, asked.changes)
                places = [change.path for change in asked.changes]
                folders.note_applying(folder, theirs, ours, render(await take(uow)), places)
        if asked.changes or asked.broken_off:
            for path in theirs.keys() - base.keys():
                (folder / path).unlink(missing_ok=True)  # a new fact: it has a name of its own now
            await self._write(caller, folder)
        return asked.changes

    async def _carry_out(self, uow: UnitOfWork, changes: Sequence[Change]) -> None:
        doomed = [change.id for change in changes if change.act is Act.DELETE_RAW]
        for change in changes:
            if change.act is Act.DELETE_RAW:
                if change.id == doomed[0]:  # all at once
                    await erase(uow, doomed, self._clock)
                continue
            try:
                await self._one(uow, change)
            except NotFound as exc:
                raise Conflict(
                    f"{change.path} goes with other things that are deleted here.", hint="Nothing was changed."
                ) from exc

    async def _one(self, uow: UnitOfWork, change: Change) -> None:
        text = change.text or ""
        match change.act:
            case Act.ADD_FACT:
                await add_fact(uow, self._state, text, kind=change.kind, tags=change.tags or ())
            case Act.EDIT_FACT:
                await edit_fact(uow, self._state, change.id, text=change.text, tags=change.tags)
            case Act.DELETE_FACT:
                await delete_fact(uow, change.id, self._clock)
            case Act.EDIT_EPISODE:
                await edit_episode(uow, self._state, change.id, text)
            case Act.DELETE_EPISODE:
                await delete_episode(uow, change.id, self._clock)
            case Act.EDIT_PROFILE:
                await edit_profile(uow, self._state, text)
            case Act.DELETE_RAW:
                pass


def _plan_for(folder: Path, base: Mapping[str, str], theirs: Mapping[str, str], ours: Mapping[str, str]) -> Plan:
    return Plan(broken_off=True) if folders.is_applied(folder, theirs, ours) else plan(base, theirs, ours)
