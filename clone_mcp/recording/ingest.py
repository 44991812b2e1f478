"""Taking events in: each on its own, each once, attributed and without secrets.

Also the ids that make a turn the same event, whoever records it: a hook, a tool call or an importer. What happens to
events afterwards (episodes, facts) is not here: a record names the jobs that see to it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any
from uuid import UUID, uuid5

from pydantic import ValidationError

from clone_mcp.access.limits import Quota
from clone_mcp.errors import Invalid, TooLarge
from clone_mcp.language.pasted import own_words
from clone_mcp.language.question_trace import answered, question_in
from clone_mcp.language.sentence import sentence
from clone_mcp.language.wording import PHRASE, fold, packed, sketch
from clone_mcp.models.access import Caller, Scope, require_writer
from clone_mcp.models.events import (
    CLONE_EVENT,
    IDLE,
    Author,
    BaseEvent,
    CloneEvent,
    Job,
    Record,
    Reply,
    StoredEvent,
    episodes_job,
)
from clone_mcp.models.text import clean, clean_payload
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.authorship import author_of, channel_of
from clone_mcp.recording.redaction import redact, redact_payload
from clone_mcp.validation import faults

_NAMESPACE = UUID("6f3c1c0e-1d0a-4f43-9a53-6a2f5f0c7e11")


def event_id(client: str, session_id: str, client_id: str, event_type: str) -> str:
    """The id of a client's own message in a session. Lengths are part of it, so that no two triples run together."""
    parts = [clean(part) for part in (client.casefold(), session_id, client_id, event_type)]
    return str(uuid5(_NAMESPACE, "".join(f"{len(part)}:{part}" for part in parts)))


MAX_BATCH = 1000
"""Events that one call may bring. `clone-mcp ingest` sends more than that in parts."""
MAX_TEXT = 1024 * 1024
"""Bytes of text that one event may hold."""
_BREATH = 20
"""Events of a batch that are redacted without letting others be served."""

