"""What Evaluation offers to everybody outside it: one bundle, and how it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clone_mcp.access.spending import PaidModel
from clone_mcp.evaluation.backtest import Backtest
from clone_mcp.evaluation.onboarding import LearnFromImport
from clone_mcp.memory.promote import Promote
from clone_mcp.ports import Storage
from clone_mcp.prediction.predictors.chosen import PREDICTORS, chosen
from clone_mcp.prediction.predictors.model import ModelPredictor
from clone_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good Clone would have been."""

    backtest: Backtest
    learn_from_import: LearnFromImport


def evaluation_over(
    settings: Settings, storage: Storage, promote: Promote, paid: PaidModel | None, nonce: Callable[[], str]
) -> Evaluation:
    """Evaluation of what lies in this storage."""
    asked = ModelPredictor(settings.model, nonce=nonce, redact=settings.redact)
    predictors = {name: chosen(name, asked).usual for name in PREDICTORS}
    folder = settings.home / "backtests"
    return Evaluation(
        backtest=Backtest(storage, predictors, paid, model=settings.model, folder=folder),
        learn_from_import=LearnFromImport(storage, promote),
    )
