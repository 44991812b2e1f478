"""Which predictor answers what, as the person chose."""

from __future__ import annotations

from typing import Literal, get_args

from clone_mcp.ports import Predictor
from clone_mcp.prediction.predict import Predictors
from clone_mcp.prediction.predictors.cascade import Cascade
from clone_mcp.prediction.predictors.local import LocalPredictor

Choice = Literal["local", "model", "cascade"]
PREDICTORS: tuple[Choice, ...] = get_args(Choice)


def chosen(name: Choice, model: Predictor) -> Predictors:
    """The predictors for a setting. Whatever it says, nobody is asked outside while Clone is paused."""
    local = LocalPredictor()
    match name:
        case "local":
            return Predictors(local, by_name=model, paused=local)
        case "model":
            return Predictors(model, by_name=model, paused=local)
        case "cascade":
            return Predictors(Cascade(local, model), by_name=model, paused=local)
