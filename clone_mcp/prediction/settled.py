"""The reply that the person has settled for a question, and what lets it be acted on: one of their standing answers.

What matches is decided in stakes/standing.py; pause, shadow mode and the threshold hold it in decision.py like every
other answer. Here its number is put together, and its use is counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from math import nextafter
from uuid import UUID

from clone_mcp.errors import NotFound
from clone_mcp.memory.standing import DAY, KnownStanding, known_standing
from clone_mcp.models.act import Act, Leave, Weight
from clone_mcp.models.calibration import Standing
from clone_mcp.models.prediction import CitedFact, Guess, Question
from clone_mcp.models.standing import StandingMatch
from clone_mcp.ports import Storage, UnitOfWork
from clone_mcp.prediction.weighing import Scored, Weighing
from clone_mcp.stakes.standing import (
    REASON,
    ReadQuestion,
    best,
    clashing,
    contradict,
    leaves,
    means_the_same,
    moving,
    read_question,
    suspend,
)

NAME = "standing"
"""What such predictions are called instead of a predictor: no fit of a predictor learns from them."""
_ONLY_THE_PERSONS = (Weight.GRAVE, Weight.UNREAD)


class UsedUp(Exception):
    """Meanwhile the standing answer was suspended, or used as often as it may be."""


@dataclass(frozen=True, slots=True)
class SettledReply:
    """What a standing answer makes of a question."""

    match: StandingMatch
    acts: tuple[Act, ...]
    question: ReadQuestion

    @property
    def held(self) -> str | None:
        """Why it may not be acted on."""
        return self.match.because if self.match.verdict == "full" else None

    @property
    def leave(self) -> tuple[Leave, ...]:
        """What lets its acts."""
        return leaves(self.match, self.acts)

    @property
    def weighing(self) -> Weighing:
        """What it would set in motion. The person has decided that it may."""
        answer = self.match.answer
        cited = (CitedFact(answer.id, 1.0, NAME),)
        grave = any(act.weight in _ONLY_THE_PERSONS for act in self.acts)
        return Weighing(self.acts, grave, None, self.leave, cited)

    def first(self, scored: Scored, *, k: int, threshold: float) -> list[tuple[Guess, float]]:
        """The guesses with this reply before them. Only this reply may be acted on."""
        sent, below = self.match.answer.sent, nextafter(threshold, 0.0)
        mine = Guess(self.match.reply, sent, REASON % self.match.answer.id[:8])
        others = [
            (replace(guess, most=min(guess.most, below)), min(worth, 1.0 - sent))
            for guess, worth in scored
            if not means_the_same((self.question, guess.response), (self.question, self.match.reply))
        ]
        return [(mine, sent), *others[: max(0, k - 1)]]


class FindSettled:
    """Looks whether the person has settled this question."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def __call__(
        self, tenant: UUID, question: Question, asked: Question, standing: Standing, *, now: datetime
    ) -> SettledReply | None:
        """The standing answer that matches, or that only its limit per day holds. `asked` is the question as heard.

        Two that contradict each other are suspended, and answer nothing.
        """
        if not standing.settled:
            return None
        read = read_question(asked.heard, question.options)
        if all(each.question.sign != read.asked.sign for each in standing.settled):
            return None
        usable = asked.said is None and asked.beside is None

        async def known(uow: UnitOfWork) -> tuple[str | None, KnownStanding]:
            return await _project(uow, question.session_id), await known_standing(uow, now=now)

        project, settled = await self._storage.once(tenant, known, readonly=True)
        found = best(settled.answers, read, project=project, now=now, used_today=settled.used_today, usable=usable)
        if clash := clashing(found):
            await self._storage.once(tenant, lambda uow: _suspend(uow, [each.id for each in clash], now))
            return None
        # What is used up for today is held: then nothing else answers the question, either.
        chosen = next((each for each in found if each.verdict in ("match", "full")), None)
        return SettledReply(chosen, moving(read, chosen.reply), read) if chosen else None


async def use(uow: UnitOfWork, settled: SettledReply, prediction_id: str, now: datetime) -> None:
    """Count a use, in the transaction that stores its prediction. Raises UsedUp if it may not be used any more."""
    answer = settled.match.answer
    most = answer.limits.per_day
    if not await uow.memory.standing.used(answer.id, prediction_id, now, since=now - DAY, at_most=most):
        raise UsedUp


async def _project(uow: UnitOfWork, session_id: str | None) -> str | None:
    if session_id is not None:
        with suppress(NotFound):  # nothing was recorded of it
            return (await uow.sessions.get(session_id)).project
    return None


async def _suspend(uow: UnitOfWork, ids: Sequence[str], now: datetime) -> None:
    await uow.memory.alone()
    present = [await uow.memory.standing.get(each) for each in ids]
    for one in present:
        other = next((each for each in present if contradict(one, each)), None)
        if other is not None:
            said = f"It contradicts another one, which answers *{other.reply}* to the same question."
            await uow.memory.standing.put(suspend(one, said, now))
