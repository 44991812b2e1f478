"""How well a claim is borne out, from the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp

from clone_mcp.models.events import Channel
from clone_mcp.models.memory import Evidence, Tier

CANDIDATE_DAYS = 14
"""A candidate that no further evidence reaches for so long is discarded."""

_STRONG_REPEATS = 5
_STRONG_SESSIONS = 2
_STRONG_FROM, _STRONG_TO = 0.9, 0.98
_TENTATIVE_FROM, _TENTATIVE_TO = 0.4, 0.6
_EXPLICIT_FROM = 0.5
_CANDIDATE = 0.2
_PER_REPEAT = 0.05
_PATIENCE = 20
"""How many rows beyond the fifth it takes to come two thirds of the way to the top."""


def grade(evidence: Sequence[Evidence], *, explicit: bool, contradicted: bool) -> tuple[Tier, float]:
    """The tier and base importance of a claim. The same row counts once, however often it is cited.

    Only attested rows can make a claim strong. `contradicted` means that other evidence speaks against it.
    """
    rows = {row.raw_id: row for row in evidence}.values()
    attested = [row for row in rows if row.channel is Channel.ATTESTED]
    if len(attested) >= _STRONG_REPEATS and _sessions(attested) >= _STRONG_SESSIONS and not contradicted:
        return Tier.STRONG, _strong(len(attested))
    if len(rows) >= 2 or (rows and explicit):
        return Tier.TENTATIVE, _tentative(len(rows), explicit=explicit, contradicted=contradicted)
    return Tier.CANDIDATE, _CANDIDATE if rows else 0.0


def _sessions(rows: Iterable[Evidence]) -> int:
    return len({row.session_id for row in rows})


def _strong(repeats: int) -> float:
    grown = 1 - exp(-(repeats - _STRONG_REPEATS) / _PATIENCE)
    return round(_STRONG_FROM + (_STRONG_TO - _STRONG_FROM) * grown, 4)


def _tentative(repeats: int, *, explicit: bool, contradicted: bool) -> float:
    if contradicted:
        return _TENTATIVE_FROM
    start, first = (_EXPLICIT_FROM, 1) if explicit else (_TENTATIVE_FROM, 2)
    return round(min(_TENTATIVE_TO, start + _PER_REPEAT * (repeats - first)), 4)
