"""The headline: what would the person type now?"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from clone_mcp.access.spending import no_model
from clone_mcp.errors import Conflict, NotFound
from clone_mcp.models.access import Caller, require_writer
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.models.prediction import Guess, Kind, Prediction, Proposal, Question
from clone_mcp.ports import Clock, Materials, Predictor, Storage, UnitOfWork
from clone_mcp.prediction.decision import decide, find_permissions, pause_reason, shadow_reason, with_threshold
from clone_mcp.prediction.grounding import Grounding
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.question import asks_the_same, kept
from clone_mcp.prediction.satisfaction import NAME as CONTINUATION
from clone_mcp.prediction.satisfaction import Stopping
from clone_mcp.prediction.settle import settle
from clone_mcp.stakes.permission import Scored, forbidden, is_grave


@dataclass(frozen=True, slots=True)
class Predictors:
    """Who is asked when."""

    usual: Predictor
    by_name: Predictor | None = None
    """For questions that name a model."""
    paused: Predictor | None = None
    """Reaches nobody outside: for a person who has paused Clone. Default: the usual one."""


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
        self._shadow = shadow
        self._threshold = threshold
        self._grounding = Grounding()
        self._stopping = Stopping()
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
        now = self._clock.now()
        question = with_threshold(question, materials.standing, self._threshold)
        paused = pause_reason(question, materials.standing)
        predictor = self._for(question, paused=paused is not None)
        proposal = await predictor.propose(question, materials, now=now)
        name = proposal.predictor or predictor.name
        scored = [(guess, _calibrated(guess, name, materials)) for guess in proposal.guesses]
        grave = forbidden(question, scored)
        allowed = await find_permissions(self._storage, caller.tenant, question, scored) if grave else ()
        grave = None if allowed else grave
        reason = paused or proposal.abstained or grave or self._held_up(question, scored, name, materials)
        candidates, decision = decide(scored, threshold=question.threshold, capped=reason)
        fit = materials.standing.fits.get(name)
        prediction = Prediction(
            id=own_id or str(uuid4()),
            kind=Kind.REPLY,
            question=question,
            candidates=candidates,
            decision=decision,
            abstained=reason,
            stop_recommended=self._satisfied(question, proposal, materials),
            model=name,
            created_at=now,
            latency_ms=(self._clock.monotonic() - began) * 1000,
            cited_facts=(*proposal.guesses[0].facts, *allowed),
            snapshot=proposal.snapshot,
            degraded=proposal.degraded,
            usage=proposal.usage,
            fit=fit.version if fit else None,
            grave=is_grave(question, scored),
        )
        await self._storage.once(caller.tenant, lambda uow: self._store(uow, prediction, proposal))
        return prediction

    async def _store(self, uow: UnitOfWork, prediction: Prediction, proposal: Proposal) -> None:
        await store(uow, prediction, redacted=self._redact)
        await _cite(uow, prediction, proposal)

    def _for(self, question: Question, *, paused: bool) -> Predictor:
        if paused:
            return self._predictors.paused or self._predictors.usual
        if question.model is None:
            return self._predictors.usual
        if self._predictors.by_name is None:
            raise no_model()
        return self._predictors.by_name

    def _satisfied(self, question: Question, proposal: Proposal, materials: Materials) -> bool:
        """Whether the person would stop now. A model was shown more than the counts; without enough, it decides."""
        known = self._stopping.satisfaction(question, materials, materials.standing.endings)
        if not known.known or proposal.usage is not None:
            return proposal.stop_recommended
        return known.stop >= 0.5 and materials.calibrate(CONTINUATION, known.stop) >= 0.5

    def _held_up(self, question: Question, scored: Scored, predictor: str, materials: Materials) -> str | None:
        claimed = self._grounding.lacking(question, scored, predictor, materials)
        return claimed or shadow_reason(question, scored, materials.standing, everywhere=self._shadow)


async def store(uow: UnitOfWork, prediction: Prediction, *, redacted: bool) -> None:
    """Add a prediction. What the person has typed since the session's last one settles that one first."""
    if prediction.question.session_id is not None:
        await settle(uow, prediction.question.session_id, now=prediction.created_at)
    await uow.predictions.add(kept(prediction, redacted=redacted))


def _calibrated(guess: Guess, predictor: str, materials: Materials) -> float:
    return materials.calibrate(predictor, guess.score) if guess.calibrated is None else guess.calibrated


async def _cite(uow: UnitOfWork, prediction: Prediction, proposal: Proposal) -> None:
    """Link what the first guess rests on, as far as it was not deleted meanwhile."""
    shown = proposal.guesses[0].episodes
    if not prediction.cited_facts and not shown:
        return
    facts = await uow.memory.facts.of([fact.id for fact in prediction.cited_facts])
    episodes = await uow.memory.episodes.of(shown)
    cited = [Ref(Layer.FACT, fact.id) for fact in facts] + [Ref(Layer.EPISODE, episode.id) for episode in episodes]
    await uow.memory.links.cite(Ref(Layer.PREDICTION, prediction.id), cited)
