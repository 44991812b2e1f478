"""What became of the answers so far, and what that says of the next one's confidence."""

from __future__ import annotations

from collections import deque

from clone_mcp.calibration.platt import IDENTITY, MOST_LABELS, Fit, Ridge, Sample, fit
from clone_mcp.prediction.calibrate import ridge_of

_REFIT_AFTER = 20
"""A fit is made anew once this part of its labels is new: 1/20."""


class Labels:
    """A fit for each predictor, always from what was known by then."""

    def __init__(self) -> None:
        self._of: dict[str, _Fitted] = {}

    def calibrate(self, predictor: str, score: float) -> float:
        """What a score is worth, going by the outcomes so far."""
        known = self._of.get(predictor)
        return (known.fit if known else IDENTITY).apply(score)

    def add(self, predictor: str, raw: float, *, came_true: bool) -> None:
        """One more outcome."""
        if predictor not in self._of:
            self._of[predictor] = _Fitted(ridge_of(predictor))
        self._of[predictor].add(Sample(raw, float(came_true)))


class _Fitted:
    def __init__(self, ridge: Ridge) -> None:
        self.fit: Fit = IDENTITY
        self._ridge = ridge
        self._newest_first: deque[Sample] = deque(maxlen=MOST_LABELS)
        self._new = 0

    def add(self, sample: Sample) -> None:
        self._newest_first.appendleft(sample)
        self._new += 1
        if self._new * _REFIT_AFTER >= len(self._newest_first):
            self.fit = fit(list(self._newest_first), self._ridge)
            self._new = 0
