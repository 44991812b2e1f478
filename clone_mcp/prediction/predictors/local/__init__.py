"""The local predictor, from a message and a history to ranked guesses."""

from clone_mcp.prediction.predictors.local.options import NAME as OPTIONS
from clone_mcp.prediction.predictors.local.options import SEVERAL
from clone_mcp.prediction.predictors.local.predictor import NAME, LocalPredictor

NAMES = (NAME, OPTIONS, SEVERAL)
"""Whose scores come from other people's answers, each with a fit of its own."""

__all__ = ["NAME", "NAMES", "OPTIONS", "SEVERAL", "LocalPredictor"]
