from __future__ import annotations

from datetime import UTC, datetime, timedelta


class FixedClock:
    """Time that moves only when told to."""

    def __init__(self, now: datetime = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)) -> None:
        self._now = now
        self._seconds = 0.0

    def now(self) -> datetime:
        return self._now

    def monotonic(self) -> float:
        return self._seconds

    def advance(self, **by: float) -> None:
        step = timedelta(**by)
        self._now += step
        self._seconds += step.total_seconds()
