"""What the recording tools do: sessions, and the turns in them, as CloneEvents."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict
from uuid import uuid4

from clone_mcp.models.access import Caller
from clone_mcp.models.events import AgentPrompt, AgentResponse, CloneEvent, SessionStarted, SessionStopped, Source
from clone_mcp.ports import Clock
from clone_mcp.recording.authorship import legal_source
from clone_mcp.recording.identity import event_id
from clone_mcp.recording.ingest import Ingest, Recorded


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call says it comes from, in the client's own words."""

    source: str = ""
    detail: str = ""


class _Base(TypedDict):
    id: str
    session_id: str
    occurred_at: datetime
    source: Source
    source_detail: str | None


class RecordTurns:
    """Records sessions and turns for callers that speak tools, not CloneEvents."""

    def __init__(self, ingest: Ingest, clock: Clock) -> None:
        self._ingest = ingest
        self._clock = clock

    async def start(
        self, caller: Caller, origin: Origin, *, session_id: str | None, project: str | None
    ) -> tuple[str, Recorded]:
        """Begin a session and say its id. With an id of one's own, a retry begins nothing new."""
        session = session_id or str(uuid4())
        own = event_id("", session, "start", SessionStarted.__name__) if session_id else str(uuid4())
        event = SessionStarted(type="session.started", **self._base(own, session, origin))
        return session, await self._take(caller, event, origin, project=project)

    async def stop(self, caller: Caller, origin: Origin, *, session_id: str) -> Recorded:
        """End a session."""
        event = SessionStopped(type="session.stopped", **self._base(str(uuid4()), session_id, origin))
        return await self._take(caller, event, origin)

    async def prompt(
        self, caller: Caller, origin: Origin, *, session_id: str, agent: str, text: str, client_id: str | None
    ) -> Recorded:
        """Record what was typed to an agent."""
        own = _own_id(agent, session_id, client_id, "agent.prompt")
        event = AgentPrompt(type="agent.prompt", agent=agent, prompt=text, **self._base(own, session_id, origin))
        return await self._take(caller, event, origin)

    async def response(
        self,
        caller: Caller,
        origin: Origin,
        *,
        session_id: str,
        agent: str,
        text: str,
        in_response_to: str | None,
        client_id: str | None,
    ) -> Recorded:
        """Record what an agent said."""
        own = _own_id(agent, session_id, client_id, "agent.response")
        event = AgentResponse(
            type="agent.response",
            agent=agent,
            response=text,
            in_response_to=in_response_to,
            **self._base(own, session_id, origin),
        )
        return await self._take(caller, event, origin)

    def _base(self, own: str, session_id: str, origin: Origin) -> _Base:
        source, _ = legal_source(origin.source, origin.detail)
        return _Base(
            id=own,
            session_id=session_id,
            occurred_at=self._clock.now(),
            source=source,
            source_detail=origin.detail or None,
        )

    async def _take(self, caller: Caller, event: CloneEvent, origin: Origin, *, project: str | None = None) -> Recorded:
        _, label = legal_source(origin.source, origin.detail)
        return await self._ingest.one(caller, event, label=label, project=project)


def _own_id(agent: str, session_id: str, client_id: str | None, event_type: str) -> str:
    return event_id(agent, session_id, client_id, event_type) if client_id else str(uuid4())
