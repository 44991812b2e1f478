"""L1 → L2 with a model: claims that rules can't read, through the same gates and grades as theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from clone_mcp.access.spending import PaidModel, account
from clone_mcp.memory.evidence import evidence_tombstone
from clone_mcp.memory.facts import support
from clone_mcp.memory.model.claims import SCHEMA, claim_in
from clone_mcp.memory.model.reading import Stretch, answer, asks, citable, method_of, stretch
from clone_mcp.models.events import Job
from clone_mcp.models.memory import Claim, Layer
from clone_mcp.models.usage import Purpose
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.ports.language_model import LanguageModel


@dataclass(frozen=True, slots=True)
class DistilResult:
    """What a run came to."""

    episodes: int = 0
    claims: int = 0
    dropped: int = 0
    """Claims that cited what they could not, or said nothing."""


class DistilFacts:
    """Distils facts from episodes that no model has read yet. Rules distil from the same ones, with or without it."""

    def __init__(
        self, storage: Storage, clock: Clock, paid: PaidModel | None, model: str, nonce: Callable[[], str]
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._paid = paid
        self._model = model
        self._nonce = nonce

    async def __call__(
        self,
        tenant: UUID,
        *,
        since: datetime | None = None,
        limit: int = 50,
        model: str | None = None,
        force: bool = False,
    ) -> DistilResult:
        """Read at most so many episodes, newest first; with `force` also those that a model has read before.

        Raises what LanguageModel raises. What was distilled before the failure stays.
        """
        asked, read_at = account(self._paid, tenant, Purpose.DISTIL), self._clock.now()
        async with self._storage.begin(tenant, readonly=True) as uow:
            episodes = await uow.memory.episodes.to_distil(since=since, limit=limit, again=force)
            stretches = [await stretch(uow, episode) for episode in episodes]
        total = DistilResult()
        for group in asks(stretches):
            said = await self._ask(asked, model or self._model, group)
            claims = [claim for claim in said if claim is not None]
            async with self._storage.begin(tenant) as uow:
                await self._keep(uow, claims, group, method_of(model or self._model), read_at)
            total = DistilResult(
                total.episodes + len(group), total.claims + len(claims), total.dropped + len(said) - len(claims)
            )
        return total

    async def _ask(self, asked: LanguageModel, model: str, group: Sequence[Stretch]) -> list[Claim | None]:
        value = await answer(asked, model, group, page="facts.md", name="claims", schema=SCHEMA, nonce=self._nonce())
        rows = citable(group)
        return [claim_in(each, rows) for each in value["claims"]]

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
