"""A prediction as it is kept: without secrets, and without the transcript that some clients send along."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from clone_mcp.models.prediction import Prediction, Question
from clone_mcp.recording.redaction import redact

_TELLING = ("agent", "agent_input", "session_id", "options", "k", "threshold")
KEPT = 8000
"""Characters of a question that are kept: the end, which is what the agent waits on."""


def kept(prediction: Prediction, *, redacted: bool) -> Prediction:
    """The prediction to store. Options come back as candidates, so those are redacted with them."""
    if not redacted:
        return replace(prediction, question=_shortened(prediction.question))
    return replace(
        prediction,
        question=_shortened(_without_secrets(prediction.question)),
        candidates=tuple(
            replace(candidate, response=_often_redacted(candidate.response)) for candidate in prediction.candidates
        ),
    )


def presentable(question: Question, *, redacted: bool) -> Question:
    """The question as a model may read it: without secrets, and of a transcript only the end."""
    return _shortened(_without_secrets(question) if redacted else question)


def asks_the_same(known: Question, question: Question, *, redacted: bool) -> bool:
    """Whether a question that is kept is this one, as far as it is kept."""
    asked = presentable(question, redacted=redacted)
    if question.usual_threshold:  # which the caller left to us, and we may have moved since
        asked = replace(asked, threshold=known.threshold)
    return all(getattr(known, name) == getattr(asked, name) for name in _TELLING)


def _without_secrets(question: Question) -> Question:
    return replace(
        question,
        agent=_often_redacted(question.agent),
        agent_input=redact(question.agent_input).text,
        options=tuple(redact(option).text for option in question.options),
    )


@lru_cache(maxsize=512)
def _often_redacted(text: str) -> str:
    """Agents have few names, and what is predicted is what the person types again and again."""
    return redact(text).text


def _shortened(question: Question) -> Question:
    # After redaction: half of a secret is no longer recognised as one.
    return replace(question, agent_input=question.agent_input[-KEPT:])
