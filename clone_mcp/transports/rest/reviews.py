"""/api/memory/reviews/: what only the person can decide about a fact."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.memory.review import ReviewQuestion
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.memory import FactReply, QuestionReply, QuestionsReply


async def list_reviews(clone: Clone, caller: Caller) -> QuestionsReply:
    """What only the person can decide, oldest first."""
    return QuestionsReply(results=[_question(each) for each in await clone.memory.reviews.waiting(caller.tenant)])


def _question(question: ReviewQuestion) -> QuestionReply:
    return QuestionReply(
        id=question.review.id,
        gate=question.review.gate,
        text=question.text,
        fact=FactReply.model_validate(question.fact),
        other=FactReply.model_validate(question.other) if question.other else None,
        asked_at=question.review.asked_at,
    )


async def confirm_review(clone: Clone, caller: Caller, review_id: str) -> FactReply:
    """Say that the fact is true and may be used."""
    return FactReply.model_validate(await clone.memory.reviews.confirm(caller, review_id))


async def reject_review(clone: Clone, caller: Caller, review_id: str) -> None:
    """Say that the fact is not true, or not to be kept."""
    await clone.memory.reviews.reject(caller, review_id)


ENDPOINTS = (
    Endpoint("GET", "/api/memory/reviews/", list_reviews),
    Endpoint("POST", "/api/memory/reviews/{review_id}/confirm/", confirm_review, Needs.OWNER),
    Endpoint("POST", "/api/memory/reviews/{review_id}/reject/", reject_review, Needs.OWNER),
)
