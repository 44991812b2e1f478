"""/api/memory/: what predictions see, where it comes from, and what is done with all of it."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.memory.forget import Extent
from clone_mcp.memory.promote import PromoteExtent
from clone_mcp.memory.review import ReviewQuestion
from clone_mcp.memory.trace import Node
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.memory import (
    BundleReply,
    ChainReply,
    ContextBody,
    FactReply,
    ForgetBody,
    GoingReply,
    HitReply,
    HitsReply,
    MemoryStats,
    NodeReply,
    PromoteBody,
    PromotedEpisodes,
    PromotedFacts,
    QuestionReply,
    QuestionsReply,
    RefReply,
    SearchQuery,
    SinceQuery,
    SyncReply,
)


async def assemble_context(clone: Clone, caller: Caller, body: ContextBody) -> BundleReply:
    """The bundle that a prediction sees: the profile and top facts always, then what is recent and alike."""
    return BundleReply.model_validate(await clone.memory.context(caller.tenant, body.request()))


async def sync(clone: Clone, caller: Caller) -> SyncReply:
    """Derive raw rows from events that have none. Doing it again changes nothing."""
    return SyncReply(created=await clone.memory.sync(caller.tenant))


async def show_memory_stats(clone: Clone, caller: Caller, query: SinceQuery) -> MemoryStats:
    """How much there is in each tier."""
    return MemoryStats.model_validate(await clone.memory.stats(caller.tenant, since=query.since))


async def promote_episodes(clone: Clone, caller: Caller, body: PromoteBody) -> PromotedEpisodes:
    """Tell sessions as episodes: by rules, and by a model where one is allowed or named."""
    return PromotedEpisodes.model_validate(await clone.memory.promote_on_demand.episodes(caller, _wanted(body)))


async def promote_facts(clone: Clone, caller: Caller, body: PromoteBody) -> PromotedFacts:
    """Distil facts from episodes and compile the profile: by rules, and by a model where one is allowed or named."""
    return PromotedFacts.model_validate(await clone.memory.promote_on_demand.facts(caller, _wanted(body)))


def _wanted(body: PromoteBody) -> PromoteExtent:
    return PromoteExtent(body.since, body.limit, body.model, body.force)


async def why(clone: Clone, caller: Caller, layer: str, id: str) -> ChainReply:  # noqa: A002 (as it is in the address)
    """What something rests on, down to what was said."""
    return _chain(await clone.memory.trace.why(caller.tenant, _ref(layer, id)))


async def impact(clone: Clone, caller: Caller, layer: str, id: str) -> ChainReply:  # noqa: A002
    """What rests on something, up to the predictions."""
    return _chain(await clone.memory.trace.impact(caller.tenant, _ref(layer, id)))


def _ref(layer: str, its_id: str) -> Ref:
    try:
        return Ref(Layer(layer), its_id)
    except ValueError:
        raise NotFound("There is no such layer.", hint=f"There are: {', '.join(Layer)}.") from None


def _chain(start: Node) -> ChainReply:
    """Each node once, however many ways lead to it."""
    nodes: dict[Ref, NodeReply] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        if node.ref not in nodes:
            below = [RefReply.model_validate(each.ref) for each in node.next]
            nodes[node.ref] = NodeReply(layer=node.ref.layer, id=node.ref.id, text=node.text, next=below)
            waiting += node.next
    return ChainReply(nodes=list(nodes.values()))


async def search(clone: Clone, caller: Caller, query: SearchQuery) -> HitsReply:
    """Find facts, episodes and raw rows by words."""
    hits = await clone.memory.search(caller.tenant, query.q, limit=query.limit)
    return HitsReply(
        results=[HitReply(layer=hit.ref.layer, id=hit.ref.id, text=hit.text, share=hit.share) for hit in hits]
    )


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


async def preview_forgetting(clone: Clone, caller: Caller, body: ForgetBody) -> GoingReply:
    """Count what forgetting would erase. Nothing is changed."""
    return GoingReply.model_validate(await clone.memory.forget.preview(caller, _extent(body)))


async def forget(clone: Clone, caller: Caller, body: ForgetBody) -> GoingReply:
    """Erase events, and everything that rests on them alone. It can't be undone."""
    return GoingReply.model_validate(await clone.memory.forget(caller, _extent(body)))


def _extent(body: ForgetBody) -> Extent:
    return Extent(body.project, body.session_id, body.since, body.until, body.everything)


_OWNER = Needs.OWNER
ENDPOINTS = (
    Endpoint("POST", "/api/memory/context/", assemble_context),
    Endpoint("POST", "/api/memory/sync/", sync, Needs.WRITER),
    Endpoint("GET", "/api/memory/stats/", show_memory_stats),
    Endpoint("POST", "/api/memory/promote/episodes/", promote_episodes, _OWNER, given_up_with_caller=True),
    Endpoint("POST", "/api/memory/promote/facts/", promote_facts, _OWNER, given_up_with_caller=True),
    Endpoint("GET", "/api/memory/why/{layer}/{id:text}/", why),
    Endpoint("GET", "/api/memory/impact/{layer}/{id:text}/", impact),
    Endpoint("GET", "/api/memory/search/", search),
    Endpoint("GET", "/api/memory/reviews/", list_reviews),
    Endpoint("POST", "/api/memory/reviews/{review_id}/confirm/", confirm_review, _OWNER),
    Endpoint("POST", "/api/memory/reviews/{review_id}/reject/", reject_review, _OWNER),
    Endpoint("POST", "/api/memory/forget/preview/", preview_forgetting, _OWNER),
    Endpoint("POST", "/api/memory/forget/", forget, _OWNER),
)
