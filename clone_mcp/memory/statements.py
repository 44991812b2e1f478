"""What the person writes into memory themselves: recorded as their statement first, so nothing lacks provenance."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from clone_mcp.access.scopes import require_owner
from clone_mcp.errors import Conflict, Invalid
from clone_mcp.memory.distill.claims import claims
from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.memory.distill.keys import key_of
from clone_mcp.memory.episodes import PERSON
from clone_mcp.memory.facts import regrade
from clone_mcp.memory.profile import recompile
from clone_mcp.models.access import Caller
from clone_mcp.models.events import AgentPrompt, Author, Channel, Source
from clone_mcp.models.memory import Fact, FactKind, Gate, Layer, Raw, Ref, Review, Tier
from clone_mcp.ports import Clock, Storage
from clone_mcp.recording.ingest import Ingest

SESSION = "clone-statements"
MAX_FACT = 300


@dataclass(frozen=True, slots=True)
class Said:
    """A statement, and the raw row it became."""

    raw_id: str
    text: str
    key: str


class State:
    """Records a statement of the person."""

    def __init__(self, ingest: Ingest, clock: Clock) -> None:
        self._ingest = ingest
        self._clock = clock

    async def __call__(self, caller: Caller, text: str) -> Said:
        """Raises Invalid when it says nothing, or too much for one fact."""
        words = " ".join(text.split())
        if not words or len(words) > MAX_FACT:
            raise Invalid(f"A fact is one sentence of 1 to {MAX_FACT} characters, this one has {len(words)}.")
        event = AgentPrompt(
            type="agent.prompt",
            id=str(uuid4()),
            session_id=SESSION,
            occurred_at=self._clock.now(),
            source=Source.CLI,
            agent="clone",
            prompt=words,
        )
        recorded = await self._ingest.one(caller, event)
        return Said(recorded.event_id, words, self._key(event, words))

    def _key(self, event: AgentPrompt, words: str) -> str:
        """The key that distilling the statement would find, so that both are one fact; else one of its own."""
        row = Raw(event.id, SESSION, words, Author.PERSON, Channel.ATTESTED, self._clock.now())
        found = claims([row])
        return found[0].key if len(found) == 1 else key_of("said", words)


class AddFact:
    """Adds a fact in the person's own words."""

    def __init__(self, storage: Storage, clock: Clock, state: State) -> None:
        self._storage = storage
        self._clock = clock
        self._state = state

    async def __call__(
        self, caller: Caller, text: str, *, kind: FactKind = FactKind.PREFERENCE, tags: tuple[str, ...] = ()
    ) -> Fact:
        """The new fact. A deleted one may come back this way. Raises Invalid, Conflict, Forbidden."""
        require_owner(caller)
        said = await self._state(caller, text)
        async with self._storage.begin(caller.tenant) as uow:
            if (known := await uow.memory.facts.by_key(said.key)) is not None:
                raise Conflict("That is a fact already.", hint=f"It is {known.id}.")
            fact = self._fact(said, kind, tags)
            await uow.memory.tombstones.unbury(Layer.FACT, said.key)
            await uow.memory.facts.put(fact)
            await uow.memory.links.cite(Ref(Layer.FACT, fact.id), [Ref(Layer.RAW, said.raw_id)])
            if fact.gate is not None:
                await uow.memory.reviews.ask(Review(str(uuid4()), fact.gate, fact.id, None, self._clock.now()))
            fact = await regrade(uow, fact, self._clock) or fact
            await recompile(uow, self._clock)
        return fact

    def _fact(self, said: Said, kind: FactKind, tags: tuple[str, ...]) -> Fact:
        now = self._clock.now()
        # Writing it down makes a sensitive fact the person's own choice. What authorises action is asked all the same.
        grounding = gate_of(said.text) is Gate.GROUNDING
        return Fact(
            id=str(uuid4()),
            kind=kind,
            text=said.text,
            key=said.key,
            base=0.9,
            decay=0.0,
            tier=Tier.STRONG,
            method=PERSON,
            created_at=now,
            updated_at=now,
            tags=tags,
            gate=Gate.GROUNDING if grounding else None,
            explicit=True,
            confirmed_at=None if grounding else now,
        )
