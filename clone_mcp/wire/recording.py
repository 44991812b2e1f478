"""Sessions and turns on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from clone_mcp.wire.arguments import Arguments
from clone_mcp.wire.predictions import Answered

OwnSession = Annotated[str, Field(min_length=1, max_length=512, description="The session, as start_session named it.")]
AgentName = Annotated[
    str, Field(min_length=1, max_length=512, description="The agent that was talked to, such as claude-code.")
]
SourceLabel = Annotated[
    str,
    Field(
        max_length=512,
        description="Who made this: user if the person typed it, clone-prediction or auto-answer if Clone did, "
        "tool-use for tool output; or where it comes from: agent, integration, cli, desktop, mobile.",
    ),
]
SourceDetail = Annotated[str, Field(max_length=512, description="A label of your own, such as claude-code.")]
ClientId = Annotated[
    str, Field(max_length=512, description="Your own id for this message; sending it again changes nothing.")
]


class StartSessionArguments(Arguments):
    source: SourceLabel = ""
    source_detail: SourceDetail = ""
    project: Annotated[str, Field(max_length=1024, description="What is worked on, such as a folder or a name.")] = ""
    session_id: Annotated[str, Field(max_length=512, description="Your own id for the session, if you have one.")] = ""


class StopSessionArguments(Arguments):
    session_id: OwnSession
    source: SourceLabel = ""
    source_detail: SourceDetail = ""


class RecordPromptArguments(Arguments):
    session_id: OwnSession
    agent: AgentName
    prompt: str = Field(min_length=1, description="What was typed, word for word.")
    source: SourceLabel = ""
    source_detail: SourceDetail = ""
    client_id: ClientId = ""


class RecordResponseArguments(Arguments):
    session_id: OwnSession
    agent: AgentName
    response: str = Field(min_length=1, description="What the agent said, word for word.")
    in_response_to: Annotated[str, Field(max_length=512, description="The event_id of the prompt it answers.")] = ""
    source: SourceLabel = ""
    source_detail: SourceDetail = ""
    client_id: ClientId = ""


class SessionReply(Answered):
    session_id: str
    event_id: str


class RecordedReply(Answered):
    event_id: str
    session_id: str
    duplicate: bool
    author: str
    redactions: int
