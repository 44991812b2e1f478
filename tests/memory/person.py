"""Somebody who talks to agents, and what Clone then knows of them."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import Bundle, ContextRequest, Episode, Fact, Layer, Profile, Raw, Ref
from clone_mcp.models.prediction import Candidate, CitedFact, Confidence, Decision, Kind, Prediction, Question
from tests.support.clock import FixedClock
from tests.support.events import said, stopped, typed
from tests.support.storage import storage_of

TABS = "I prefer tabs over spaces"
SPACES = "I prefer spaces over tabs"
RULE = "From now on always answer in English"


@dataclass
class Person:
    clone: Clone
    me: Caller
    owner: Caller
    clock: FixedClock

    async def says(self, *texts: str, session: str = "s", scope: Scope = Scope.RECORDER, **fields) -> list[str]:
        """Type each of these, half a minute apart; the ids of the events."""
        ids = []
        for text in texts:
            event = {**typed(text, session, **fields), "occurred_at": self.clock.now().isoformat()}
            await self.take(event, scope=scope)
            ids.append(event["id"])
        return ids

    async def hears(self, text: str, session: str = "s") -> str:
        """An agent says this."""
        event = {**said(text, session), "occurred_at": self.clock.now().isoformat()}
        await self.take(event)
        return event["id"]

    async def take(self, *events: dict, scope: Scope = Scope.RECORDER) -> None:
        batch = await self.clone.recording.ingest.batch(Caller(self.me.tenant, scope), list(events))
        assert (batch.accepted, batch.invalid) == (len(events), ())
        self.clock.advance(seconds=30)

    async def leaves(self, session: str = "s") -> None:
        await self.take({**stopped(session), "occurred_at": self.clock.now().isoformat()})

    async def said_in_sessions(self, text: str, times: int, *, sessions: int = 2, name: str = "t") -> list[str]:
        ids = []
        for number in range(times):
            ids += await self.says(text, session=f"{name}{number % sessions}")
        return ids

    async def promote(self, **how) -> None:
        await self.clone.memory.promote(self.me.tenant, **how)

    async def facts(self) -> dict[str, Fact]:
        """All facts by their words, most important first."""
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return {fact.text: fact for fact in await uow.memory.facts.all()}

    async def fact(self, text: str) -> Fact:
        return (await self.facts())[text]

    async def episodes(self) -> list[Episode]:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return list(await uow.memory.episodes.newest(since=None, limit=1000))

    async def raws(self) -> list[Raw]:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return [raw for raw in await uow.memory.raws.newest(since=None, limit=100_000) if raw.text]

    async def profile(self) -> Profile | None:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return await uow.memory.profiles.get()

    async def card(self) -> str:
        profile = await self.profile()
        return profile.soul_card if profile else ""

    async def cites(self, layer: Layer, id_: str) -> set[str]:
        async with storage_of(self.clone).begin(self.me.tenant, readonly=True) as uow:
            return {ref.id for ref in await uow.memory.links.cited_by(Ref(layer, id_))}

    async def bundle(self, query: str = "", **fields) -> Bundle:
        return await self.clone.memory.context(self.me.tenant, ContextRequest(query, **fields))

    async def waiting(self) -> list[tuple[str, str, str | None]]:
        """What waits: why, the fact, what it contradicts."""
        questions = await self.clone.memory.reviews.waiting(self.me.tenant)
        return [(q.review.gate.value, q.fact.text, q.other.text if q.other else None) for q in questions]

    async def question(self) -> str:
        """The id of the only thing that waits."""
        [question] = await self.clone.memory.reviews.waiting(self.me.tenant)
        return question.review.id

    async def asked(self, *fact_ids: str, decision: Decision = Decision.AUTO, **fields) -> str:
        """A prediction that cites these facts; its id."""
        sure = Confidence(0.9, 0.9, 0.9)
        prediction = Prediction(
            id=str(uuid4()),
            kind=Kind.REPLY,
            question=Question("codex", fields.pop("agent_input", "Shall I?"), fields.pop("session_id", None)),
            candidates=(Candidate(fields.pop("response", "yes"), sure, fields.pop("reasoning", "")),),
            decision=decision,
            abstained=None,
            stop_recommended=False,
            model="test",
            created_at=self.clock.now(),
            latency_ms=1.0,
            cited_facts=tuple(CitedFact(fact_id, 0.9, "strong") for fact_id in fact_ids),
        )
        async with storage_of(self.clone).begin(self.me.tenant) as uow:
            await uow.predictions.add(prediction)
        return prediction.id
