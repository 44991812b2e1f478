"""Pausing Clone, having it only watch, and trusting what agents record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.calibration import EVERYWHERE, Switch
from clone_mcp.ports import Clock, Storage


@dataclass(frozen=True, slots=True)
class Switched:
    """What is switched on: everywhere if the empty project is among them."""

    paused: tuple[str, ...]
    shadow: tuple[str, ...]
    trusted: tuple[str, ...]


class Switches:
    """What makes Clone more careful is anybody's to turn on, and the owner's to turn off. Trust is all the owner's."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def pause(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Answer nothing from now on, in every process. Recording goes on."""
        return await self._switch(caller, Switch.PAUSE, project, on=True)

    async def resume(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Answer again. What is paused everywhere stays so for a project. Raises Forbidden."""
        require_owner(caller)
        return await self._switch(caller, Switch.PAUSE, project, on=False)

    async def watch(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Shadow mode: predict, store and score, but let nothing be automatic."""
        return await self._switch(caller, Switch.SHADOW, project, on=True)

    async def act(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Leave shadow mode. Raises Forbidden."""
        require_owner(caller)
        return await self._switch(caller, Switch.SHADOW, project, on=False)

    async def trust(self, caller: Caller, *, project: str | None = None) -> Switched:
        """Act on what agents say that the person typed, as on what they are known to have typed. Raises Forbidden."""
        require_owner(caller)
        return await self._switch(caller, Switch.TRUST, project, on=True)

    async def distrust(self, caller: Caller, *, project: str | None = None) -> Switched:
        """No longer act on that alone. Raises Forbidden."""
        require_owner(caller)
        return await self._switch(caller, Switch.TRUST, project, on=False)

    async def now(self, caller: Caller) -> Switched:
        """What is switched on."""
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            return _switched((await uow.calibration.standing()).switches)

    async def _switch(self, caller: Caller, switch: Switch, project: str | None, *, on: bool) -> Switched:
        async with self._storage.begin(caller.tenant) as uow:
            await uow.calibration.switch(switch, project=project or EVERYWHERE, on=on, at=self._clock.now())
            return _switched((await uow.calibration.standing()).switches)


def _switched(on: Mapping[Switch, frozenset[str]]) -> Switched:
    projects = {switch: tuple(sorted(on.get(switch, frozenset()))) for switch in Switch}
    return Switched(projects[Switch.PAUSE], projects[Switch.SHADOW], projects[Switch.TRUST])
