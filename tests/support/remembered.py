"""A person of whom something is known, and what a model may say of them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Episode, Fact, FactKind, Profile, Tier
from clone_mcp.ports import Storage
from tests.support.events import NINE

COMMITS = "fact0001-0000-0000-0000-000000000000"
GERMAN = "fact0002-0000-0000-0000-000000000000"
YESTERDAY = "episode1-0000-0000-0000-000000000000"


def fact(fact_id: str, text: str, **changes: Any) -> Fact:
    fields: dict[str, Any] = {
        "id": fact_id,
        "kind": FactKind.PREFERENCE,
        "text": text,
        "key": f"want + {fact_id}",
        "base": 0.95,
        "decay": 0.0,
        "tier": Tier.STRONG,
        "method": "rules/1",
        "created_at": NINE,
        "updated_at": NINE,
    }
    return Fact(**fields | changes)


def episode(episode_id: str, summary: str, session: str = "s") -> Episode:
    start = NINE - timedelta(minutes=30)
    return Episode(episode_id, session, start, start + timedelta(minutes=5), summary, ("codex",), "rules/1")


async def remember(storage: Storage, me: Caller) -> None:
    """Two facts, an episode and a card."""
    async with storage.begin(me.tenant) as uow:
        await uow.memory.facts.put(fact(COMMITS, "Wants small commits."))
        await uow.memory.facts.put(fact(GERMAN, "Writes German.", base=0.5, tier=Tier.TENTATIVE))
        await uow.memory.episodes.put(episode(YESTERDAY, "They refused to push before the tests had run."), NINE)
        await uow.memory.profiles.put(Profile("- Wants small commits.", "Card: wants small commits.", "rules/1", NINE))


def candidate(response: str | int, probability: float, **changes: Any) -> dict[str, Any]:
    """One reply as the model gives it; a number is an option's."""
    named = {"option": response} if isinstance(response, int) else {"response": response}
    rest = {"reasoning": "They did so before.", "facts": [], "episodes": [], "satisfied": False}
    return {**named, "probability": probability, **rest, **changes}


def foretold(*candidates: dict[str, Any], something_else: float = 0.2) -> dict[str, Any]:
    return {"candidates": list(candidates), "something_else": something_else}
