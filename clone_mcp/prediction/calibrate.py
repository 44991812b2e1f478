"""Learns from outcomes what a predictor's score is worth for this person, and tells how well that came true.

The arithmetic is in `calibration`. Here it gets its labels and their weights, and what it finds is stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from clone_mcp.calibration import platt, reliability
from clone_mcp.calibration.platt import IDENTITY, MOST_LABELS, Fit, Ridge, Sample
from clone_mcp.calibration.reliability import Forecast
from clone_mcp.calibration.statistics import PromiseFigures, Statistics, promised, statistics
from clone_mcp.errors import Invalid
from clone_mcp.models.access import Caller, require_owner
from clone_mcp.models.calibration import (
    BY_MEANING,
    LABELS,
    OutcomeSource,
    PredictionFigures,
    Promise,
    Standing,
    StoredFit,
    told_by,
)
from clone_mcp.models.prediction import Decision, Kind, Outcome
from clone_mcp.ports import Clock, Storage, UnitOfWork
from clone_mcp.prediction.continuation import NAME as CONTINUATION
from clone_mcp.prediction.decision import SHADOW
from clone_mcp.prediction.feedback import Settle
from clone_mcp.prediction.predictors import local

CALIBRATE = "calibrate"
"""The kind of job that does this."""

_RIDGES = {**dict.fromkeys(local.NAMES, platt.LEARNED), CONTINUATION: platt.PERSONAL}
_SOURCE, _REPLAY = "source", "replay"
_WEIGHTS = {OutcomeSource.TYPED: 1.0, OutcomeSource.PERSON: 0.75, OutcomeSource.AGENT: 0.5, OutcomeSource.CLAIMED: 0.25}
_STOOD = 0.5
"""Nobody undid it. That is less than an approval and more than a claim."""
_OF_ITSELF = 0.25
"""A client that acted on an answer and calls it accepted has asked nobody."""
_MOST = 20_000
"""Predictions that statistics look at, the newest."""


@dataclass(frozen=True, slots=True)
class Refit:
    """What became of one predictor's fit."""

    predictor: str
    labels: int
    before: StoredFit | None
    after: StoredFit | None
    """The same as before where the labels say nothing new, or are too few."""


@dataclass(frozen=True, slots=True)
class Calibrated:
    """What a calibration came to."""

    settled: int
    """Outcomes that were read off what the person typed."""
    fits: tuple[Refit, ...]
    promise: PromiseFigures | None


class Calibrate:
    """Settles what is open, fits every predictor anew, and sees what threshold keeps the promise."""

    def __init__(self, storage: Storage, clock: Clock, settle: Settle, *, promise: float | None = None) -> None:
        """`promise`: the share of wrong automatic answers to promise where the person has not said."""
        self._storage = storage
        self._clock = clock
        self._settle = settle
        self._promise = promise

    async def __call__(self, tenant: UUID) -> Calibrated:
        """Predictions made before keep their confidence; only later ones go by the new fits."""
        settled = await self._settle(tenant)
        now = self._clock.now()
        async with self._storage.begin(tenant, readonly=True) as uow:
            outdated = [fit.predictor for fit in await uow.calibration.fits() if not fit.by_meaning]
            names = sorted({*await uow.calibration.predictors(), *outdated})
            labels = {name: await uow.calibration.labels(name, limit=MOST_LABELS) for name in names}
            # By themselves, so that no number of reports pushes them out of what is looked at.
            vouched = {name: await uow.calibration.labels(name, limit=MOST_LABELS, vouched=True) for name in names}
        fits = {name: await asyncio.to_thread(fitted, name, labels[name], vouched[name], now) for name in names}
        for name in outdated:
            fits[name] = fits[name] or _unlearned(name, now)
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone()  # versions count on
            standing = await uow.calibration.standing()
            refits = [await _put(uow, standing, name, fits[name], len(labels[name])) for name in names]
            known = {each.id: each for lists in (labels, vouched) for made in lists.values() for each in made}
            at_most = standing.promise.at_most if standing.promise else self._promise
            kept = None if at_most is None else await _keep(uow, at_most, list(known.values()), now)
        return Calibrated(settled, tuple(refits), kept)

    async def replayed(
        self, tenant: UUID, predictor: str, newest_first: Sequence[Sample], *, attested: Sequence[Sample] = ()
    ) -> StoredFit | None:
        """Start from how the predictor did on the person's history. None, and nothing changed, if that says less.

        It stays in use until as many outcomes are known of predictions that were really made. `attested` are the
        samples of which somebody vouches for what the person typed.
        """
        told = _fit(predictor, newest_first, self._clock.now(), {_SOURCE: _REPLAY})
        if told is None:
            return None
        found = told.under(platt.ceilings([attested], ridge_of(predictor)))
        async with self._storage.begin(tenant) as uow:
            await uow.memory.alone()  # versions count on
            standing = await uow.calibration.standing()
            before = standing.fits.get(predictor)
            made = before is not None and before.by_meaning and before.details.get(_SOURCE) != _REPLAY
            if before is not None and made and not _rests_on_more(found, before):
                return None
            return (await _put(uow, standing, predictor, found, found.labels)).after


