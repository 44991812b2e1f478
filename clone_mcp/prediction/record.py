"""A prediction as it is stored: without secrets, and without the transcript that some clients send along."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from uuid import UUID

from clone_mcp.models.act import Act
from clone_mcp.models.events import Job
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.models.prediction import Feedback, Prediction, PredictionFilter, Question
from clone_mcp.ports import Storage, UnitOfWork
from clone_mcp.prediction.feedback import settle
from clone_mcp.recording.redaction import redact

_TELLING = ("agent", "agent_input", "session_id", "options", "k", "threshold")
KEPT = 8000
"""Characters of a question that are kept: the end, which is what the agent waits on."""
MOST_ACTS = 12
"""Acts of an answer that are kept, the gravest first; and of what lets them."""
_LONGEST = 400
"""Characters of each text in them."""


async def store(
    uow: UnitOfWork, prediction: Prediction, shown: Sequence[str], *, redacted: bool, jobs: Sequence[Job] = ()
) -> None:
    """Add a prediction, and link the facts and the shown episodes that it rests on. `jobs` are to be done after it.

    What the person has typed since the session's last prediction settles that one first.
    """
    if prediction.question.session_id is not None:
        await settle(uow, prediction.question.session_id, now=prediction.created_at)
    await uow.predictions.add(_storable(prediction, redacted=redacted))
    if prediction.cited_facts or shown:
        # As far as it was not deleted meanwhile.
        facts = await uow.memory.facts.of([fact.id for fact in prediction.cited_facts])
        episodes = await uow.memory.episodes.of(shown)
        cited = [Ref(Layer.FACT, fact.id) for fact in facts] + [Ref(Layer.EPISODE, episode.id) for episode in episodes]
        await uow.memory.links.cite(Ref(Layer.PREDICTION, prediction.id), cited)
    for job in jobs:
        await uow.jobs.enqueue(job)


class ReadPredictions:
    """Reads stored predictions. Raises NotFound for ids that are unknown or somebody else's."""

    def __init__(self, storage: Storage) -> None:
        self._storage = storage

    async def one(self, tenant: UUID, prediction_id: str) -> Prediction:
        """One prediction."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.predictions.get(prediction_id)

    async def audited(self, tenant: UUID, prediction_id: str) -> tuple[Prediction, Feedback | None, Sequence[Feedback]]:
        """One prediction, its outcome, and every report of it."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            prediction, outcome = await uow.predictions.get(prediction_id), await uow.predictions.outcome(prediction_id)
            return prediction, outcome, await uow.predictions.reports(prediction_id)

    async def listed(
        self, tenant: UUID, sought: PredictionFilter, *, limit: int, offset: int = 0
    ) -> Sequence[tuple[Prediction, Feedback | None]]:
        """Predictions with their outcomes, newest first."""
        async with self._storage.begin(tenant, readonly=True) as uow:
            return await uow.predictions.listed(sought, limit=limit, offset=offset)


def presentable(question: Question, *, redacted: bool) -> Question:
    """The question as it is stored and as a model may read it: without secrets, and of a transcript only the end."""
    if redacted:
        question = replace(
            question,
            agent=_often_redacted(question.agent),
            agent_input=redact(question.agent_input).text,
            options=tuple(redact(option).text for option in question.options),
        )
    # After redaction: half of a secret is no longer recognised as one.
    return replace(question, agent_input=question.agent_input[-KEPT:])


def asks_the_same(known: Question, question: Question, *, redacted: bool) -> bool:
    """Whether a question that is kept is this one, as far as it is kept."""
    asked = presentable(question, redacted=redacted)
    if question.usual_threshold:  # which the caller left to us, and we may have moved since
        asked = replace(asked, threshold=known.threshold)
    return all(getattr(known, name) == getattr(asked, name) for name in _TELLING)


def _storable(prediction: Prediction, *, redacted: bool) -> Prediction:
    candidates = prediction.candidates
    if redacted:  # options come back as candidates
        candidates = tuple(replace(each, response=_often_redacted(each.response)) for each in candidates)
    return replace(
        prediction,
        question=presentable(prediction.question, redacted=redacted),
        candidates=candidates,
        abstained=redact(prediction.abstained).text if redacted and prediction.abstained else prediction.abstained,
        acts=tuple(_kept_act(act, redacted=redacted) for act in prediction.acts[:MOST_ACTS]),
        leave=tuple(
            replace(each, evidence=_shown(each.evidence, redacted=redacted)) for each in prediction.leave[:MOST_ACTS]
        ),
    )


def _kept_act(act: Act, *, redacted: bool) -> Act:
    def shown(text: str) -> str:
        return _shown(text, redacted=redacted)

    return replace(
        act,
        verb=shown(act.verb),
        object=shown(act.object),
        qualifiers=tuple(shown(each) for each in act.qualifiers[:MOST_ACTS]),
        evidence=shown(act.evidence),
        key=shown(act.key),
    )


def _shown(text: str, *, redacted: bool) -> str:
    """A text about an act, without secrets and not long."""
    return (redact(text).text if redacted else text)[:_LONGEST]


@lru_cache(maxsize=512)
def _often_redacted(text: str) -> str:
    """Agents have few names, and what is predicted is what the person types again and again."""
    return redact(text).text
