"""What the files say, as values. They may come from a stranger: whatever is not as it was written is refused."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite
from typing import Any, Generic, TypeVar
from uuid import UUID

from clone_mcp.errors import Invalid
from clone_mcp.language.question_trace import question_in
from clone_mcp.language.sentence import own_part
from clone_mcp.language.wording import packed, sketch
from clone_mcp.memory.markdown.documents import Document, RawLine, front_matter, tags
from clone_mcp.models.events import Author, Channel, Record, Source, StoredEvent
from clone_mcp.models.memory import Episode, Fact, FactKind, Gate, Layer, Profile, Ref, Tier
from clone_mcp.recording.ingest import reply_in

T = TypeVar("T")
V = TypeVar("V")

_WORDS = {"agent.prompt": "prompt", "agent.response": "response"}
_LONGEST_ID = 512
"""Characters, as for the ids of events (`models.events.Id`)."""


@dataclass(frozen=True, slots=True)
class CitedValue(Generic[T]):
    """A value with what it cites."""

    value: T
    cited: Sequence[Ref]
    rival: str | None = None


def record_of(raw_id: str, line: RawLine, now: datetime) -> Record:
    """A raw line as the event it came from. Raises Invalid."""
    with _name_in_errors(f"raw row {raw_id[:60]}"):
        fields, kind = line.fields, _text(line.fields, "type")
        author, source = Author(fields["author"]), Source(fields["source"])
        event = StoredEvent(
            id=_id(raw_id),
            session_id=_id(fields["session"]),
            type=kind,
            source=source,
            source_detail="restored" if source is Source.INTEGRATION else None,
            label=None,
            author=author,
            channel=Channel(fields["channel"]),
            occurred_at=_moment(fields["at"]),
            received_at=now,
            payload={"agent": "restored", _WORDS[kind]: line.text} if kind in _WORDS else {},
        )
        return Record(
            event,
            project=_maybe(fields, "project", str),
            question=question_in(line.text) if kind == "agent.response" else None,
            reply=reply_in(own_part(line.text)) if kind == "agent.prompt" and author is Author.PERSON else None,
            sentence=line.text,
            sketch=packed(sketch(line.text)),
        )


def episode_of(doc: Document) -> CitedValue[Episode]:
    """An episode's file. Raises Invalid."""
    with _name_in_errors(doc.path):
        fields = doc.fields
        episode = Episode(
            id=_uuid(fields["id"]),
            session_id=_maybe(fields, "session", _id),
            started_at=_moment(fields["started_at"]),
            ended_at=_moment(fields["ended_at"]),
            summary=doc.text,
            sources=tags(fields.get("sources")),
            method=_text(fields, "method"),
            project=_maybe(fields, "project", str),
            tags=tags(fields.get("tags")),
            sketch=sketch(doc.text),
        )
        return CitedValue(episode, _refs(Layer.RAW, fields.get("raw")))


def fact_of(doc: Document) -> CitedValue[Fact]:
    """A fact's file. Raises Invalid."""
    with _name_in_errors(doc.path):
        fields = doc.fields
        fact = Fact(
            id=_uuid(fields["id"]),
            kind=FactKind(fields["kind"]),
            text=doc.text,
            key=_text(fields, "key"),
            base=_number(fields["base"]),
            decay=_number(fields["decay"]),
            tier=Tier(fields["tier"]),
            method=_text(fields, "method"),
            created_at=_moment(fields["created_at"]),
            updated_at=_moment(fields["updated_at"]),
            tags=tags(fields.get("tags")),
            project=_maybe(fields, "project", str),
            gate=_maybe(fields, "waits_for", Gate),
            explicit=bool(fields.get("explicit")),
            confirmed_at=_maybe(fields, "confirmed_at", _moment),
            expires_at=_maybe(fields, "expires_at", _moment),
        )
        cited = [*_refs(Layer.EPISODE, fields.get("episodes")), *_refs(Layer.RAW, fields.get("raw"))]
        return CitedValue(fact, cited, rival=_maybe(fields, "contradicts", _uuid))


def profile_of(texts: Mapping[str, str]) -> Profile | None:
    """The profile's two files, if they are there. Raises Invalid."""
    if "profile.md" not in texts or "soul-card.md" not in texts:
        return None
    with _name_in_errors("profile.md"):
        fields, body = front_matter(texts["profile.md"], "profile.md")
        _, soul_card = front_matter(texts["soul-card.md"], "soul-card.md")
        thresholds: dict[str, Any] = dict(fields.get("thresholds") or {})
        return Profile(body, soul_card, _text(fields, "method"), _moment(fields["updated_at"]), thresholds)


@contextmanager
def _name_in_errors(where: str) -> Generator[None]:
    try:
        yield
    except Invalid as exc:
        raise Invalid(f"{where}: {exc.message}") from exc
    except (ValueError, KeyError, TypeError, OverflowError) as exc:
        raise Invalid(f"{where} is not as it was written.") from exc


def _refs(layer: Layer, ids: Any) -> list[Ref]:
    return [Ref(layer, _id(each)) for each in ids or ()]


def _maybe(fields: Mapping[str, Any], name: str, read_as: Callable[[Any], V]) -> V | None:
    value = fields.get(name)
    return None if value is None or value == "" else read_as(value)


def _text(fields: Mapping[str, Any], name: str) -> str:
    value = fields.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid(f"{name} is missing.")
    return value


def _id(value: Any) -> str:
    if not isinstance(value, str) or not 1 <= len(value) <= _LONGEST_ID:
        raise ValueError(value)
    return value


def _uuid(value: Any) -> str:
    """An id of ours. It becomes part of a file's name, so nothing else will do."""
    return str(UUID(_id(value)))


def _number(value: Any) -> float:
    number = float(value)
    if not isfinite(number):
        raise ValueError(value)
    return number


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError(value)
    return moment.astimezone(UTC)