class Stats:
    """Counts and measures a person's predictions, those of backtests aside: these are not stored."""

    def __init__(self, storage: Storage, clock: Clock, settle: Settle, *, promise: float | None = None) -> None:
        """`promise`: the share of wrong automatic answers to promise where the person has not said."""
        self._storage = storage
        self._clock = clock
        self._settle = settle
        self._promise = promise

    async def __call__(self, caller: Caller, *, since: datetime | None = None) -> Statistics:
        """The newest 20,000 predictions, or those since a moment. What is open is settled first."""
        await self._settle(caller.tenant)
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            made = await uow.calibration.predictions(since=since, limit=_MOST)
            standing = await uow.calibration.standing()
        at_most = standing.promise.at_most if standing.promise else self._promise
        fits = list(standing.fits.values())
        # Up to a second of arithmetic, which others need not wait for.
        return await asyncio.to_thread(statistics, made, fits, since=since, at_most=at_most, watched=SHADOW)

    async def promise(self, caller: Caller, at_most: float | None) -> None:
        """Promise that at most this share of automatic answers is wrong, or nothing. The owner's to say.

        Raises Invalid unless it lies between 0 and 1, Forbidden for anybody else.
        """
        require_owner(caller)
        if at_most is not None and not 0 < at_most < 1:
            raise Invalid(f"Nobody can promise {at_most:.0%} wrong answers.", hint="Name a share between 0 and 1.")
        now = self._clock.now()
        async with self._storage.begin(caller.tenant) as uow:
            if at_most is None:
                await uow.calibration.promise(None, at=now)
                return
            await _keep(uow, at_most, await uow.calibration.predictions(since=None, limit=_MOST), now)


async def _keep(uow: UnitOfWork, at_most: float, made: Sequence[PredictionFigures], now: datetime) -> PromiseFigures:
    """Look for the threshold that keeps this promise, and store both."""
    kept = promised(made, at_most, watched=SHADOW)
    await uow.calibration.promise(Promise(at_most, kept.threshold), at=now)
    return kept


def samples(made: Sequence[PredictionFigures], *, as_shown: bool = False) -> list[Sample]:
    """What there is to learn from, in the same order."""
    labels = [each.label_as_shown if as_shown else each.label for each in made]
    return [
        Sample(each.raw, label, _weight(each)) for each, label in zip(made, labels, strict=True) if label is not None
    ]


def _weight(made: PredictionFigures) -> float:
    feedback = made.feedback
    if feedback is None or not feedback.judges(made.decision):
        return _STOOD
    if feedback.implicit and made.kind is Kind.CONTINUATION:
        return 1.0  # that they stopped is never attested: weighed less, it would make going on look more likely
    told = told_by(feedback.by)
    acted = made.decision is Decision.AUTO and feedback.outcome is Outcome.ACCEPTED
    if (
        acted
        and told in (OutcomeSource.PERSON, OutcomeSource.AGENT)
        and feedback.by != "owner"
        and feedback.actual_response is None
    ):
        return _OF_ITSELF
    return _WEIGHTS[told]


def fitted(
    predictor: str, made: Sequence[PredictionFigures], vouched: Sequence[PredictionFigures], now: datetime
) -> StoredFit | None:
    """A fit without its version; None where the labels are too few.

    `made` are the newest labels, whoever told them; `vouched` are the newest that somebody vouches for. What is acted
    on has to be right: what was only edited counts as half right in the fit itself and as wrong in its ceilings.
    """
    found = _fit(predictor, samples(made, as_shown=True), now, {})
    if found is None:
        return None
    theirs = [each for each in vouched if each.vouched]
    nested = [samples(theirs)]
    if gone := [each for each in made if each.left_off and not each.vouched]:  # else only those who go on are counted
        nested.append([*nested[0], *samples(gone)])
    if any(each.label != each.label_as_shown for each in made):
        nested.append(samples(made))
    if any(each.label != each.label_as_shown for each in theirs):  # half right may mean a flatter fit, lower at its end
        nested.append(samples(theirs, as_shown=True))
    return found.under(platt.ceilings(nested, ridge_of(predictor)))


def _fit(predictor: str, learned: Sequence[Sample], now: datetime, details: Mapping[str, Any]) -> StoredFit | None:
    if len(learned) < platt.LEAST_LABELS:
        return None
    found = platt.fit(learned, ridge_of(predictor))
    told = {
        **details,
        LABELS: BY_MEANING,
        "log_loss_raw": _log_loss(learned, IDENTITY),
        "log_loss": _log_loss(learned, found),
    }
    return StoredFit(predictor, 0, found.a, found.b, found.n, now, told)


def _unlearned(predictor: str, now: datetime) -> StoredFit:
    """In place of a fit from before labels went by meaning, while too little is known for another: no change."""
    return StoredFit(predictor, 0, IDENTITY.a, IDENTITY.b, IDENTITY.n, now, {LABELS: BY_MEANING})


def ridge_of(predictor: str) -> Ridge:
    """How firmly a fit is held. A model states its confidence; ours comes from what other people did."""
    return _RIDGES.get(predictor, platt.STATED)


def _log_loss(learned: Sequence[Sample], by: Fit) -> float | None:
    return reliability.log_loss([Forecast(by.apply(sample.raw), sample.target) for sample in learned])


async def _put(uow: UnitOfWork, standing: Standing, predictor: str, found: StoredFit | None, labels: int) -> Refit:
    before = standing.fits.get(predictor)
    holds = before is not None and before.by_meaning
    if found is None or (before and holds and (before.says_the_same(found) or _says_more(before, found))):
        return Refit(predictor, labels, before, before)
    version = before.version + 1 if before else 1
    after = StoredFit(predictor, version, found.a, found.b, found.labels, found.fitted_at, found.details)
    await uow.calibration.put(after)
    return Refit(predictor, labels, before, after)


def _says_more(before: StoredFit, found: StoredFit) -> bool:
    """Whether what a replay of the person's history told rests on more than the outcomes that are known by now."""
    replayed = before.details.get(_SOURCE) == _REPLAY and found.details.get(_SOURCE) != _REPLAY
    return replayed and _rests_on_more(before, found)


def _rests_on_more(one: StoredFit, other: StoredFit) -> bool:
    """By vouched labels first: no number of reports puts aside what the person did."""
    return (one.vouched, one.labels) > (other.vouched, other.labels)
