"""The local predictor, from a message and a history to ranked guesses."""

from clone_mcp.prediction.predictors.local.predictor import NAME, LocalPredictor

__all__ = ["NAME", "LocalPredictor"]
