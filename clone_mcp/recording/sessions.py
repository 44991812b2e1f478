"""What the recording tools do: sessions, and the turns in them, as CloneEvents.

CloneEvents that arrive ready-made go to ingest.py, and whole histories to backfill.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from pydantic import ValidationError

from clone_mcp.errors import Invalid
from clone_mcp.models.access import Caller
from clone_mcp.models.events import CLONE_EVENT
from clone_mcp.models.text import clean_payload
from clone_mcp.ports import Clock
from clone_mcp.recording.authorship import legal_source
from clone_mcp.recording.ingest import Ingest, Recorded, event_id
from clone_mcp.validation import faults


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a call says it comes from, in the client's own words."""

    source: str = ""
    detail: str = ""


class RecordTurns:
    """Records sessions and turns for callers that speak tools, not CloneEvents. Raises Invalid and TooLarge."""

    def __init__(self, ingest: Ingest, clock: Clock) -> None:
        self._ingest = ingest
        self._clock = clock

    async def start(
        self, caller: Caller, origin: Origin, *, session_id: str | None, project: str | None
    ) -> tuple[str, Recorded]:
        """Begin a session and say its id. With an id of one's own, a retry begins nothing new."""
        session = session_id or str(uuid4())
        own = event_id("", session, "start", "session.started") if session_id else str(uuid4())
        fields = {"type": "session.started", "id": own, "session_id": session}
        return session, await self._take(caller, origin, fields, project=project)

    async def stop(self, caller: Caller, origin: Origin, *, session_id: str) -> Recorded:
        """End a session."""
        return await self._take(
            caller, origin, {"type": "session.stopped", "id": str(uuid4()), "session_id": session_id}
        )

    async def prompt(
        self, caller: Caller, origin: Origin, *, session_id: str, agent: str, text: str, client_id: str | None
    ) -> Recorded:
        """Record what was typed to an agent."""
        fields = _turn("agent.prompt", session_id, agent, client_id)
        return await self._take(caller, origin, {**fields, "prompt": text})

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
        fields = _turn("agent.response", session_id, agent, client_id)
        return await self._take(caller, origin, {**fields, "response": text, "in_response_to": in_response_to})

    async def _take(
        self, caller: Caller, origin: Origin, fields: dict[str, Any], *, project: str | None = None
    ) -> Recorded:
        source, label = legal_source(origin.source, origin.detail)
        made = {"occurred_at": self._clock.now(), "source": source, "source_detail": origin.detail or None}
        try:
            event = CLONE_EVENT.validate_python(clean_payload({**fields, **made}))
        except ValidationError as exc:
            raise Invalid("; ".join(faults(exc)) + ".") from exc
        return await self._ingest.one(caller, event, label=label, project=project)


def _turn(kind: str, session_id: str, agent: str, client_id: str | None) -> dict[str, Any]:
    own = event_id(agent, session_id, client_id, kind) if client_id else str(uuid4())
    return {"type": kind, "id": own, "session_id": session_id, "agent": agent}
