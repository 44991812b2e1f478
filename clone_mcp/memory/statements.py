"""What the person writes into memory themselves: recorded as their statement first, so nothing lacks provenance."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from clone_mcp.errors import Conflict, Invalid
from clone_mcp.language import lexicon
from clone_mcp.language.claim_keys import key_of, parsed
from clone_mcp.language.meaning.reading import read
from clone_mcp.language.sentence import sentence
from clone_mcp.language.wording import packed, sketch
from clone_mcp.memory.claims import claims, gate_of
from clone_mcp.memory.episodes import PERSON
from clone_mcp.memory.evidence import guarded, regrade, rivals_of
from clone_mcp.memory.profile import recompile, strike
from clone_mcp.memory.sameness import USE, same_fact
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.events import Author, Channel, Record, Source, StoredEvent
from clone_mcp.models.memory import STATED, Claim, Episode, Fact, FactKind, Gate, Layer, Raw, Ref, Review, Tier
from clone_mcp.models.text import clean
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.recording.redaction import redact

SESSION = "clone-statements"
MAX_FACT = 300
MAX_TAGS = 20
MAX_TAG = 60
_GREETING = re.compile(rf"(?:(?:{lexicon.pattern('statements', 'greeting')})\W*)+", re.IGNORECASE)
_ANSWER = 4
"""Words that a bare answer has at most."""
_SENTENCE = 2
MAX_TEXT = 20_000
"""Characters of a summary, a statement or a profile that the person writes."""


class State:
    """Records statements of the person, within the transaction that makes something of them."""

    def __init__(self, clock: Clock, *, redact: bool) -> None:
        self.clock = clock
        self._redact = redact

    def words(self, text: str, *, longest: int = MAX_TEXT) -> str:
        """The text as it may be kept: without secrets, without blanks around it. Raises Invalid."""
        kept = clean(text.replace("\r\n", "\n").replace("\r", "\n")).strip()
        if self._redact:
            kept = redact(kept).text
        if not kept or len(kept) > longest:
            raise Invalid(f"Between 1 and {longest:,} characters, please; this has {len(kept):,}.")
        return kept

    def fact(self, text: str) -> str:
        """The words of a fact. Raises Invalid when it says nothing, or too much for one fact."""
        words = " ".join(clean(text).split())
        if not words or len(words) > MAX_FACT:
            raise Invalid(f"A fact is one sentence of 1 to {MAX_FACT} characters, this one has {len(words)}.")
        return self.words(words)

    async def __call__(self, uow: UnitOfWork, words: str, *, own_id: str | None = None) -> Raw:
        """Record words that were checked, as a raw row. Under an id of the caller's own they are recorded once."""
        now = self.clock.now()
        event = StoredEvent(
            id=own_id or str(uuid4()),
            session_id=SESSION,
            type="agent.prompt",
            source=Source.CLI,
            source_detail=None,
            label=None,
            author=Author.PERSON,
            channel=Channel.ATTESTED,  # all who may state things are the person, as far as a credential can tell
            occurred_at=now,
            received_at=now,
            payload={"agent": "clone", "prompt": words},
        )
        told = sentence(event) or words
        # No reply: what is told to Clone says nothing of how the person answers agents.
        await uow.memory.raws.add(Record(event, sentence=told, sketch=packed(sketch(told))))
        return Raw(event.id, SESSION, told, Author.PERSON, Channel.ATTESTED, now)


def key_of_words(words: str) -> str:
    """The key that distilling the statement would find, so that both are one fact; else one of its own."""
    found = _found_in(words)
    return found[0].key if len(found) == 1 else key_of("said", words)


def _check_says_something(words: str) -> None:
    """Raises Invalid for what is no fact about anybody: a greeting, a question, an answer, a word on its own."""
    if _found_in(words):
        return
    said = read(words)
    if said.asks:
        why = "is a question"
    elif _GREETING.fullmatch(words) or not (said.content or said.names or said.numbers):
        why = "says nothing about you"
    elif said.bare and said.size <= _ANSWER:
        why = "is an answer, and says nothing without its question"
    elif said.size < _SENTENCE and not said.names:
        why = "is one word, and does not say what you want of it"
    else:
        return
    raise Invalid(
        f"“{words}” {why}.", hint="Write a sentence about you or what you want, such as: I prefer tabs over spaces."
    )


def _found_in(words: str) -> Sequence[Claim]:
    return claims([Raw("", SESSION, words, Author.PERSON, Channel.ATTESTED, datetime.min.replace(tzinfo=UTC))])


def checked_tags(tags: Sequence[str]) -> tuple[str, ...]:
    """Tags on one line each, each once. Raises Invalid."""
    found = tuple(dict.fromkeys(" ".join(clean(tag).split()) for tag in tags if tag.strip()))
    if len(found) > MAX_TAGS or any(len(tag) > MAX_TAG for tag in found):
        raise Invalid(f"A fact has at most {MAX_TAGS} tags of at most {MAX_TAG} characters.")
    return found


