"""The headline: what would the person type now?"""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from clone_mcp.access.spending import no_model
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.models.prediction import Guess, Kind, Prediction, Proposal, Question
from clone_mcp.ports import Clock, Materials, Predictor, Storage, UnitOfWork
from clone_mcp.prediction.consequence import consequences
from clone_mcp.prediction.decision import decide
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.question import kept


class Predict:
    """Answers a question and stores the answer."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        predictor: Predictor,
        *,
        redact: bool,
        by_name: Predictor | None = None,
        gather: Gather | None = None,
    ) -> None:
        self._storage = storage
        self._clock = clock
        self._predictor = predictor
        self._by_name = by_name
        self._redact = redact
        self.gather = gather or Gather(storage, clock)

    async def __call__(self, caller: Caller, question: Question) -> Prediction:
        """The prediction, already stored. Raises Invalid for a threshold that can't be honoured.

        A model that the question names raises what LanguageModel raises; otherwise its failure only degrades.
        """
        began = self._clock.monotonic()
        [materials] = await self.gather(caller.tenant, [question])
        return await self.answer(caller, question, materials, began=began)

    async def answer(self, caller: Caller, question: Question, materials: Materials, *, began: float) -> Prediction:
        """The prediction from materials that are there already."""
        now = self._clock.now()
        predictor = self._for(question)
        proposal = await predictor.propose(question, materials, now=now)
        name = proposal.predictor or predictor.name
        scored = [(guess, _calibrated(guess, name, materials)) for guess in proposal.guesses]
        reason = proposal.abstained or _forbidden(question, scored)
        candidates, decision = decide(scored, threshold=question.threshold, capped=reason)
        prediction = Prediction(
            id=str(uuid4()),
            kind=Kind.REPLY,
            question=question,
            candidates=candidates,
            decision=decision,
            abstained=reason,
            stop_recommended=proposal.stop_recommended,
            model=name,
            created_at=now,
            latency_ms=(self._clock.monotonic() - began) * 1000,
            cited_facts=proposal.guesses[0].facts,
            snapshot=proposal.snapshot,
            degraded=proposal.degraded,
            usage=proposal.usage,
        )
        async with self._storage.begin(caller.tenant) as uow:
            await uow.predictions.add(kept(prediction, redacted=self._redact))
            await _cite(uow, prediction.id, proposal)
        return prediction

    def _for(self, question: Question) -> Predictor:
        if question.model is None:
            return self._predictor
        if self._by_name is None:
            raise no_model()
        return self._by_name


def _calibrated(guess: Guess, predictor: str, materials: Materials) -> float:
    return materials.calibrate(predictor, guess.score) if guess.calibrated is None else guess.calibrated


def _forbidden(question: Question, scored: Sequence[tuple[Guess, float]]) -> str | None:
    """Why none of this may be acted on, if a guess that could be would authorise something grave."""
    for guess, sure in scored:
        if sure < question.threshold:
            continue
        for found in consequences(question.agent_input, guess.response, question.options):
            return f"It would authorise something {found.consequence}, which only the person may: {found.evidence}"
    return None


async def _cite(uow: UnitOfWork, prediction_id: str, proposal: Proposal) -> None:
    """Link what the first guess rests on, as far as it was not deleted meanwhile."""
    guess = proposal.guesses[0]
    if not guess.facts and not guess.episodes:
        return
    facts = await uow.memory.facts.of([fact.id for fact in guess.facts])
    episodes = await uow.memory.episodes.of(guess.episodes)
    cited = [Ref(Layer.FACT, fact.id) for fact in facts] + [Ref(Layer.EPISODE, episode.id) for episode in episodes]
    await uow.memory.links.cite(Ref(Layer.PREDICTION, prediction_id), cited)
