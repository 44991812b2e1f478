"""An export read into an empty memory: the files are enough to have all of it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import Conflict, Invalid
from clone_mcp.memory.markdown.documents import Document, RawLine, document, files, raw_lines, tags
from clone_mcp.memory.markdown.front_matter import read
from clone_mcp.memory.profile import PROFILE
from clone_mcp.models.access import Caller
from clone_mcp.models.events import Author, Channel, Record, Source, StoredEvent
from clone_mcp.models.memory import Episode, Fact, FactKind, Gate, Layer, Profile, Ref, Review, Tier
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.ingest import reply_in
from clone_mcp.recording.reading.asked import question_in
from clone_mcp.recording.wording import packed, sketch

_AT_ONCE = 500
_WORDS = {"agent.prompt": "prompt", "agent.response": "response"}


class Restore:
    """Fills an empty memory from an export."""

    def __init__(self, storage: Storage, clock: Clock) -> None:
        self._storage = storage
        self._clock = clock

    async def __call__(self, caller: Caller, folder: Path) -> dict[str, int]:
        """How much came back, by tier. Raises Conflict when memory is not empty, Invalid for a bad file."""
        require_owner(caller)
        texts = files(folder)
        lines = [
            line for path, text in texts.items() if path.startswith("raw/") for line in raw_lines(path, text).values()
        ]
        facts = [document(path, text) for path, text in texts.items() if path.startswith("facts/")]
        episodes = [document(path, text) for path, text in texts.items() if path.startswith("episodes/")]
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            if await uow.memory.raws.newest(since=None, limit=1) or await uow.memory.facts.all(limit=1):
                raise Conflict(
                    "Memory is not empty.", hint="`memory apply` brings changes in; restoring needs a new home."
                )
        records = [self._record(line) for line in sorted(lines, key=lambda line: str(line.fields["at"]))]
        for start in range(0, len(records), _AT_ONCE):
            await self._storage.append(caller.tenant, records[start : start + _AT_ONCE])
        async with self._storage.begin(caller.tenant) as uow:
            for each in episodes:
                await self._episode(uow, each)
            for each in facts:
                await self._fact(uow, each)
            await _profile(uow, texts, [_text(each, "id") for each in facts])
        return {"raw": len(records), "episodes": len(episodes), "facts": len(facts)}

    def _record(self, line: RawLine) -> Record:
        fields, kind = line.fields, str(line.fields["type"])
        author = Author(fields["author"])
        event = StoredEvent(
            id=str(fields["id"]),
            session_id=str(fields["session"]),
            type=kind,
            source=Source(fields["source"]),
            source_detail="restored" if fields["source"] == Source.INTEGRATION else None,
            label=None,
            author=author,
            channel=Channel(fields["channel"]),
            occurred_at=_moment(fields["at"]),
            received_at=self._clock.now(),
            payload={"agent": "restored", _WORDS[kind]: line.text} if kind in _WORDS else {},
        )
        return Record(
            event,
            project=fields.get("project"),
            question=question_in(line.text) if kind == "agent.response" else None,
            reply=reply_in(line.text) if kind == "agent.prompt" and author is Author.PERSON else None,
            sentence=line.text,
            sketch=packed(sketch(line.text)),
        )

    async def _episode(self, uow: UnitOfWork, doc: Document) -> None:
        fields = doc.fields
        episode = Episode(
            id=_text(doc, "id"),
            session_id=fields.get("session"),
            started_at=_moment(fields["started_at"]),
            ended_at=_moment(fields["ended_at"]),
            summary=doc.text,
            sources=tags(fields.get("sources")),
            method=_text(doc, "method"),
            project=fields.get("project"),
            tags=tags(fields.get("tags")),
            sketch=sketch(doc.text),
        )
        await uow.memory.episodes.put(episode, self._clock.now())
        await uow.memory.episodes.promoted(episode.id, self._clock.now())
        await uow.memory.links.cite(Ref(Layer.EPISODE, episode.id), _refs(Layer.RAW, fields.get("raw")))

    async def _fact(self, uow: UnitOfWork, doc: Document) -> None:
        fields = doc.fields
        gate = Gate(fields["waits_for"]) if fields.get("waits_for") else None
        fact = Fact(
            id=_text(doc, "id"),
            kind=FactKind(fields["kind"]),
            text=doc.text,
            key=_text(doc, "key"),
            base=float(fields["base"]),
            decay=float(fields["decay"]),
            tier=Tier(fields["tier"]),
            method=_text(doc, "method"),
            created_at=_moment(fields["created_at"]),
            updated_at=_moment(fields["updated_at"]),
            tags=tags(fields.get("tags")),
            project=fields.get("project"),
            gate=gate,
            explicit=bool(fields.get("explicit")),
            confirmed_at=_moment(fields["confirmed_at"]) if fields.get("confirmed_at") else None,
            expires_at=_moment(fields["expires_at"]) if fields.get("expires_at") else None,
        )
        await uow.memory.facts.put(fact)
        cited = [*_refs(Layer.EPISODE, fields.get("episodes")), *_refs(Layer.RAW, fields.get("raw"))]
        await uow.memory.links.cite(Ref(Layer.FACT, fact.id), cited)
        if gate is not None:
            await uow.memory.reviews.ask(Review(f"restored-{fact.id}", gate, fact.id, None, self._clock.now()))


async def _profile(uow: UnitOfWork, texts: dict[str, str], fact_ids: Iterable[str]) -> None:
    if "profile.md" not in texts or "soul-card.md" not in texts:
        return
    fields, body = read(texts["profile.md"], "profile.md")
    _, soul_card = read(texts["soul-card.md"], "soul-card.md")
    profile = Profile(
        body, soul_card, str(fields["method"]), _moment(fields["updated_at"]), fields.get("thresholds") or {}
    )
    await uow.memory.profiles.put(profile)
    await uow.memory.links.replace(PROFILE, [Ref(Layer.FACT, fact_id) for fact_id in fact_ids])


def _refs(layer: Layer, ids: Any) -> list[Ref]:
    return [Ref(layer, str(each)) for each in ids or ()]


def _text(doc: Document, name: str) -> str:
    value = doc.fields.get(name)
    if not isinstance(value, str) or not value:
        raise Invalid(f"{doc.path}: {name} is missing.")
    return value


def _moment(value: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        raise Invalid(f"{value!r} is no date and time.") from None
