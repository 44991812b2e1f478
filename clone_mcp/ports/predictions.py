"""What the core needs to keep of predictions, and of what the person typed, within one tenant's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from clone_mcp.models.calibration import FollowedPredictions
from clone_mcp.models.events import Reply
from clone_mcp.models.prediction import Feedback, History, Prediction, PredictionFilter


class Predictions(Protocol):
    """Answers given, and what became of them."""

    async def add(self, prediction: Prediction) -> None:
        """Store a new prediction."""
        ...

    async def get(self, prediction_id: str) -> Prediction:
        """The prediction. Raises NotFound."""
        ...

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

    async def drop_all(self) -> None:
        """Remove every prediction and report."""
        ...


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
