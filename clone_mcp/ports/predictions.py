"""What guesses and what it may go by; and what is kept of predictions, of what the person typed, and of how far
predictions may be believed. All that is kept is read and written within one tenant's transaction.

The rows that a bundle is made from are in rows.py, the tiers above them in memory.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Protocol, Self

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
from clone_mcp.models.memory import Bundle, Raw
from clone_mcp.models.prediction import Feedback, History, Prediction, PredictionFilter, Proposal, Question
from clone_mcp.ports.language_model import LanguageModel


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a model is shown beside the question. Nothing in it is an instruction."""

    bundle: Bundle
    session: tuple[Raw, ...] = ()
    """The conversation that the question belongs to, oldest first."""


async def _nowhere() -> Surroundings:
    return Surroundings(Bundle(None, (), (), (), {}))


def _unchanged(_predictor: str, score: float) -> float:
    return score


_NOTHING_SET = Standing()


@dataclass(frozen=True, slots=True)
class Materials(History):
    """A person's history, which every predictor gets, and what else a predictor may ask for if it needs it."""

    surroundings: Callable[[], Awaitable[Surroundings]] = _nowhere
    """Reads the bundle, in a transaction of its own that has ended when this returns. It is read once."""
    model: LanguageModel | None = None
    """A model at this person's expense, if they have allowed one."""
    calibrate: Callable[[str, float], float] = _unchanged
    """What a score is worth, going by how earlier predictions of the predictor so named came out."""
    standing: Standing = _NOTHING_SET
    """What held when this was read: the fits behind `calibrate` too."""

    @classmethod
    def of(
        cls,
        history: History,
        *,
        surroundings: Callable[[], Awaitable[Surroundings]] = _nowhere,
        model: LanguageModel | None = None,
        calibrate: Callable[[str, float], float] = _unchanged,
        standing: Standing = _NOTHING_SET,
    ) -> Self:
        """The history, and more."""
        known = {each.name: getattr(history, each.name) for each in fields(history)}
        return cls(**known, surroundings=surroundings, model=model, calibrate=calibrate, standing=standing)


class Predictor(Protocol):
    """Guesses what the person would type."""

    @property
    def name(self) -> str:
        """What the stored prediction says it was made by, unless the proposal names another."""
        ...

    async def propose(self, question: Question, materials: Materials, /, *, now: datetime) -> Proposal:
        """Ranked guesses, at least one. Knows only what it is given; one that needs mere history may ask for that.

        A predictor that asks a model raises what LanguageModel raises.
        """
        ...


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

    async def outdated(self, *, after: str, limit: int) -> Sequence[str]:
        """Ids of predictions whose outcome nobody has judged by meaning yet, in order, from the first after `after`."""
        ...

    async def rejudge(self, standing: Feedback) -> None:
        """Put this in place of the present outcome and of the report that told it. Nothing else of them changes."""
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
        self,
        *,
        phrases: int,
        answers: int,
        endings: int,
        sessions: Sequence[str],
        agents: Sequence[str],
        idle_since: datetime,
    ) -> Grounds:
        """All that a prediction goes by, read at once: at most so many phrases, answers and sessions that were left.

        A session was left when it ended, when nothing has happened in it since, or when the person has begun another
        in the same project after what happened there last. `sessions` are those that are asked about; of `agents`
        their latest questions are told, and what was said last in those sessions: of none, if that is not needed.
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

    async def predictions(self, *, since: datetime | None, limit: int) -> Sequence[PredictionFigures]:
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
