"""What the core needs to keep of predictions, of what the person typed, and of how far predictions may be believed.

All of it is read and written within one tenant's transaction. What makes predictions is in predictor.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.calibration import (
    FollowedPredictions,
    Grounds,
    PredictionFigures,
    Promise,
    Standing,
    StoredFit,
    Switch,
)
from clone_mcp.models.events import Reply
from clone_mcp.models.prediction import Feedback, History, Prediction, PredictionFilter


class Predictions(Protocol):
    """Answers given, and what became of them."""

    async def add(self, prediction: Prediction) -> None: ...

    async def get(self, prediction_id: str) -> Prediction: ...

    async def outcome(self, prediction_id: str) -> Feedback | None:
        """What is presently known of the outcome."""
        ...

    async def held(self, prediction_id: str) -> tuple[Prediction, Feedback | None]:
        """Both, and nobody else changes them before this transaction ends. Raises NotFound."""
        ...

    async def listed(
        self, sought: PredictionFilter, *, limit: int, offset: int = 0
    ) -> Sequence[tuple[Prediction, Feedback | None]]:
        """Newest first, each with its present outcome."""
        ...

    async def reports(self, prediction_id: str) -> Sequence[Feedback]:
        """Everything that was ever reported of its outcome, oldest first."""
        ...

    async def settle(self, feedback: Feedback, *, stands: bool) -> None:
        """Keep a report; if it `stands`, it becomes the present outcome, and an implicit one closes the prediction.

        The prediction must exist. A report that does not stand is kept once, however often it is repeated.
        """
        ...

    async def followed(
        self, session_id: str, *, since: datetime, idle_since: datetime, limit: int
    ) -> FollowedPredictions:
        """The session's newest predictions after which somebody typed there, and that are not closed yet.

        Those of whether to go on count as followed, too, once they are older than `idle_since`. Nobody else changes
        any of them before this transaction ends.
        """
        ...

    async def unclosed(self, *, since: datetime, limit: int) -> Sequence[str]:
        """Sessions with predictions that are not closed yet."""
        ...

    async def close(self, ids: Sequence[str], *, stood: bool, at: datetime) -> None:
        """What followed these was read. `stood`: they were acted on, and the person left it at that."""
        ...

    async def drop_all(self) -> None: ...


class Replies(Protocol):
    """What the person typed, counted at record time so that reading it stays cheap."""

    async def history(self, *, phrases: int, answers: int) -> History:
        """The most frequent phrases and the newest answers, at most so many of each."""
        ...

    async def learn_told(
        self,
        reply: Reply,
        *,
        source_id: str,
        session_id: str | None,
        question: bytes,
        at: datetime,
        attested: bool,
    ) -> bool:
        """Count a reply that came with feedback, unless the same prompt was recorded. Says whether it was new.

        If it is only claimed, and the same prompt is recorded as attested next, the reply is attested from then on.
        """
        ...

    async def endings(self) -> tuple[int, int]:
        """How many answers the person has given, and how many sessions have ended."""
        ...


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
