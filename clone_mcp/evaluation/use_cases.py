"""What Evaluation offers to everybody outside it: a backtest, who may answer other people's questions, and what is done
once a history was taken in.

The loop of every replay is in replay.py. Measures on other people's data are in evaluate.py.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from clone_mcp.access.spending import PaidModel
from clone_mcp.evaluation.backtest import Backtest
from clone_mcp.evaluation.evaluate import AnswerPeople
from clone_mcp.evaluation.paid import Payer
from clone_mcp.evaluation.report import Report
from clone_mcp.memory.as_of import AsOf
from clone_mcp.memory.offers import FindOffers
from clone_mcp.memory.promote import Promote, Promoted
from clone_mcp.memory.standing_words import asks
from clone_mcp.models.memory import FactKind
from clone_mcp.models.standing import StandingStatus
from clone_mcp.ports import Predictor, Storage
from clone_mcp.prediction.predictors.cascade import PREDICTORS, Choice, chosen
from clone_mcp.prediction.predictors.model import ModelPredictor
from clone_mcp.settings import Settings

_TOLD = 5
ENOUGH = 20
"""Questions below which a share of them says nothing."""
Replay = Callable[[], Awaitable[Report]]
"""Replays the history. A calibration that is fitted to it is stored by whoever replays."""


@dataclass(frozen=True, slots=True)
class LearningSummary:
    """What a person is told after their history was read."""

    promoted: Promoted
    facts: int
    """What is known of them and may be used."""
    waiting: int
    """What waits for their yes."""
    stated: tuple[str, ...]
    """The most important things they said of themselves."""
    habits: tuple[str, ...]
    """What they type most."""
    report: Report | None
    """How often Clone would have been right on the history. None where too little was asked in it to tell."""
    offers: tuple[str, ...] = ()
    """What they answered the same way again and again, as questions that are put to them."""


class LearnFromImport:
    """What is done once a history was taken in."""

    def __init__(self, storage: Storage, promote: Promote, offers: FindOffers) -> None:
        self._storage = storage
        self._promote = promote
        self._offers = offers

    async def __call__(self, tenant: UUID, *, replay: Replay | None = None) -> LearningSummary:
        """Promote what is new through all tiers, replay the history if asked to, and gather what to tell."""
        promoted = await self._promote(tenant)
        while await self._offers(tenant):  # a part of the answers at a time
            pass
        report = await replay() if replay is not None else None
        async with self._storage.begin(tenant, readonly=True) as uow:
            facts = await uow.memory.facts.all()
            waiting = await uow.memory.reviews.waiting()
            offered = await uow.memory.standing.all(statuses=[StandingStatus.OFFERED])
        usable = [fact for fact in facts if fact.usable]
        habits = [fact.text for fact in usable if fact.kind is FactKind.HABIT]
        stated = [fact.text for fact in usable if fact.kind is not FactKind.HABIT]
        telling = report if report and report.questions >= ENOUGH else None
        often = sorted(offered, key=lambda each: -each.evidence)
        return LearningSummary(
            promoted,
            len(usable),
            len(waiting) + len(offered),
            tuple(stated[:_TOLD]),
            tuple(habits[:_TOLD]),
            telling,
            tuple(map(asks, often)),
        )


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How good Clone would have been."""

    backtest: Backtest
    learn_from_import: LearnFromImport
    answer_people: AnswerPeople


def evaluation_over(
    settings: Settings,
    storage: Storage,
    promote: Promote,
    offers: FindOffers,
    as_of: AsOf,
    paid: PaidModel | None,
    nonce: Callable[[], str],
) -> Evaluation:
    """Evaluation of what lies in this storage."""
    asked = ModelPredictor(settings.model, nonce=nonce, redact=settings.redact)
    predictors = {name: partial(_usual, name, asked) for name in PREDICTORS}
    payer = Payer(paid, settings.model)
    folder = settings.home / "backtests"
    return Evaluation(
        backtest=Backtest(storage, as_of, predictors, payer, folder=folder),
        learn_from_import=LearnFromImport(storage, promote, offers),
        answer_people=AnswerPeople(predictors, payer),
    )


def _usual(name: Choice, asked: Predictor) -> Predictor:
    return chosen(name, asked).usual
