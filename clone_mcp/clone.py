"""Clone: the use cases, wired. What tools, transports and the command line call."""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.access.keys import Keys
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.continuation import PredictContinuation
from clone_mcp.prediction.feedback import SubmitFeedback
from clone_mcp.prediction.predict import Predict
from clone_mcp.recording.ingest import Ingest
from clone_mcp.recording.sessions import RecordTurns


@dataclass(frozen=True, slots=True)
class Clone:
    """Everything that can be asked of Clone."""

    storage: Storage
    clock: Clock
    ingest: Ingest
    record: RecordTurns
    predict: Predict
    continuation: PredictContinuation
    feedback: SubmitFeedback
    keys: Keys
