"""Which kind of job is which use case, and what every tenant gets once a day.

Each may run twice and does no harm then. What takes jobs out of the queue stands in `worker.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from clone_mcp.access.limits import Quota
from clone_mcp.memory.erase import PURGE
from clone_mcp.memory.offers import FIND, FIND_OFFERS
from clone_mcp.memory.precedents import COUNT, PRECEDENTS
from clone_mcp.memory.promote import MODEL
from clone_mcp.memory.sync import EMBED
from clone_mcp.memory.use_cases import Memory
from clone_mcp.models.events import IDLE, Job
from clone_mcp.models.standing import StandingStatus
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.ports.work import DAILY, Handlers
from clone_mcp.prediction.calibrate import CALIBRATE
from clone_mcp.prediction.feedback import WINDOW
from clone_mcp.prediction.rejudge import REJUDGE
from clone_mcp.prediction.use_cases import Prediction


def handlers(memory: Memory, prediction: Prediction, daily: Daily) -> Handlers:
    """Every kind of job there is."""
    model, embed = memory.steps.daily, memory.embed

    async def summarise(tenant: UUID, payload: dict[str, Any]) -> None:
        await memory.steps.sync(tenant)
        if "session_id" in payload:
            await prediction.settle.session(tenant, str(payload["session_id"]))
            await memory.steps.episodes.when_quiet(tenant, str(payload["session_id"]))
        else:
            await memory.steps.episodes(tenant)
        await memory.precedents(tenant)
        await memory.offers(tenant)

    async def distil(tenant: UUID, _payload: dict[str, Any]) -> None:
        await memory.steps.facts(tenant)
        if model is not None:  # it reads what is new after the rules, where one is allowed
            await model.when_due(tenant)

    kinds: Handlers = {
        "episodes": summarise,
        "facts": distil,
        "profile": lambda tenant, _payload: memory.steps.profile(tenant),
        CALIBRATE: lambda tenant, _payload: prediction.calibrate(tenant),
        REJUDGE: prediction.rejudge,
        PRECEDENTS: memory.precedents,
        FIND: memory.offers,
        PURGE: lambda tenant, _payload: memory.purge(tenant),
        DAILY: daily,
    }
    if model is not None:
        kinds = {**kinds, MODEL.kind: lambda tenant, _payload: model(tenant)}
    if embed is not None:
        kinds = {**kinds, EMBED.kind: lambda tenant, _payload: embed(tenant)}
    return kinds


class Daily:
    """Enqueues the promotions that have something to do. A tenant that has nothing new costs one read.

    With `model`, episodes that no model has read yet are something to do.
    """

    def __init__(self, storage: Storage, clock: Clock, *, model: bool = False, quota: Quota | None = None) -> None:
        self._storage = storage
        self._clock = clock
        self._model = model
        self._quota = quota

    async def __call__(self, tenant: UUID, _payload: dict[str, Any] | None = None) -> None:
        now = self._clock.now()
        async with self._storage.begin(tenant, readonly=True) as uow:
            sessions = await uow.memory.episodes.pending(idle_since=now - IDLE, limit=1)
            episodes = await uow.memory.episodes.unpromoted(limit=1)
            if self._model and not episodes:
                episodes = await uow.memory.episodes.to_distil(since=None, limit=1, again=False)
            expired = await uow.memory.facts.expired(now)
            judged = await _has_something_to_learn(uow, now)
            uncounted = await uow.memory.precedents.uncounted(limit=1)
            settled = await _has_something_settled(uow, now)
        if not (sessions or episodes or expired or judged or uncounted or settled):
            return
        if self._quota is not None:  # what was counted event by event is only near enough
            await self._quota.recount(tenant)
        async with self._storage.begin(tenant) as uow:
            if sessions:
                await uow.jobs.enqueue(Job("episodes", dedupe_key="episodes"))
            if episodes or expired:
                await uow.jobs.enqueue(Job("facts", dedupe_key="facts"))  # which asks for the profile
            if judged:
                await uow.jobs.enqueue(Job(CALIBRATE, dedupe_key=CALIBRATE))
            if uncounted:
                await uow.jobs.enqueue(COUNT)
            if settled:
                await uow.jobs.enqueue(FIND_OFFERS)


async def _has_something_to_learn(uow: UnitOfWork, now: datetime) -> bool:
    """Whether predictions are open still, or an outcome has come in since the last fit."""
    if await uow.predictions.unclosed(since=now - WINDOW, limit=1):
        return True
    newest = await uow.calibration.newest_outcome()
    fitted = [fit.fitted_at for fit in await uow.calibration.fits()]
    return newest is not None and (not fitted or newest > max(fitted))


async def _has_something_settled(uow: UnitOfWork, now: datetime) -> bool:
    """Whether answers wait to be looked at, or a standing answer was not used for too long."""
    confirmed = await uow.memory.standing.all(statuses=[StandingStatus.CONFIRMED])
    return any(each.expired(now) for each in confirmed) or bool(await uow.memory.standing.unsigned(limit=1))
