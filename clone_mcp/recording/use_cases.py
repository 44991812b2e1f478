"""What Recording offers to everybody outside it: one bundle, and how it is built."""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.access.limits import Quota
from clone_mcp.models.events import Job
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.backfill import Backfill
from clone_mcp.recording.ingest import Ingest
from clone_mcp.recording.read import ReadRecording
from clone_mcp.recording.sessions import RecordTurns


@dataclass(frozen=True, slots=True)
class Recording:
    """What was said, taken in and read back."""

    ingest: Ingest
    turns: RecordTurns
    backfill: Backfill
    read: ReadRecording


def recording_over(storage: Storage, clock: Clock, *, redact: bool, later: tuple[Job, ...], quota: Quota) -> Recording:
    """Recording on this storage. `later` is enqueued beside every event: what other layers have to do about it."""
    ingest = Ingest(storage, clock, redact=redact, later=later, quota=quota)
    return Recording(
        ingest=ingest,
        turns=RecordTurns(ingest, clock),
        backfill=Backfill(storage, clock, ingest, later=later),
        read=ReadRecording(storage),
    )
