"""Predictions as they were stored, with what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from clone_mcp.models.prediction import Feedback, Prediction, PredictionFilter
from clone_mcp.ports import Storage


class ReadPredictions:
    """Reads stored predictions. Raises NotFound for ids that are unknown or somebody else's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def one(self, tenant: UUID, prediction_id: str) -> Prediction:
        """One prediction."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.predictions.get(prediction_id)

    async def audited(self, tenant: UUID, prediction_id: str) -> tuple[Prediction, Feedback | None, Sequence[Feedback]]:
        """One prediction, its outcome, and every report of it."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            prediction, outcome = await uow.predictions.get(prediction_id), await uow.predictions.outcome(prediction_id)
            return prediction, outcome, await uow.predictions.reports(prediction_id)

    async def listed(
        self, tenant: UUID, sought: PredictionFilter, *, limit: int, offset: int = 0
    ) -> Sequence[tuple[Prediction, Feedback | None]]:
        """Predictions with their outcomes, newest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.predictions.listed(sought, limit=limit, offset=offset)
