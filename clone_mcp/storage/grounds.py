"""What a prediction goes by, read at once: replies, and what holds for the person at the moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from clone_mcp.models.calibration import Ending, Promise, Standing, StoredFit, Switch
from clone_mcp.storage.schema import sessions, standing
from clone_mcp.storage.scope import Scope, in_parts, rows

FIT, PROMISE = "fit", "promise"
_STANDING = rows(standing, standing.c.name, standing.c.subject, standing.c.value, standing.c.at)
_PROJECTS = rows(sessions, sessions.c.id, sessions.c.project).where(
    sessions.c.id.in_(sa.bindparam("ids", expanding=True)), sessions.c.project.is_not(None)
)
_LOOKED_AT = 1000
"""Sessions, the newest. Nearly all are answered, and looking for the others must not read every one there ever was."""
_newest = (
    rows(sessions, sessions.c.id, sessions.c.question, sessions.c.ended_at, sessions.c.active_at)
    .order_by(sessions.c.active_at.desc())
    .limit(_LOOKED_AT)
    .subquery()
)
_LEFT = (
    sa.select(_newest.c.id, _newest.c.question)
    .where(
        _newest.c.question.is_not(None),
        sa.or_(_newest.c.ended_at.is_not(None), _newest.c.active_at < sa.bindparam("idle_since")),
    )
    .order_by(_newest.c.active_at.desc())
    .limit(sa.bindparam("most"))
)


def now(scope: Scope) -> Standing:
    """What holds now, without sessions and their projects."""
    fits: dict[str, StoredFit] = {}
    switches: defaultdict[Switch, set[str]] = defaultdict(set)
    promise: Promise | None = None
    held: list[Any] = list(scope.run(_STANDING))
    for name, subject, value, at in held:
        if name == FIT:
            fits[subject] = fitted(subject, value, at)
        elif name == PROMISE:
            promise = Promise(**value)
        else:
            switches[Switch(name)].add(subject)
    return Standing(fits, {switch: frozenset(projects) for switch, projects in switches.items()}, promise)


def of_sessions(scope: Scope, known: Standing, asked: Sequence[str]) -> Mapping[str, str]:
    """The projects of the sessions, as far as anything is switched on for a project."""
    if not any(projects - {""} for projects in known.switches.values()):
        return {}
    return {row.id: row.project for part in in_parts(asked) for row in scope.run(_PROJECTS, ids=part)}


def left(scope: Scope, *, most: int, idle_since: datetime) -> tuple[Ending, ...]:
    """What the sessions waited on that nobody went on with."""
    found: list[Any] = list(scope.run(_LEFT, most=most, idle_since=idle_since))
    return tuple(Ending(*row) for row in found)


def fitted(predictor: str, value: dict[str, Any], at: datetime) -> StoredFit:
    return StoredFit(predictor=predictor, fitted_at=at, **value)