_BASE = frozenset(BaseEvent.model_fields) | {"type"}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one event of a batch was not taken."""

    index: int
    errors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of a batch."""

    accepted: int
    duplicates: int
    invalid: tuple[Refusal, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """What became of one event."""

    event_id: str
    new: bool
    author: Author
    redactions: int


@dataclass(frozen=True, slots=True)
class HistoryEvent:
    """An event out of a history, with what its client knew of it."""

    event: CloneEvent
    label: str | None = None
    project: str | None = None
    counts: bool = True
    """Whether a prompt of the person is a reply to an agent."""
    exact: bool = True
    """Whether its time is the one at which it happened."""
    claimed: bool = False
    """Whether nobody vouches for where it was found. Then it is context, and moves nothing."""


class Ingest:
    """Appends events for a caller. The same event twice is a no-op; events are never rewritten."""

    def __init__(
        self, storage: Storage, clock: Clock, *, redact: bool, later: tuple[Job, ...] = (), quota: Quota | None = None
    ) -> None:
        """`later` is what has to be done some time after a response, which every turn has."""
        self._storage = storage
        self._clock = clock
        self._redact = redact
        self._later = later
        self._quota = quota

    async def batch(self, caller: Caller, items: Sequence[Any]) -> Batch:
        """Take 1 to 1000 events as JSON values. A bad one is reported by its index and does not hold up the others.

        Raises Forbidden for a viewer.
        """
        require_writer(caller)
        if not 1 <= len(items) <= MAX_BATCH:
            raise Invalid(f"A batch holds 1 to {MAX_BATCH} events, this one {len(items)}.", hint="Send it in parts.")
        records: list[Record] = []
        refused: list[Refusal] = []
        for index, item in enumerate(items):
            if index % _BREATH == _BREATH - 1:
                await asyncio.sleep(0)  # a batch may have megabytes: others are served meanwhile
            try:
                records.append(self._record(caller, CLONE_EVENT.validate_python(clean_payload(item))))
            except ValidationError as exc:
                refused.append(Refusal(index, tuple(faults(exc, whole="the event"))))
            except TooLarge as exc:
                refused.append(Refusal(index, (str(exc),)))
            except RecursionError:
                refused.append(Refusal(index, ("the event is nested too deeply",)))
        new = sum(await self._append(caller.tenant, records)) if records else 0
        return Batch(accepted=new, duplicates=len(records) - new, invalid=tuple(refused))

    async def one(
        self,
        caller: Caller,
        event: CloneEvent,
        *,
        label: str | None = None,
        project: str | None = None,
        counts: bool = True,
    ) -> Recorded:
        """Take one event that is well formed already. `counts`: it may be a reply to an agent.

        Raises TooLarge, RateLimited, and Forbidden for a viewer.
        """
        require_writer(caller)
        record = self._record(caller, event, label=label, project=project)
        record = record if counts else replace(record, reply=None)
        [new] = await self._append(caller.tenant, [record])
        return Recorded(record.event.id, new, record.event.author, record.event.redactions)

    def prepared(self, caller: Caller, item: HistoryEvent) -> Record:
        """What is to be stored of something from a history. Its session is over, so nothing has to be done later."""
        if item.claimed:
            caller = replace(caller, scope=Scope.AGENT)
        record = self._record(caller, item.event, label=item.label, project=item.project)
        counts = item.counts and not item.claimed
        return replace(
            record,
            jobs=(),
            watch=None,
            reply=record.reply if counts else None,
            # The person's next prompt in that session may be real. It must not answer what somebody made up.
            question=None if item.claimed else record.question,
        )

    async def _append(self, tenant: UUID, records: Sequence[Record]) -> Sequence[bool]:
        if self._quota is None:
            return await self._storage.append(tenant, records)
        sizes = [_bytes(record) for record in records]
        await self._quota.room(tenant, sum(sizes))
        added = await self._storage.append(tenant, records)
        self._quota.stored(tenant, sum(size for size, new in zip(sizes, added, strict=True) if new))
        return added

    def _record(
        self, caller: Caller, event: CloneEvent, *, label: str | None = None, project: str | None = None
    ) -> Record:
        kind = event.type
        payload = event.model_dump(mode="json", exclude=set(_BASE))
        detail = event.source_detail
        _check_size((*payload.values(), detail))
        redactions = 0
        if self._redact:
            payload, redactions = redact_payload(payload)
            detail, label, project = (text and _redacted(text) for text in (detail, label, project))
        author = author_of(kind, event.source, label)
        stored = StoredEvent(
            id=event.id,
            session_id=event.session_id,
            type=kind,
            source=event.source,
            source_detail=detail,
            label=label,
            author=author,
            channel=channel_of(caller.scope),
            occurred_at=event.occurred_at,
            received_at=self._clock.now(),
            payload=payload,
            redactions=redactions,
        )
        record = _in_step(stored, project)
        return replace(record, jobs=(*record.jobs, *self._later)) if record.jobs and self._later else record


@lru_cache(maxsize=128)
def _redacted(text: str) -> str:
    """The same few names come with every event of a client."""
    return redact(text).text


def _in_step(event: StoredEvent, project: str | None) -> Record:
    """The event with what the store keeps in step with it."""
    said = sentence(event)
    drawn = packed(sketch(said)) if said and event.type != "agent.response" else None
    match event.type:
        case "agent.response":
            quiet = episodes_job(event.session_id, run_at=event.received_at + IDLE)
            response = event.payload["response"]
            drawn = packed(sketch(response))
            question = question_in(response) if event.author is Author.AGENT else None
            return Record(event, project, question=question, sentence=said, sketch=drawn, jobs=(quiet,))
        case "agent.prompt" if event.author is Author.PERSON:
            reply = reply_in(event.payload["prompt"])
            quiet = episodes_job(event.session_id, run_at=event.received_at + IDLE)
            return Record(event, project, reply=reply, sentence=said, sketch=drawn, watch=quiet)
        case "session.stopped":
            now = episodes_job(event.session_id, run_at=event.received_at)
            return Record(event, project, sentence=said, sketch=drawn, jobs=(now,))
        case _:
            return Record(event, project, sentence=said, sketch=drawn)


def record_again(event: StoredEvent, project: str | None, *, counts: bool) -> Record:
    """What memory is made of, of an event that was recorded before; nothing has to be done later for it.

    `counts`: whether it was counted as a reply. The event comes without its payload: its sentence stands for it.
    """
    record = _in_step(event, project)
    reply = record.reply if counts else None
    return replace(record, event=replace(event, payload={}), jobs=(), watch=None, reply=reply)


def reply_in(prompt: str) -> Reply | None:
    """The reply that a prompt of the person counts as: what they typed of it. A paste counts as none."""
    text = own_words(prompt)
    if not text:
        return None
    keep = partial(answered, reply=text)
    # "Look at this:" says nothing without what stood below it, and is no phrase to offer again.
    if len(text) > PHRASE or text.endswith(":"):
        return Reply(key="…" + fold(text[:PHRASE]), text=text, phrase=False, keep=keep)
    return Reply(key=fold(text), text=text, keep=keep)


def _bytes(record: Record) -> int:
    """What the event will count as stored, near enough."""
    return len(json.dumps(record.event.payload, ensure_ascii=False).encode(errors="replace"))


def _check_size(values: Iterable[Any]) -> None:
    texts = (value for value in values if isinstance(value, str))
    size = sum(len(text) if text.isascii() else len(text.encode(errors="surrogatepass")) for text in texts)
    if size > MAX_TEXT:
        raise TooLarge(
            f"An event may hold {MAX_TEXT:,} bytes of text, this one has {size:,}.",
            hint="Send the part that matters, or several events.",
        )
