"""What the core needs to keep of how far predictions may be believed, within one tenant's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.calibration import Grounds, PredictionFigures, Promise, Standing, StoredFit, Switch


class Calibration(Protocol):
    """Fits, what they are made from, and what the person switched on or promised."""

    async def grounds(
        self, *, phrases: int, answers: int, endings: int, sessions: Sequence[str], idle_since: datetime
    ) -> Grounds:
        """All that a prediction goes by, read at once: at most so many phrases, answers and sessions that were left.

        A session was left when it ended, or when nothing has happened in it since. `sessions` are those that are
        asked about.
        """
        ...

    async def standing(self) -> Standing:
        """What holds now, without sessions and their projects."""
        ...

    async def fits(self) -> Sequence[StoredFit]:
        """The fits in use, by predictor."""
        ...

    async def put(self, fit: StoredFit) -> None:
        """Use a new fit. Earlier versions are kept."""
        ...

    async def predictors(self) -> Sequence[str]:
        """Those whose predictions have an outcome."""
        ...

    async def labels(self, predictor: str, *, limit: int, vouched: bool = False) -> Sequence[PredictionFigures]:
        """Its predictions that have an outcome or stood, the newest outcome first.

        With `vouched` only those whose outcome the person's own prompt told, or a key that speaks for them.
        """
        ...

    async def made(self, *, since: datetime | None, limit: int) -> Sequence[PredictionFigures]:
        """All predictions, newest first."""
        ...

    async def newest_outcome(self) -> datetime | None:
        """When an outcome was last told."""
        ...

    async def switch(self, switch: Switch, *, project: str, on: bool, at: datetime) -> None:
        """Turn something on or off for a project, or for every one."""
        ...

    async def promise(self, promise: Promise | None, *, at: datetime) -> None:
        """Keep what the person wants promised, or that they want nothing promised."""
        ...

    async def forget(self) -> None:
        """Remove every fit. What is switched on and promised stays."""
        ...
