"""A question as it is kept with its prediction."""

from __future__ import annotations

from dataclasses import replace

from clone_mcp.models.prediction import Question
from clone_mcp.recording.redaction import redact

KEPT = 8000
"""Characters that are kept: the end, which is what the agent waits on."""


def kept(question: Question, *, redacted: bool) -> Question:
    """The question without secrets and without the transcript that some clients send along."""
    text = question.agent_input[-KEPT:]
    if not redacted:
        return replace(question, agent_input=text)
    return replace(
        question,
        agent_input=redact(text).text,
        options=tuple(redact(option).text for option in question.options),
    )
