"""What predictors go by: read before they are asked, or while they are, but never around a model call."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Generic, TypeVar
from uuid import UUID

from clone_mcp.access.spending import PaidModel
from clone_mcp.calibration.platt import worth
from clone_mcp.language.wrapped import hear
from clone_mcp.memory.context import Context
from clone_mcp.models.calibration import Grounds, Standing
from clone_mcp.models.events import IDLE
from clone_mcp.models.memory import Bundle, ContextRequest
from clone_mcp.models.prediction import Guess, Proposal, Question
from clone_mcp.models.usage import Purpose
from clone_mcp.ports import Clock, Materials, Storage, Surroundings

T = TypeVar("T")

PHRASES = 150
ANSWERS = 300
"""The commonest phrases and the newest answers that a question is answered by, however long the history. The weights
that ship were learned from as many."""
ENDINGS = 120
"""The newest ends of sessions."""
QUERY = 20_000
"""Characters of the questions that the bundle is ranked by."""


class Gather:
    """Reads the history at once, and the rest when a predictor asks for it."""

    def __init__(
        self, storage: Storage, clock: Clock, context: Context | None = None, paid: PaidModel | None = None
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._context = context or Context(storage, clock)
        self._paid = paid

    async def __call__(self, tenant: UUID, questions: Sequence[Question]) -> list[Materials]:
        """Materials for each question. All of them share one history and one bundle."""
        grounds = await self.grounds(tenant, questions)
        bundle = _Once(lambda: self._bundle(tenant, [heard(question, grounds.standing) for question in questions]))
        model = self._paid.of(tenant, Purpose.PREDICT) if self._paid else None
        calibrate = calibration(grounds.standing)
        return [
            Materials.of(
                grounds.history,
                surroundings=_Once(partial(self._surroundings, tenant, question, bundle)),
                model=model,
                calibrate=calibrate,
                standing=grounds.standing,
            )
            for question in questions
        ]

    async def grounds(self, tenant: UUID, questions: Sequence[Question]) -> Grounds:
        """History and what holds now, in one transaction and one trip."""
        sessions = sorted({question.session_id for question in questions if question.session_id})
        # Nothing is wrapped around what stands on one line.
        agents = sorted({question.agent for question in questions if "\n" in question.agent_input.strip()})
        idle_since = self._clock.now() - IDLE
        return await self._storage.once(
            tenant,
            lambda uow: uow.calibration.grounds(
                phrases=PHRASES,
                answers=ANSWERS,
                endings=ENDINGS,
                sessions=sessions,
                agents=agents,
                idle_since=idle_since,
            ),
            readonly=True,
        )

    async def _bundle(self, tenant: UUID, questions: Sequence[Question]) -> Bundle:
        request = ContextRequest(
            query="\n".join(question.heard for question in questions)[-QUERY:],
            recency_minutes=max(question.recency_minutes for question in questions),
        )
        return await self._context(tenant, request)

    async def _surroundings(self, tenant: UUID, question: Question, bundle: _Once[Bundle]) -> Surroundings:
        shared = await bundle()
        if question.session_id is None:
            return Surroundings(shared)
        async with self._storage.begin(tenant, readonly=True) as uow:
            rows = await uow.memory.raws.of_session(question.session_id)
        return Surroundings(shared, tuple(raw for raw in rows if raw.text))


def heard(question: Question, standing: Standing) -> Question:
    """The question with what the agent said in it, where a client wrapped that. Nothing else finds that out.

    Only for guessing: gate and store get the question as it was put.
    """
    said, beside = hear(
        question.agent_input,
        earlier=standing.asked.get(question.agent, ()),
        recorded=standing.said.get(question.session_id or "", ""),
    )
    if said == question.agent_input and beside is None:
        return question
    return replace(question, said=said, beside=beside)


def calibration(standing: Standing) -> Callable[[str, float], float]:
    """What a score may be acted on as, by the fits that are in use."""
    return lambda predictor, score: worth(standing.fits.get(predictor), score)


def scored_by(
    predictor: str, proposal: Proposal, calibrate: Callable[[str, float], float]
) -> list[tuple[Guess, float]]:
    """Each guess with what its score is worth. A cascade has calibrated its guesses itself."""
    worths = [
        calibrate(predictor, guess.score) if guess.calibrated is None else guess.calibrated
        for guess in proposal.guesses
    ]
    capped = [
        replace(guess, most=calibrate(predictor, guess.most)) if guess.calibrated is None and guess.most < 1 else guess
        for guess in proposal.guesses
    ]
    return list(zip(capped, within_one(worths) if proposal.exclusive else worths, strict=True))


def within_one(chances: Sequence[float]) -> list[float]:
    """Chances that add up to 1 at most: of answers that differ no two come true. The first, which counts, stays."""
    first, others = chances[0], chances[1:]
    total = sum(others)
    scale = (1.0 - first) / total if total > 1.0 - first else 1.0
    return [first, *(chance * scale for chance in others)]


class _Once(Generic[T]):
    """Something that is read when it is first asked for, and then kept."""

    def __init__(self, read: Callable[[], Awaitable[T]]) -> None:
        self._read = read
        self._lock = asyncio.Lock()
        self._found: list[T] = []

    async def __call__(self) -> T:
        async with self._lock:
            if not self._found:
                self._found.append(await self._read())
        return self._found[0]
