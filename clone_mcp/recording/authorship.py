"""Who made an event, by one table.

Clients label what they record in ways of their own. A label that is known decides; otherwise the source does. What
an agent or an integration records without a label is context, never evidence about the person.
"""

from __future__ import annotations

from clone_mcp.models.access import Scope
from clone_mcp.models.events import Author, Channel, Source

UNVOUCHED = "unvouched"
"""What importers call a turn that they found inside a project folder, until the person vouches for the folder."""
LABELS = {
    "user": Author.PERSON,
    "clone-prediction": Author.CLONE,
    "auto-answer": Author.CLONE,
    "tool-use": Author.TOOL,
    UNVOUCHED: Author.UNATTRIBUTED,
}

_SOURCES = {source.value: source for source in Source}

# Sources that only a person's own hands feed.
_BY_HAND = {Source.CLI, Source.DESKTOP, Source.MOBILE}


def author_of(event_type: str, source: Source, label: str | None) -> Author:
    """The author of an event of this type. `label` is what the client called its source, if that is not a source."""
    labelled = LABELS.get(label or "")
    match event_type:
        case "agent.prompt":
            return labelled or (Author.PERSON if source in _BY_HAND else Author.UNATTRIBUTED)
        case "agent.response":
            return labelled if labelled is Author.TOOL or labelled is Author.CLONE else Author.AGENT
        case "app.focused" | "input.keystroke" | "input.click" | "input.scroll":
            return Author.PERSON
        case _:
            return Author.UNATTRIBUTED


def channel_of(scope: Scope) -> Channel:
    """Whether authorship is attested or only claimed, by the credential that recorded it."""
    return Channel.ATTESTED if scope in (Scope.RECORDER, Scope.OWNER) else Channel.CLAIMED


def legal_source(named: str, detail: str) -> tuple[Source, str | None]:
    """A source for whatever a client sent, and the label to keep when that was no source."""
    if named in _SOURCES:
        source = _SOURCES[named]
        # An integration must name its provider; one that doesn't is an agent saying so.
        return (source, None) if detail or source is not Source.INTEGRATION else (Source.AGENT, named)
    return (Source.INTEGRATION if detail else Source.AGENT), named or None
