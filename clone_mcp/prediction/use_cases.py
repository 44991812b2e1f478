"""What Prediction offers to everybody outside it: one bundle, and how it is built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from clone_mcp.access.spending import PaidModel
from clone_mcp.memory.context import Context
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.calibrate import Calibrate, Stats
from clone_mcp.prediction.continuation import PredictContinuation
from clone_mcp.prediction.decision import Switches
from clone_mcp.prediction.feedback import Settle, SubmitFeedback
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.predict import Predict, PredictBatch
from clone_mcp.prediction.predictors.cascade import chosen
from clone_mcp.prediction.predictors.model import ModelPredictor
from clone_mcp.prediction.record import ReadPredictions
from clone_mcp.prediction.rejudge import Rejudge
from clone_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class Prediction:
    """All that can be asked, and what becomes of it."""

    predict: Predict
    batch: PredictBatch
    continuation: PredictContinuation
    feedback: SubmitFeedback
    settle: Settle
    calibrate: Calibrate
    rejudge: Rejudge
    switches: Switches
    stats: Stats
    read: ReadPredictions


def prediction_over(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    context: Context,
    paid: PaidModel | None,
    nonce: Callable[[], str],
) -> Prediction:
    """Prediction from this storage, with bundles from `context`. Without a paid model no model is ever asked."""
    gather, settle = Gather(storage, clock, context, paid), Settle(storage, clock)
    predictors = chosen(settings.predictor, ModelPredictor(settings.model, nonce=nonce, redact=settings.redact))
    predict = Predict(
        storage,
        clock,
        predictors,
        redact=settings.redact,
        gather=gather,
        shadow=settings.shadow,
        threshold=settings.usual_threshold,
    )
    return Prediction(
        predict=predict,
        batch=PredictBatch(clock, predict),
        continuation=PredictContinuation(storage, clock, redact=settings.redact, gather=gather, shadow=settings.shadow),
        feedback=SubmitFeedback(storage, clock, redact=settings.redact),
        settle=settle,
        calibrate=Calibrate(storage, clock, settle, promise=settings.promised),
        rejudge=Rejudge(storage, clock),
        switches=Switches(storage, clock),
        stats=Stats(storage, clock, settle, promise=settings.promised),
        read=ReadPredictions(storage),
    )
