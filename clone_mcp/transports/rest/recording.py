"""/api/recording/: events and sessions.

The sentences that memory keeps of events are under /api/memory/raw/, in raw.py.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import KIB, Endpoint, Needs
from clone_mcp.wire.bodies import Page, PageQuery, page
from clone_mcp.wire.recording import BatchRecorded, EventBatch, EventReply, SessionEventsQuery, SessionReply

MAX_BATCH_BODY = 32 * KIB * KIB
_CHUNK = "Send at most 1,000 events and 32 MiB at a time; 8 MiB is a good size for one request."


async def record_events(clone: Clone, caller: Caller, body: EventBatch) -> BatchRecorded:
    """Record 1 to 1000 CloneEvents.

    Each is checked by itself. One whose id is known counts as a duplicate and changes nothing, so that a request may be
    repeated.
    """
    return BatchRecorded.model_validate(await clone.recording.ingest.batch(caller, body.root))


async def show_event(clone: Clone, caller: Caller, event_id: str) -> EventReply:
    """One event, with its whole payload."""
    return EventReply.model_validate(await clone.recording.read.event(caller.tenant, event_id))


async def list_sessions(clone: Clone, caller: Caller, query: PageQuery) -> Page[SessionReply]:
    """Sessions, by their latest event, newest first."""
    found = await clone.recording.read.sessions(caller.tenant, limit=query.limit + 1, offset=query.offset)
    return page(query, [SessionReply.model_validate(session) for session in found])


async def list_session_events(
    clone: Clone, caller: Caller, session_id: str, query: SessionEventsQuery
) -> Page[EventReply]:
    """A session's events, oldest first."""
    found = await clone.recording.read.session_events(
        caller.tenant, session_id, limit=query.limit + 1, offset=query.offset
    )
    return page(query, [EventReply.model_validate(event) for event in found])


ENDPOINTS = (
    Endpoint("POST", "/api/recording/events/", record_events, Needs.WRITER, max_body=MAX_BATCH_BODY, chunk=_CHUNK),
    Endpoint("GET", "/api/recording/events/{event_id:text}/", show_event),
    Endpoint("GET", "/api/recording/sessions/", list_sessions),
    Endpoint("GET", "/api/recording/sessions/{session_id:text}/events/", list_session_events),
)
