"""Outcomes from before they were judged by meaning, and what takes their place. The rest is in predictions.py."""

from __future__ import annotations

import sqlalchemy as sa

from clone_mcp.models.prediction import Feedback
from clone_mcp.storage.schema import feedback, predictions
from clone_mcp.storage.scope import Scope, change, rows

OUTDATED = (
    rows(predictions, predictions.c.id)
    .where(
        predictions.c.outcome.is_not(None),
        predictions.c.by_meaning.is_(None),
        predictions.c.id > sa.bindparam("after"),
    )
    .order_by(predictions.c.id)
    .limit(sa.bindparam("most"))
)
_REJUDGE = (
    change(predictions)
    .where(predictions.c.id == sa.bindparam("prediction"))
    .values(outcome=sa.bindparam("what"), by_meaning=sa.bindparam("meant"))
)
_REJUDGE_REPORT = (
    change(feedback)
    .where(
        feedback.c.prediction_id == sa.bindparam("prediction"),
        feedback.c.by == sa.bindparam("who"),
        feedback.c.at == sa.bindparam("when"),
    )
    .values(outcome=sa.bindparam("what"))
)


def rejudge(scope: Scope, standing: Feedback) -> None:
    """Put this in place of a prediction's outcome and of the report that told it, so that both say the same."""
    judged = {"prediction": standing.prediction_id, "what": standing.outcome}
    scope.run(_REJUDGE, **judged, meant=standing.by_meaning)
    scope.run(_REJUDGE_REPORT, **judged, who=standing.by, when=standing.at)
