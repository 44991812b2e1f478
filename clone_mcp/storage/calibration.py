"""The Calibration port: what a prediction goes by, read at once, and what the fits are learned from.

That is replies, and what holds for the person at the moment: fits in use, switches, what was promised. The fits are
worked out in prediction/calibrate.py, not here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.calibration import (
    VOUCHED,
    Ending,
    Grounds,
    PredictionFigures,
    Promise,
    Standing,
    StoredFit,
    Switch,
)
from clone_mcp.models.events import Author
from clone_mcp.models.prediction import Decision, Feedback, Kind, Outcome
from clone_mcp.storage import replies
from clone_mcp.storage.memory.standing import confirmed_answers
from clone_mcp.storage.reply_cache import ReplyCache
from clone_mcp.storage.schema import events, fits, predictions, sessions, standing
from clone_mcp.storage.scope import IDS, LONG_AGO, InScope, Repository, Scope, Upsert, remove, rows

FIT, PROMISE = "fit", "promise"
_STANDING = rows(standing, standing.c.name, standing.c.subject, standing.c.value, standing.c.at)
_PROJECTS = rows(sessions, sessions.c.id, sessions.c.project).where(
    sessions.c.id.in_(IDS), sessions.c.project.is_not(None)
)
_LOOKED_AT = 300
"""Sessions, the newest: looking for those that were left must not read every one there ever was."""
_session = sessions.c
_newest = (
    rows(
        sessions,
        *(_session.id, _session.question, _session.ended_at, _session.active_at, _session.project),
        sa.case((_session.last_key.is_not(None), _session.started_at)).label("begun_at"),
    )
    .where(sa.or_(_session.question.is_not(None), _session.last_key.is_not(None)))
    .order_by(_session.active_at.desc())
    .limit(_LOOKED_AT)
    .subquery()
)
_in_projects = sa.select(  # each with when the person last began to work in its project
    _newest, sa.func.max(_newest.c.begun_at).over(partition_by=_newest.c.project).label("latest_begun_at")
).subquery()
_happened_at = (  # sessions are active when something of them is received, and what is imported is received late
    rows(events, sa.func.max(events.c.occurred_at)).where(events.c.session_id == _in_projects.c.id).scalar_subquery()
)
_LEFT = (
    sa.select(_in_projects.c.id, sa.func.coalesce(_in_projects.c.question, b""))
    .where(
        sa.or_(
            _in_projects.c.ended_at.is_not(None),
            _in_projects.c.active_at < sa.bindparam("idle_since"),
            _happened_at < sa.bindparam("idle_since"),
            _happened_at < _in_projects.c.latest_begun_at,
        )
    )
    .order_by(_in_projects.c.active_at.desc())
    .limit(sa.bindparam("most"))
)
_SAID = (
    rows(events, events.c.payload)
    .where(
        events.c.session_id == sa.bindparam("session"),
        events.c.type == "agent.response",
        events.c.author == Author.AGENT.value,
    )
    .order_by(events.c.occurred_at.desc())
    .limit(1)
)
_MADE_OF_LATE = rows(predictions, predictions.c.id).order_by(predictions.c.created_at.desc()).limit(200)
_ASKED = (
    rows(predictions, predictions.c.agent_input)
    .where(predictions.c.id.in_(_MADE_OF_LATE), predictions.c.agent == sa.bindparam("by"))
    .order_by(predictions.c.created_at.desc())
    .limit(8)
)

_SET = Upsert.replacing(standing, ("value", "at"))
_UNSET = remove(standing).where(standing.c.name == sa.bindparam("which"), standing.c.subject == sa.bindparam("of_what"))
_NO_FITS = remove(standing).where(standing.c.name == FIT)
_KEEP = Upsert.into(fits)
_made = predictions.c
_WHEN = sa.func.coalesce(_made.outcome_at, _made.settled_at)
_MADE = rows(
    predictions,
    _made.id,
    _made.kind,
    _made.model,
    _made.candidates[0]["confidence"].label("confidence"),  # the texts are of no use here
    _made.threshold,
    _made.decision,
    _made.abstained,
    _made.created_at,
    _made.outcome,
    _made.outcome_by,
    _made.outcome_at,
    _made.actual_response.is_not(None).label("told"),
    _made.by_meaning,
    _made.stood,
)
# That words were alike is no outcome to learn from, and must not push others out of what is looked at.
_HAS_OUTCOME = sa.or_(sa.and_(_made.outcome.is_not(None), _made.by_meaning), _made.stood)
_LABELS = (
    _MADE.where(_made.model == sa.bindparam("predictor"), _HAS_OUTCOME)
    .order_by(_WHEN.desc(), _made.id)
    .limit(sa.bindparam("most"))
)
_VOUCHED_LABELS = _LABELS.where(_made.outcome_by.in_(sorted(VOUCHED)))
_MADE_SINCE = (
    _MADE.where(_made.created_at >= sa.bindparam("since"))
    .order_by(_made.created_at.desc(), _made.id)
    .limit(sa.bindparam("most"))
)
_PREDICTORS = rows(predictions, _made.model).where(_HAS_OUTCOME).distinct().order_by(_made.model)
_NEWEST = rows(predictions, sa.func.max(_WHEN).label("at")).where(_HAS_OUTCOME)


def _standing(scope: Scope) -> Standing:
    """What holds now, without sessions and their projects."""
    fits: dict[str, StoredFit] = {}
    switches: defaultdict[Switch, set[str]] = defaultdict(set)
    promise: Promise | None = None
    held: list[Any] = list(scope.run(_STANDING))
    for name, subject, value, at in held:
        if name == FIT:
            fits[subject] = StoredFit(predictor=subject, fitted_at=at, **value)
        elif name == PROMISE:
            promise = Promise(**value)
        else:
            switches[Switch(name)].add(subject)
    return Standing(fits, {switch: frozenset(projects) for switch, projects in switches.items()}, promise)


def _projects(scope: Scope, known: Standing, asked: Sequence[str]) -> Mapping[str, str]:
    """The projects of the sessions, as far as anything is switched on for a project."""
    if not any(projects - {""} for projects in known.switches.values()):
        return {}
    return {row.id: row.project for row in scope.rows_of(_PROJECTS, asked)}


def _endings(scope: Scope, *, most: int, idle_since: datetime) -> tuple[Ending, ...]:
    """The sessions that nobody went on with."""
    found: list[Any] = list(scope.run(_LEFT, most=most, idle_since=idle_since))
    return tuple(Ending(*row) for row in found)


def _last_responses(scope: Scope, asked: Sequence[str]) -> Mapping[str, str]:
    """What an agent said last in each of the sessions."""
    payloads = {session: scope.run(_SAID, session=session).scalar() for session in asked}
    return {session: payload["response"] for session, payload in payloads.items() if payload is not None}


def _newest_questions(scope: Scope, agents: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """What each of the agents put to Clone of late."""
    return {agent: tuple(text for (text,) in scope.run(_ASKED, by=agent)) for agent in agents}


def _prediction(row: Any) -> PredictionFigures:
    feedback = None
    if row.outcome is not None:
        said = "" if row.told else None  # whether it was said matters here, not what
        by, at, meant = row.outcome_by, row.outcome_at, bool(row.by_meaning)
        feedback = Feedback(row.id, Outcome(row.outcome), said, by, at, by_meaning=meant)
    return PredictionFigures(
        id=row.id,
        kind=Kind(row.kind),
        predictor=row.model,
        raw=row.confidence["raw"],
        calibrated=row.confidence["calibrated"],
        threshold=row.threshold,
        decision=Decision(row.decision),
        abstained=row.abstained,
        created_at=row.created_at,
        feedback=feedback,
        stood=row.stood,
    )


class SqlCalibration(Repository):
    """The Calibration port."""

    def __init__(self, run: InScope, cache: ReplyCache) -> None:
        super().__init__(run)
        self._reply_cache = cache

    async def grounds(
        self,
        *,
        phrases: int,
        answers: int,
        endings: int,
        sessions: Sequence[str],
        agents: Sequence[str],
        idle_since: datetime,
    ) -> Grounds:
        def read(scope: Scope) -> Grounds:
            history = replies.history(scope, self._reply_cache, phrases=phrases, answers=answers)
            known = _standing(scope)
            projects = _projects(scope, known, sessions)
            left = _endings(scope, most=endings, idle_since=idle_since)
            said, asked = _last_responses(scope, sessions if agents else ()), _newest_questions(scope, agents)
            settled = confirmed_answers(scope)
            known = replace(known, projects=projects, endings=left, said=said, asked=asked, settled=settled)
            return Grounds(history, known)

        return await self._run(read)

    async def standing(self) -> Standing:
        return await self._run(_standing)

    async def fits(self) -> Sequence[StoredFit]:
        known = await self._run(_standing)
        return [known.fits[name] for name in sorted(known.fits)]

    async def put(self, fit: StoredFit) -> None:
        values = {name: value for name, value in asdict(fit).items() if name not in ("predictor", "fitted_at")}

        def put(scope: Scope) -> None:
            scope.run(_KEEP, predictor=fit.predictor, fitted_at=fit.fitted_at, **values)
            scope.run(_SET, name=FIT, subject=fit.predictor, value=values, at=fit.fitted_at)

        await self._run(put)

    async def predictors(self) -> Sequence[str]:
        return await self._scalars(_PREDICTORS)

    async def labels(self, predictor: str, *, limit: int, vouched: bool = False) -> Sequence[PredictionFigures]:
        wanted = _VOUCHED_LABELS if vouched else _LABELS
        found = await self._all(wanted, predictor=predictor, most=limit)
        return [_prediction(row) for row in found if row.confidence]

    async def predictions(self, *, since: datetime | None, limit: int) -> Sequence[PredictionFigures]:
        found = await self._all(_MADE_SINCE, since=since or LONG_AGO, most=limit)
        return [_prediction(row) for row in found if row.confidence]

    async def newest_outcome(self) -> datetime | None:
        return await self._scalar(_NEWEST)

    async def switch(self, switch: Switch, *, project: str, on: bool, at: datetime) -> None:
        if on:
            await self._execute(_SET, name=switch.value, subject=project, value={}, at=at)
        else:
            await self._execute(_UNSET, which=switch.value, of_what=project)

    async def promise(self, promise: Promise | None, *, at: datetime) -> None:
        if promise is None:
            await self._execute(_UNSET, which=PROMISE, of_what="")
        else:
            await self._execute(_SET, name=PROMISE, subject="", value=asdict(promise), at=at)

    async def forget(self) -> None:
        def forget(scope: Scope) -> None:
            scope.run(_NO_FITS)
            scope.run(remove(fits))

        await self._run(forget)
