"""L1 → L2 with a model: claims that rules can't read, believed as far as they can be checked.

They pass through the same gates and grades as the claims that rules find.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from clone_mcp.language.claim_keys import key_of, opposite
from clone_mcp.memory.claims import LONGEST, gate_of, says_something
from clone_mcp.memory.evidence import evidence_tombstone
from clone_mcp.memory.facts import support
from clone_mcp.memory.model.prompt import (
    NEW,
    PromoteExtent,
    Reader,
    Stretch,
    asks,
    citable,
    line,
    listing,
    method_of,
    stretch,
)
from clone_mcp.models.events import Job
from clone_mcp.models.memory import Claim, FactKind, Gate, Layer, Raw
from clone_mcp.ports import Clock, Storage, UnitOfWork

_MOST_TAGS = 3

_FIELDS: dict[str, Any] = {
    "kind": {"type": "string", "enum": [kind.value for kind in FactKind]},
    "text": {"type": "string", "minLength": 1},
    "meaning": {"type": "string", "minLength": 1},
    "rows": {"type": "array", "items": {"type": "string"}},
    "tags": {"type": "array", "items": {"type": "string"}},
} | {flag: {"type": "boolean"} for flag in ("against", "explicit", "local", "sensitive", "authorises")}

_SCHEMA = listing("claims", _FIELDS)


def claim_in(said: Mapping[str, Any], citable: Mapping[str, Raw]) -> Claim | None:
    """The claim, or None: when it cites a line that it was not shown as the person's, none at all, or says nothing."""
    cited = list(dict.fromkeys(said["rows"]))
    if not cited or any(handle not in citable for handle in cited):
        return None
    rows = [citable[handle] for handle in cited]
    kind = FactKind(said["kind"])
    domain = "use" if kind in (FactKind.SKILL, FactKind.ARTIFACT) and not said["against"] else "want"
    key = key_of(domain, said["meaning"], against=said["against"])
    text = line(said["text"], LONGEST)
    if not text or not says_something(key):
        return None
    return Claim(
        kind=kind,
        text=text,
        key=key,
        raw_ids=tuple(raw.id for raw in rows),
        explicit=said["explicit"],
        opposes=opposite(key),
        gate=_gate(said, [text, said["meaning"], *(raw.text for raw in rows)]),
        tags=tuple(dict.fromkeys(line(tag, 40).casefold() for tag in said["tags"] if tag.strip()))[:_MOST_TAGS],
        project=rows[0].project if said["local"] else None,
    )


def _gate(said: Mapping[str, Any], texts: list[str]) -> Gate | None:
    """The strictest gate that the rules find in any of these words; the model may only add to that."""
    found = {gate_of(text) for text in texts}
    if said["authorises"] or Gate.GROUNDING in found:
        return Gate.GROUNDING
    return Gate.SENSITIVE if said["sensitive"] or Gate.SENSITIVE in found else None


@dataclass(frozen=True, slots=True)
class DistilResult:
    """What a run came to."""

    episodes: int = 0
    claims: int = 0
    dropped: int = 0
    """Claims that cited what they could not, or said nothing."""


class DistilFacts:
    """Distils facts from episodes that no model has read yet. Rules distil from the same ones, with or without it."""

    def __init__(self, storage: Storage, clock: Clock, reader: Reader) -> None:
        self._storage = storage
        self._clock = clock
        self._reader = reader

    async def __call__(self, tenant: UUID, wanted: PromoteExtent = NEW) -> DistilResult:
        """Read at most so many episodes, newest first; with `force` also those that a model has read before.

        Raises what LanguageModel raises. What was distilled before the failure stays.
        """
        asked, read_at = self._reader.account(tenant), self._clock.now()
        name = wanted.model or self._reader.model
        async with self._storage.begin(tenant, readonly=True) as uow:
            episodes = await uow.memory.episodes.to_distil(since=wanted.since, limit=wanted.limit, again=wanted.force)
            stretches = [await stretch(uow, episode) for episode in episodes]
        total = DistilResult()
        for group in asks(stretches):
            rows = citable(group)
            value = await self._reader.ask(asked, name, group, page="facts.md", name="claims", schema=_SCHEMA)
            said = [claim_in(each, rows) for each in value["claims"]]
            claims = [claim for claim in said if claim is not None]
            async with self._storage.begin(tenant) as uow:
                await self._keep(uow, claims, group, method_of(name), read_at)
            total = DistilResult(
                total.episodes + len(group), total.claims + len(claims), total.dropped + len(said) - len(claims)
            )
        return total

    async def _keep(
        self, uow: UnitOfWork, claims: Sequence[Claim], group: Sequence[Stretch], method: str, read_at: datetime
    ) -> None:
        await uow.memory.alone()
        kept = {episode.id for episode in await uow.memory.episodes.of([each.episode.id for each in group])}
        group = [each for each in group if each.episode.id in kept]
        for claim in claims:
            there = await _standing(uow, claim)
            for each in group:
                rows = tuple(raw.id for raw in each.rows if raw.id in there)
                if rows:
                    await support(uow, replace(claim, raw_ids=rows), each.episode, self._clock, method=method)
        for each in group:
            await uow.memory.episodes.distilled(each.episode.id, read_at)
        await uow.jobs.enqueue(Job("profile", dedupe_key="profile"))


async def _standing(uow: UnitOfWork, claim: Claim) -> set[str]:
    """The claim's rows, without those deleted while the model read, and those that a deleted fact rested on."""
    there = {raw.id for raw in await uow.memory.raws.of(claim.raw_ids)}
    buried = set(await uow.memory.tombstones.among(Layer.FACT, [evidence_tombstone(raw_id) for raw_id in there]))
    return {raw_id for raw_id in there if evidence_tombstone(raw_id) not in buried}