class Append:
    """Adds raw rows, episodes and facts in the person's own words. All need owner scope."""

    def __init__(self, storage: Storage, state: State) -> None:
        self._storage = storage
        self._state = state

    async def raw(self, caller: Caller, text: str, *, own_id: str | None = None) -> Raw:
        """A statement of the person, as a raw row. Raises Invalid, Forbidden, Conflict.

        Stated again under an id of the caller's own, the row that is there comes back.
        """
        require_owner(caller)
        words = self._state.words(text)
        async with self._storage.begin(caller.tenant) as uow:
            said = await self._state(uow, words, own_id=own_id)
            if own_id is None:
                return said
            known = await uow.memory.raws.get(own_id)
            if known.text != said.text:
                raise _another()
            return known

    async def episode(
        self,
        caller: Caller,
        summary: str,
        *,
        started_at: datetime | None = None,
        ended_at: datetime | None = None,
        own_id: str | None = None,
    ) -> Episode:
        """What happened, as the person tells it. It happened now unless they say when.

        Told again under an id of the caller's own, the episode that is there comes back. Raises Invalid, Forbidden,
        Conflict.
        """
        require_owner(caller)
        words, now = self._state.words(summary), self._state.clock.now()
        began, ended = started_at or ended_at or now, ended_at or started_at or now
        if began > ended:
            raise Invalid("An episode ends after it started.")
        told = Episode(own_id or str(uuid4()), None, began, ended, words, (), PERSON, sketch=sketch(words))
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            for known in await uow.memory.episodes.of([told.id]):
                if known.summary != words:
                    raise _another()
                return known
            said = await self._state(uow, words)
            await uow.memory.episodes.put(told, now)
            await uow.memory.links.cite(Ref(Layer.EPISODE, told.id), [Ref(Layer.RAW, said.id)])
        return told

    async def fact(
        self, caller: Caller, text: str, *, kind: FactKind = FactKind.PREFERENCE, tags: Sequence[str] = ()
    ) -> Fact:
        """A fact. A deleted one may come back this way; what waits for the person is confirmed by it.

        Raises Invalid, Conflict, Forbidden.
        """
        require_owner(caller)
        async with self._storage.begin(caller.tenant) as uow:
            await uow.memory.alone()
            return await add_fact(uow, self._state, text, kind=kind, tags=tags)


def _another() -> Conflict:
    return Conflict("This Idempotency-Key came with other words before.", hint="Send a new one.")


async def add_fact(uow: UnitOfWork, state: State, text: str, *, kind: FactKind, tags: Sequence[str]) -> Fact:
    """Add a fact in the person's words within a transaction. Raises Invalid, Conflict."""
    words, now = state.fact(text), state.clock.now()
    _check_says_something(words)
    key = key_of_words(words)
    known = same_fact(Claim(kind, words, key, ()), await uow.memory.facts.all())
    if known is not None and known.usable:
        raise Conflict(f"That is a fact already: {known.text}", hint=f"Edit it instead, its id is {known.id}.")
    fact = known or Fact(str(uuid4()), kind, words, key, 0.0, 0.0, Tier.CANDIDATE, PERSON, now, now)
    said = await state(uow, words)
    wishes = any(claim.kind in STATED and parsed(claim.key).domain != USE for claim in _found_in(words))
    fact = replace(fact, text=words, method=PERSON, explicit=wishes, tags=checked_tags(tags) or fact.tags)
    # Said once it is no more than that. What waited or is private is the person's choice as soon as they write it down.
    confirmed = (known is not None and known.gate is not None) or gate_of(words) is Gate.SENSITIVE
    return await vouched(uow, state, fact, said, confirmed=confirmed)


async def vouched(uow: UnitOfWork, state: State, fact: Fact, said: Raw, *, confirmed: bool) -> Fact:
    """Store a fact that the person has put in words. Confirmed, it is strong at once, unless it is asked about."""
    memory, now = uow.memory, state.clock.now()
    await memory.tombstones.unbury(Layer.FACT, fact.key)
    for review in await memory.reviews.waiting():
        if review.fact_id == fact.id:
            await memory.reviews.drop(review.id)
    # Writing it down makes a sensitive fact the person's own choice. What authorises action is asked all the same.
    rival = guarded(await rivals_of(uow, fact))
    gate = Gate.GROUNDING if gate_of(fact.text) is Gate.GROUNDING else Gate.CONTRADICTION if rival else None
    at = now if confirmed and gate is None else None
    fact = replace(fact, gate=gate, confirmed_at=at, expires_at=None, updated_at=now)
    if confirmed:
        fact = replace(fact, base=0.9, tier=Tier.STRONG)
    await memory.facts.put(fact)
    await memory.links.cite(Ref(Layer.FACT, fact.id), [Ref(Layer.RAW, said.id)])
    if gate is not None:
        other = rival.id if rival and gate is Gate.CONTRADICTION else None
        await memory.reviews.ask(Review(str(uuid4()), gate, fact.id, other, now))
    fact = await regrade(uow, fact, state.clock) or fact
    await recompile(uow, state.clock.now())
    return fact


async def reworded(uow: UnitOfWork, state: State, fact: Fact, text: str) -> Fact:
    """Put a fact in the person's own words. What it rested on before is not evidence for what it says now."""
    words = state.fact(text)
    _check_says_something(words)
    key = key_of_words(words)
    rival = await uow.memory.facts.by_key(key)
    if rival is not None and rival.id != fact.id:
        raise Conflict(f"Another fact says that already: {rival.text}", hint=f"Delete this one, or edit {rival.id}.")
    said = await state(uow, words)
    await strike(uow, fact.text, instead=words)
    if key != fact.key:
        await uow.memory.links.replace(Ref(Layer.FACT, fact.id), [Ref(Layer.RAW, said.id)])
    fact = replace(fact, text=words, key=key, method=PERSON, explicit=True)
    return await vouched(uow, state, fact, said, confirmed=True)
