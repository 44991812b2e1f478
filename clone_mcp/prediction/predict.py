"""The headline: what would the person type now? One question, or many at once that share what is known of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace

from clone_mcp.access.spending import no_model
from clone_mcp.errors import CloneError, Conflict, NotFound, TooLarge
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.calibration import Switch
from clone_mcp.models.prediction import Kind, Prediction, Proposal, Question
from clone_mcp.ports import Clock, Materials, Predictor, Storage
from clone_mcp.prediction import continuation
from clone_mcp.prediction.decision import Decide, Draft, with_threshold
from clone_mcp.prediction.grounding import Grounding
from clone_mcp.prediction.materials import Gather, heard, scored_by
from clone_mcp.prediction.predictors.cascade import Predictors
from clone_mcp.prediction.record import asks_the_same

MOST = 100
"""Questions of a batch."""
AT_ONCE = 4
"""Questions of a batch that are answered at a time."""


class Predict:
    """Answers a question and stores the answer."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        predictor: Predictor | Predictors,
        *,
        redact: bool,
        gather: Gather | None = None,
        shadow: bool = False,
        threshold: float | None = 0.8,
    ) -> None:
        """`threshold` is for questions that bring none; None leaves it to the promise."""
        self._storage = storage
        self._clock = clock
        self._predictors = predictor if isinstance(predictor, Predictors) else Predictors(predictor)
        self._redact = redact
        self._threshold = threshold
        self._grounding = Grounding()
        self._decide = Decide(storage, clock, redact=redact, shadow=shadow)
        self.gather = gather or Gather(storage, clock)

    async def __call__(self, caller: Caller, question: Question, *, own_id: str | None = None) -> Prediction:
        """The prediction, already stored. Raises Invalid for a threshold that can't be honoured.

        A model that the question names raises what LanguageModel raises; otherwise its failure only degrades.
        Asked again under an id of the caller's own, the answer that is stored comes back; another question under it
        raises Conflict.
        """
        began = self._clock.monotonic()
        if own_id is not None and (known := await self._answered(caller, question, own_id)) is not None:
            return known
        [materials] = await self.gather(caller.tenant, [question])
        made = await self.answer(caller, question, materials, began=began, own_id=own_id)
        return made if own_id is None else await self._answered(caller, question, own_id) or made

    async def _answered(self, caller: Caller, question: Question, own_id: str) -> Prediction | None:
        async with self._storage.begin(caller.tenant, readonly=True) as uow:
            try:
                known = await uow.predictions.get(own_id)
            except NotFound:
                return None
        if not asks_the_same(known.question, question, redacted=self._redact):
            raise Conflict("This Idempotency-Key came with another question before.", hint="Send a new one.")
        return known

    async def answer(
        self, caller: Caller, question: Question, materials: Materials, *, began: float, own_id: str | None = None
    ) -> Prediction:
        """The prediction from materials that are there already. Raises Forbidden for a viewer."""
        require_writer(caller)
        now, standing = self._clock.now(), materials.standing
        question = with_threshold(question, standing, self._threshold)
        predictor = self._for(question, paused=standing.on(Switch.PAUSE, question.session_id))
        asked = heard(question, standing)
        proposal = await predictor.propose(asked, materials, now=now)
        name = proposal.predictor or predictor.name
        scored = scored_by(name, proposal, materials.calibrate)
        proposal = replace(proposal, stop_recommended=_satisfied(asked, proposal, materials))
        draft = Draft(
            Kind.REPLY,
            question,
            proposal,
            name,
            scored,
            standing,
            claims=lambda: self._grounding.lacking(asked, scored, name, materials),
        )
        return await self._decide(caller.tenant, draft, now=now, began=began, own_id=own_id)

    def _for(self, question: Question, *, paused: bool) -> Predictor:
        if paused:
            return self._predictors.paused or self._predictors.usual
        if question.model is None:
            return self._predictors.usual
        if self._predictors.by_name is None:
            raise no_model()
        return self._predictors.by_name


def _satisfied(question: Question, proposal: Proposal, materials: Materials) -> bool:
    """Whether the person would stop now. A model was shown more than the counts; without enough, it decides."""
    known = continuation.satisfaction(question, materials, materials.standing.endings)
    if not known.known or proposal.usage is not None:
        return proposal.stop_recommended
    return known.stop >= 0.5 and materials.calibrate(continuation.NAME, known.stop) >= 0.5


@dataclass(frozen=True, slots=True)
class FailedQuestion:
    """A question that got no answer, and why."""

    error: CloneError


class PredictBatch:
    """Answers up to a hundred questions over one bundle, a few of them at a time."""

    def __init__(self, clock: Clock, predict: Predict) -> None:
        self._clock = clock
        self._predict = predict

    async def __call__(self, caller: Caller, questions: Sequence[Question]) -> list[Prediction | FailedQuestion]:
        """An answer for each question, in their order. One that fails leaves the others alone.

        Raises TooLarge, and Forbidden for a viewer.
        """
        require_writer(caller)
        if len(questions) > MOST:
            raise TooLarge(f"A batch holds at most {MOST} questions.", hint="Send several batches.")
        if not questions:
            return []
        materials = await self._predict.gather(caller.tenant, questions)
        turns = asyncio.Semaphore(AT_ONCE)

        async def answer(question: Question, known: Materials) -> Prediction | FailedQuestion:
            async with turns:
                try:
                    return await self._predict.answer(caller, question, known, began=self._clock.monotonic())
                except CloneError as exc:
                    return FailedQuestion(exc)

        async with asyncio.TaskGroup() as group:
            asked = [group.create_task(answer(*each)) for each in zip(questions, materials, strict=True)]
        return [each.result() for each in asked]
