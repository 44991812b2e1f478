"""How well predictions did: how many were answered automatically, how many of those were right, and what the numbers
were worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from clone_mcp.calibration import reliability
from clone_mcp.calibration.reliability import Bin, Forecast, Precision
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome, Prediction, Sought
from clone_mcp.ports import Storage

_NEWEST = 5000
"""Outcomes that are looked at: what a fit learns from, too."""
_WORTH = {Outcome.ACCEPTED: 1.0, Outcome.EDITED: 0.5, Outcome.REJECTED: 0.0}


@dataclass(frozen=True, slots=True)
class Calibration:
    """What the calibrated confidences were worth. None where the outcomes can't tell."""

    labels: int
    brier: float | None
    skill: float | None
    error: float | None
    auroc: float | None
    bins: Sequence[Bin]


@dataclass(frozen=True, slots=True)
class Stats:
    """Replies predicted in a span of time."""

    predictions: int
    auto: int
    escalated: int
    precision: Precision
    """Of what was answered automatically and whose outcome is known."""
    calibration: Calibration

    @property
    def automation_rate(self) -> float | None:
        """The share that was answered automatically."""
        return self.auto / self.predictions if self.predictions else None


class Measure:
    """Counts predictions and holds them against their outcomes."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(self, tenant: UUID, *, since: datetime | None = None, until: datetime | None = None) -> Stats:
        """Of replies made `since` and before `until`. Questions of whether to go on are not among them."""
        sought = Sought(settled=True, since=since, until=until)
        async with self._storage.begin(tenant, readonly=True) as uow:
            counted = await uow.predictions.counted(since=since, until=until)
            settled = await uow.predictions.listed(sought, limit=_NEWEST)
        judged = [(made, told) for made, told in settled if told is not None and _judges(made, told)]
        acted = [_forecast(made, told) for made, told in judged if made.decision is Decision.AUTO]
        auto, escalated = counted.get(Decision.AUTO, 0), counted.get(Decision.ESCALATED, 0)
        return Stats(
            predictions=auto + escalated,
            auto=auto,
            escalated=escalated,
            precision=reliability.precision_at(acted, 0.0),
            calibration=_calibration([_forecast(made, told) for made, told in judged]),
        )


def _judges(prediction: Prediction, told: Feedback) -> bool:
    """Whether the report says something of the guess. Some clients report every escalation as rejected."""
    if prediction.kind is not Kind.REPLY:
        return False
    looked_at = prediction.decision is Decision.AUTO or told.actual_response is not None
    return looked_at or told.outcome is not Outcome.REJECTED


def _forecast(prediction: Prediction, told: Feedback) -> Forecast:
    return Forecast(prediction.top.confidence.calibrated, _WORTH[told.outcome])


def _calibration(forecasts: Sequence[Forecast]) -> Calibration:
    return Calibration(
        labels=len(forecasts),
        brier=reliability.brier(forecasts),
        skill=reliability.brier_skill(forecasts),
        error=reliability.expected_calibration_error(forecasts),
        auroc=reliability.auroc(forecasts),
        bins=reliability.bins(forecasts),
    )
