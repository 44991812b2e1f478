"""One question against one person's past: how much each earlier answer counts now."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clone_mcp.language.message import KINDS, Message
from clone_mcp.language.replies import INTENTS
from clone_mcp.prediction.predictors.local.choices import preferences
from clone_mcp.prediction.predictors.local.sayings import BANDS, Flags, bits
from clone_mcp.prediction.predictors.local.window import CONTRADICTED, CUES, Floats, Window

KERNELS = ("even", "slow", "fast", "topic", "ask", "kind", "session", "previous", "cues", "sharp", "now")
"""Ways to weigh earlier answers: by age, by likeness of what was asked, by place in the session.

`now` is for questions like this one: what the person has contradicted since, n times in a row, counts little.
"""
VOTES = ("slow", "fast", "topic", "kind", "session", "cues", "sharp")
CHANGED = 3
"""So many answers in a row against the earlier ones are a change of mind."""
_LIKE_THIS = 0.6
"""Questions at least this alike are the same question asked again."""
_SHRINK = {"sharp": 0.3, "now": 0.3, "cues": 1.0, "topic": 0.5, "ask": 0.5}
_SHRUNK = np.array([_SHRINK.get(kernel, 2.0) for kernel in KERNELS])
_BLEND = {
    "slow": 0.1, "fast": 0.5, "cues": 0.5, "ask": 2.0, "topic": 2.0, "session": 0.05, "previous": 0.3,
}  # fmt: skip
_BLENDED = np.array([[_BLEND.get(kernel, 0.0)] for kernel in KERNELS])
_AMONG_KERNELS = [KERNELS.index(kernel) for kernel in VOTES]
TOPIC, ASK, NOW = KERNELS.index("topic"), KERNELS.index("ask"), KERNELS.index("now")
_LONGEST = 1000
_EVEN, SLOW, _FAST, _FADE, _LONG_FADE = (base ** np.arange(float(_LONGEST)) for base in (1.0, 0.985, 0.9, 0.99, 0.995))
"""How much an answer counts by its age, in several ways."""
_NO_CUES = CUES
"""Stands for the distance to a question of which no cues are known."""
_NEAR, _NEARER = (np.append(base ** np.arange(float(CUES)), 0.0) for base in (0.88, 0.75))


@dataclass(frozen=True, slots=True)
class Situation:
    """What all candidates of a question share."""

    message: Message
    window: Window
    total: int
    session: int
    """Number of the question's session in the window; -1 if nothing was said in it."""
    previous: int
    """Number of the saying before, in this session; -1 if there is none."""
    kernels: Floats
    """Per kernel the weight of each of the newest answers."""
    spans: Floats
    """Per kernel what the weights of candidates are held against."""
    agreed: int
    """How many of the newest answers to questions like this one mean the same, in a row."""
    kind: list[float]
    """The question's kind as flags."""
    preferences: list[float]
    """The chance of each listed choice, given that one is taken."""
    intents: Floats
    bands: Floats
    """The share of earlier answers of each intent and each length, by each of the VOTES."""

    def blend(self) -> Floats:
        """The kernels in one, for a first look at many candidates."""
        return (_BLENDED * self.kernels).sum(axis=0)


def situation(message: Message, window: Window, *, total: int, session_id: str | None) -> Situation:
    """Hold a question against the past."""
    session = window.sessions.get(session_id, -1)
    mine = np.flatnonzero(window.columns["session"] == session)
    previous = int(window.of[mine[0]]) if len(mine) else -1
    kernels, agreed = _kernels(message, window, session, previous)
    spans = kernels.sum(axis=1) + _SHRUNK
    shares = kernels[_AMONG_KERNELS] / spans[_AMONG_KERNELS, None]
    return Situation(
        message=message,
        window=window,
        total=total,
        session=session,
        previous=previous,
        kernels=kernels,
        spans=spans,
        agreed=agreed,
        kind=[float(message.kind == kind) for kind in KINDS],
        preferences=preferences(message.choices, message, window),
        intents=_by(window.columns["intent"], shares, len(INTENTS)),
        bands=_by(window.columns["band"], shares, BANDS),
    )


def _by(trait: np.ndarray, shares: Floats, count: int) -> Floats:
    """The shares, summed by what the answers are."""
    return shares @ (trait[:, None] == np.arange(count)).astype(float)


def _kernels(message: Message, window: Window, session: int, previous: int) -> tuple[Floats, int]:
    columns, count = window.columns, len(window.reads)
    even, long_fade = _EVEN[:count], _LONG_FADE[:count]
    cues = np.frombuffer(bits(message.cues, CUES), np.uint64)
    apart = np.bitwise_count(columns["cues"] ^ cues).sum(axis=1, dtype=np.intp)
    apart[~columns["has_cues"]] = _NO_CUES
    topics, asks = window.topics(message), window.asks(message)
    now, agreed = _now(window, np.maximum(topics, asks) >= _LIKE_THIS)
    kernels = np.stack(
        [
            even,
            SLOW[:count],
            _FAST[:count],
            topics**4,
            asks**3,
            _FADE[:count] * (columns["kind"] == KINDS.index(message.kind)),
            (columns["session"] == session) * even,
            (window.before == previous) * even if previous >= 0 else 0 * even,
            long_fade * _NEAR[apart],
            long_fade * _NEARER[apart],
            long_fade * now,
        ]
    )
    return kernels, agreed


def _now(window: Window, like: Flags) -> tuple[Floats, int]:
    """What each answer to a question like this counts, going by how long the newest ones agree; and how many do."""
    places = np.flatnonzero(like)
    if not len(places):
        return np.zeros(len(like)), 0
    agrees = window.same_as(int(window.of[places[0]]))[window.of]
    agreed = int((~agrees[places]).argmax()) or len(places)
    weights: Floats = np.where(agrees, 1.0, CONTRADICTED**agreed)
    return np.where(like, weights, 0.0), agreed
