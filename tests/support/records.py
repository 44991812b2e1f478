"""Records as the recording layer hands them to the storage."""

from __future__ import annotations

from clone_mcp.models.events import Author, Channel, Record, Source, StoredEvent
from clone_mcp.recording.ingest import reply_in
from tests.support.events import NINE


def record(event_id: str = "e", session: str = "s", prompt: str = "yes", **more) -> Record:
    stored = StoredEvent(
        id=event_id,
        session_id=session,
        type="agent.prompt",
        source=Source.CLI,
        source_detail=None,
        label=None,
        author=Author.PERSON,
        channel=Channel.ATTESTED,
        occurred_at=NINE,
        received_at=NINE,
        payload={"agent": "codex", "prompt": prompt},
    )
    return Record(stored, reply=reply_in(prompt), **more)
