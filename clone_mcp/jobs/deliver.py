"""Delivering what hooks left: notes become events, each once, attested because no agent wrote them.

It does not watch the spool: transports/local.py calls it while a server runs. Hooks leave notes with hooks/spool.py.
"""

from __future__ import annotations

import asyncio
import json
import logging
from contextlib import closing
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, ValidationError

from clone_mcp.errors import CloneError, NotFound, Unavailable
from clone_mcp.hooks.spool import Spool, SpoolFile
from clone_mcp.language.choices import spelled
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.events import CLONE_EVENT, CloneEvent
from clone_mcp.models.prediction import Outcome
from clone_mcp.models.text import clean_payload
from clone_mcp.prediction.feedback import SubmitFeedback
from clone_mcp.recording.ingest import Ingest, event_id
from clone_mcp.validation import faults

log = logging.getLogger(__name__)

RECORDER = Caller(LOCAL_TENANT, Scope.RECORDER)
_TYPES = {"started": "session.started", "stopped": "session.stopped", "response": "agent.response"}
_SOON = 100
"""Lines between which other work gets its turn."""


class Note(BaseModel):
    """A line of the spool. What later versions add is ignored."""

    v: Literal[1]
    id: Annotated[str, Field(min_length=1, max_length=64)]
    at: Annotated[float, Field(ge=0, le=32503680000, allow_inf_nan=False)]
    client: Annotated[str, Field(min_length=1, max_length=64)]
    kind: Literal["started", "stopped", "prompt", "response", "outcome"]
    session: str
    turn: str = ""
    text: str = ""
    options: list[str] = []
    """What could be chosen, where the text is a question of a client's dialog."""
    label: str = ""
    project: str | None = None
    prediction: str = ""
    status: Outcome | None = None
    counts: bool = True
    """Whether it is a reply to an agent's words."""

    def event(self) -> CloneEvent:
        """The note as an event, under the id that an importer gives the same turn."""
        kind = _TYPES.get(self.kind, "agent.prompt")
        fields: dict[str, Any] = {
            "type": kind,
            "id": event_id(self.client, self.session, self.turn or self.id, kind),
            "session_id": self.session,
            "occurred_at": datetime.fromtimestamp(self.at, UTC),
            "source": "integration",
            "source_detail": self.client,
        }
        if self.kind in ("prompt", "response"):
            fields |= {"agent": self.client, self.kind: spelled(self.text, self.options)}
        return CLONE_EVENT.validate_python(clean_payload(fields))


class Deliver:
    """Takes the spool's notes in. What can't be taken is set aside; what fails for want of a database stays."""

    def __init__(self, spool: Spool, ingest: Ingest, feedback: SubmitFeedback) -> None:
        self.spool = spool
        self._ingest = ingest
        self._feedback = feedback
        self._lock = asyncio.Lock()

    async def __call__(self) -> int:
        """Deliver what is there, and say how many notes that was. Raises Unavailable; calling again is safe."""
        delivered = 0
        async with self._lock:
            with closing(self.spool.claimed()) as files:  # which lets go of a file at once when one can't be delivered
                for file in files:
                    delivered += await self._file(file)
        return delivered

    async def _file(self, file: SpoolFile) -> int:
        count = 0
        for line in file.lines():
            await self._line(line)
            count += 1
            if count % _SOON == 0:
                await asyncio.sleep(0)
        file.delivered = True
        return count

    async def _line(self, line: bytes) -> None:
        try:
            await self._take(Note.model_validate(json.loads(line)))
        except Unavailable:
            raise
        except ValidationError as exc:
            self._put_aside(line, "; ".join(faults(exc, whole="the note")))
        except (ValueError, RecursionError, CloneError) as exc:
            self._put_aside(line, str(exc))

    async def _take(self, note: Note) -> None:
        if note.kind == "outcome":
            await self._settle(note)
            return
        await self._ingest.one(
            RECORDER, note.event(), label=note.label or None, project=note.project, counts=note.counts
        )

    async def _settle(self, note: Note) -> None:
        """What the person did where Clone had a prediction."""
        if note.status is None:
            raise ValueError("an outcome without a status")
        try:
            await self._feedback(RECORDER, note.prediction, note.status, note.text or None)
        except NotFound:
            log.info("An outcome came for a prediction that is gone.")

    def _put_aside(self, line: bytes, reason: str) -> None:
        # Not the reason, which may quote the note.
        log.warning("A hook's note can't be taken in. `clone-mcp doctor` shows it.")
        self.spool.set_aside(line.decode(errors="replace").rstrip("\n"), reason)
