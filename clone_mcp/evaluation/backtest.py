"""How good the predictions would have been on a person's own history. For other people's, see evaluate.py.

Here are what to replay, its size and cost, and the run. The replay itself is in replay.py, what a model's answers cost
in paid.py.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clone_mcp.calibration.platt import Sample
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.conversations import LastTurns, own_turns
from clone_mcp.evaluation.paid import Journal, Limits, PaidAttempts, Payer
from clone_mcp.evaluation.replay import PredictorAttempts, replay
from clone_mcp.evaluation.report import Result
from clone_mcp.memory.as_of import AsOf
from clone_mcp.memory.earlier import EarlierMemory
from clone_mcp.models.access import Caller
from clone_mcp.ports import Predictor, Storage


@dataclass(frozen=True, slots=True)
class Plan:
    """What to replay, and how."""

    predictor: str = "local"
    since: datetime | None = None
    """Only questions from then on; what came before is known, but not asked."""
    limit: int | None = None
    """Only the newest so many questions."""
    max_cost: float | None = None
    """Dollars at which a model is asked no more."""
    restart: bool = False
    """Ask a model again what it was asked by a run before."""
    threshold: float = 0.8
    """Where a cascade is content with the local predictor."""

    @property
    def asks(self) -> bool:
        """Whether a model is asked."""
        return self.predictor != "local"


@dataclass(frozen=True, slots=True)
class Size:
    """How many questions a plan asks, and what that costs."""

    questions: int
    skipped: int
    """Questions before those, which are not asked."""
    cost: float | None
    """About so many dollars; None where no model is asked, or its price is unknown."""


@dataclass(frozen=True, slots=True)
class Run:
    """The results of a replay, and how it ended."""

    results: tuple[Result, ...]
    stopped: str | None
    """Why it ended early."""
    failed: int
    """Questions to which the model gave no answer."""
    spent: float
    """Dollars, as far as the price list tells."""

    def samples(self, *, attested: bool = False) -> dict[str, list[Sample]]:
        """What each predictor's fit can learn from this, newest first; or from what somebody vouches for."""
        found: dict[str, list[Sample]] = {}
        for result in reversed(self.results):
            if result.attested or not attested:
                found.setdefault(result.predictor, []).append(Sample(result.raw, float(result.right)))
        return found


class Backtest:
    """Replays a person's history in order of time. Nothing is stored but the journal of what a model was paid for."""

    def __init__(
        self,
        storage: Storage,
        as_of: AsOf,
        predictors: Mapping[str, Callable[[], Predictor]],
        payer: Payer,
        *,
        folder: Path,
    ) -> None:
        """`folder` is where journals go."""
        self._storage = storage
        self._as_of = as_of
        self._predictors = predictors
        self._payer = payer
        self._folder = folder

    async def size(self, caller: Caller, plan: Plan) -> Size:
        """How many questions there are. Raises Invalid for an unknown predictor, Unavailable without a model."""
        self._check(plan)
        asked = earlier = 0
        last = LastTurns()
        async for turn in own_turns(self._storage, caller.tenant):
            if last.question_before(turn) is not None:
                late = plan.since is None or (turn.at is not None and turn.at >= plan.since)
                asked, earlier = asked + late, earlier + (not late)
        over = max(0, asked - plan.limit) if plan.limit is not None else 0
        cost = self._payer.estimate(asked - over) if plan.asks else None
        return Size(asked - over, earlier + over, cost)

    async def __call__(self, caller: Caller, plan: Plan, size: Size, tell: Callable[[int], None]) -> Run:
        """Replay; `tell` hears how many questions are done. Raises like `size`.

        What a model is shown of memory is recomputed for each question from what came before it.
        """
        self._check(plan)
        if not plan.asks:
            return await self._run(caller, plan, size, tell, None)
        async with self._as_of.forward(caller.tenant) as past:
            return await self._run(caller, plan, size, tell, past)

    async def _run(
        self, caller: Caller, plan: Plan, size: Size, tell: Callable[[int], None], past: EarlierMemory | None
    ) -> Run:
        account = self._payer.account(caller.tenant) if plan.asks else None
        predictor = self._predictors[plan.predictor]()
        made_now = PredictorAttempts(predictor, threshold=plan.threshold, model=account, past=past)
        limits, journal = Limits(), None
        if plan.asks:
            limits = self._payer.limits(plan.max_cost)
            journal = Journal(self._folder / f"{plan.predictor}-{self._payer.model}.jsonl", restart=plan.restart)
        source = PaidAttempts(made_now, limits, journal)
        results: list[Result] = []
        turns = own_turns(self._storage, caller.tenant)
        async for attempt in replay(turns, source, skip=size.skipped, with_rows=plan.asks):
            if attempt.result is not None:
                results.append(attempt.result)
            tell(len(results) + limits.failed)
        return Run(tuple(results), limits.stopped, limits.failed, limits.spent)

    def _check(self, plan: Plan) -> None:
        if plan.predictor not in self._predictors:
            raise Invalid("There is no such predictor.", hint=f"Use {', '.join(self._predictors)}.")
        if plan.asks:
            self._payer.estimate(0)
