"""How good the predictions would have been on a person's own history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from clone_mcp.access.spending import PaidModel, no_model
from clone_mcp.calibration.platt import Sample
from clone_mcp.errors import Invalid, RateLimited, Unavailable, Upstream
from clone_mcp.evaluation.conversations import Turn
from clone_mcp.evaluation.journal import Journal
from clone_mcp.evaluation.own import own_turns
from clone_mcp.evaluation.replay import Pending, Replay
from clone_mcp.evaluation.results import Result, result_of
from clone_mcp.models.access import Caller
from clone_mcp.models.usage import Purpose, Spending, Usage
from clone_mcp.ports import Predictor, Storage

_TYPICAL = Usage(input_tokens=3_000, output_tokens=700)
"""What one question usually costs, to tell beforehand about how much all of them will."""
_GIVE_UP_AFTER = 3
"""Failures of the model in a row."""


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


@dataclass(frozen=True, slots=True)
class Size:
    """What a plan comes to."""

    questions: int
    skipped: int
    """Questions before those, which are not asked."""
    cost: float | None
    """About so many dollars; None where no model is asked, or its price is unknown."""


@dataclass(frozen=True, slots=True)
class Run:
    """What became of it."""

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
        predictors: Mapping[str, Predictor],
        paid: PaidModel | None,
        *,
        model: str,
        folder: Path,
    ) -> None:
        """`model` is the name of the language model that predictors ask; `folder` is where journals go."""
        self._storage = storage
        self._predictors = predictors
        self._paid = paid
        self._model = model
        self._folder = folder

    async def size(self, caller: Caller, plan: Plan) -> Size:
        """How many questions there are. Raises Invalid for a predictor nobody knows, Unavailable without a model."""
        self._predictor(plan)
        found = earlier = 0
        before: dict[str, bool] = {}
        async for turn in own_turns(self._storage, caller.tenant):
            if turn.by_person and before.get(turn.session_id) is False:
                late = plan.since is None or (turn.at is not None and turn.at >= plan.since)
                found, earlier = found + late, earlier + (not late)
            before[turn.session_id] = turn.by_person
        over = max(0, found - plan.limit) if plan.limit is not None else 0
        return Size(found - over, earlier + over, self._about(found - over) if self._asks(plan) else None)

    async def __call__(self, caller: Caller, plan: Plan, size: Size, tell: Callable[[int], None]) -> Run:
        """Replay; `tell` hears how many questions are done. Raises like `size`."""
        predictor = self._predictor(plan)
        account = self._paid.of(caller.tenant, Purpose.PREDICT) if self._paid and self._asks(plan) else None
        journal = Journal(self._folder / f"{plan.predictor}-{self._model}.jsonl") if account else None
        if journal is not None:
            journal.open(restart=plan.restart)
        replay = Replay(predictor, threshold=plan.threshold, model=account)
        course = _Course(replay, journal, self._price, plan.max_cost)
        unasked = size.skipped
        async for turn in own_turns(self._storage, caller.tenant):
            pending = course.advance(turn)
            if pending is None:
                continue
            if unasked:
                unasked -= 1
                continue
            await course.ask(pending)
            tell(course.asked)
            if course.stopped:
                break
        return Run(tuple(course.results), course.stopped, course.failed, course.spent)

    def _predictor(self, plan: Plan) -> Predictor:
        if plan.predictor not in self._predictors:
            raise Invalid("There is no such predictor.", hint=f"Use {', '.join(self._predictors)}.")
        if self._asks(plan) and self._paid is None:
            raise no_model()
        return self._predictors[plan.predictor]

    def _about(self, questions: int) -> float | None:
        each = self._paid.cost(Spending(self._model, _TYPICAL)) if self._paid else None
        return None if each is None else each * questions

    def _asks(self, plan: Plan) -> bool:
        return plan.predictor != "local"

    def _price(self, usage: Usage) -> float:
        return (self._paid.cost(Spending(self._model, usage)) if self._paid else None) or 0.0


class _Course:
    """Where a run is: what was found, what it cost, and whether to go on."""

    def __init__(
        self, replay: Replay, journal: Journal | None, price: Callable[[Usage], float], most: float | None
    ) -> None:
        self._replay = replay
        self._journal = journal
        self._price = price
        self._most = most
        self._key = ""
        self._failures = 0
        self.results: list[Result] = []
        self.stopped: str | None = None
        self.failed = 0
        self.spent = 0.0

    @property
    def asked(self) -> int:
        """Questions that were dealt with."""
        return len(self.results) + self.failed

    def advance(self, turn: Turn) -> Pending | None:
        if self._journal is not None:
            self._key = self._journal.pass_by(turn)
        return self._replay.advance(turn)

    async def ask(self, pending: Pending) -> None:
        result = self._journal.find(self._key, pending.asked.turn) if self._journal else None
        if result is None:
            if self._most is not None and self.spent >= self._most:
                self.stopped = f"--max-cost is reached: ${self.spent:.2f}."
                return
            result = await self._new(pending)
        if result is not None:
            self.results.append(result)
            self._replay.learn(result.predictor, result.raw, right=result.right)

    async def _new(self, pending: Pending) -> Result | None:
        try:
            answered = await self._replay.answer(pending)
        except (Unavailable, RateLimited, Upstream) as exc:
            return self._fail(exc.message)
        if answered.degraded is not None:  # the local predictor's answer is not what was asked for
            return self._fail(answered.degraded)
        self._failures = 0
        if answered.usage is not None:
            self.spent += self._price(answered.usage)
        result = result_of(answered)
        if self._journal is not None:
            self._journal.keep(self._key, result)
        return result

    def _fail(self, why: str) -> None:
        self.failed += 1
        self._failures += 1
        if self._failures >= _GIVE_UP_AFTER:
            self.stopped = why
