"""/api/memory/: what goes across the tiers, and the reviews.

Each tier has a file of its own: raw.py, episodes.py, facts.py, profile.py.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.memory.erase import Extent
from clone_mcp.memory.promote import PromoteExtent
from clone_mcp.memory.review import ReviewQuestion
from clone_mcp.memory.trace import Node
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Layer, Ref
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import memory as wire


async def assemble_context(clone: Clone, caller: Caller, body: wire.ContextBody) -> wire.BundleReply:
    """The bundle that a prediction sees: the profile and top facts always, then what is recent and alike."""
    return wire.BundleReply.model_validate(await clone.memory.context(caller.tenant, body.request()))


async def sync(clone: Clone, caller: Caller) -> wire.SyncReply:
    """Derive raw rows from events that have none. Doing it again changes nothing."""
    return wire.SyncReply(created=await clone.memory.steps.sync(caller.tenant))


async def show_memory_stats(clone: Clone, caller: Caller, query: wire.SinceQuery) -> wire.MemoryStats:
    """How much there is in each tier."""
    return wire.MemoryStats.model_validate(await clone.memory.stats(caller.tenant, since=query.since))


async def promote_episodes(clone: Clone, caller: Caller, body: wire.PromoteBody) -> wire.PromotedEpisodes:
    """Tell sessions as episodes: by rules, and by a model where one is allowed or named."""
    return wire.PromotedEpisodes.model_validate(await clone.memory.promote_on_demand.episodes(caller, _promotion(body)))


async def promote_facts(clone: Clone, caller: Caller, body: wire.PromoteBody) -> wire.PromotedFacts:
    """Distil facts from episodes and compile the profile: by rules, and by a model where one is allowed or named."""
    return wire.PromotedFacts.model_validate(await clone.memory.promote_on_demand.facts(caller, _promotion(body)))


def _promotion(body: wire.PromoteBody) -> PromoteExtent:
    return PromoteExtent(body.since, body.limit, body.model, body.force)


async def why(clone: Clone, caller: Caller, layer: str, id: str) -> wire.ChainReply:  # noqa: A002 (as it is in the address)
    """What something rests on, down to what was said."""
    return _chain(await clone.memory.trace.why(caller.tenant, _ref(layer, id)))


async def impact(clone: Clone, caller: Caller, layer: str, id: str) -> wire.ChainReply:  # noqa: A002
    """What rests on something, up to the predictions."""
    return _chain(await clone.memory.trace.impact(caller.tenant, _ref(layer, id)))


def _ref(layer: str, its_id: str) -> Ref:
    try:
        return Ref(Layer(layer), its_id)
    except ValueError:
        raise NotFound("There is no such layer.", hint=f"There are: {', '.join(Layer)}.") from None


def _chain(start: Node) -> wire.ChainReply:
    """Each node once, however many ways lead to it."""
    nodes: dict[Ref, wire.NodeReply] = {}
    waiting = [start]
    while waiting:
        node = waiting.pop(0)
        if node.ref not in nodes:
            below = [wire.RefReply.model_validate(each.ref) for each in node.next]
            nodes[node.ref] = wire.NodeReply(layer=node.ref.layer, id=node.ref.id, text=node.text, next=below)
            waiting += node.next
    return wire.ChainReply(nodes=list(nodes.values()))


async def search(clone: Clone, caller: Caller, query: wire.SearchQuery) -> wire.HitsReply:
    """Find facts, episodes and raw rows by words."""
    hits = await clone.memory.search(caller.tenant, query.q, limit=query.limit)
    return wire.HitsReply(
        results=[wire.HitReply(layer=hit.ref.layer, id=hit.ref.id, text=hit.text, share=hit.share) for hit in hits]
    )


async def list_reviews(clone: Clone, caller: Caller) -> wire.QuestionsReply:
    """What only the person can decide, oldest first."""
    return wire.QuestionsReply(results=[_question(each) for each in await clone.memory.reviews.waiting(caller.tenant)])


def _question(question: ReviewQuestion) -> wire.QuestionReply:
    return wire.QuestionReply(
        id=question.review.id,
        gate=question.review.gate,
        text=question.text,
        fact=wire.FactReply.model_validate(question.fact),
        other=wire.FactReply.model_validate(question.other) if question.other else None,
        asked_at=question.review.asked_at,
    )


async def confirm_review(clone: Clone, caller: Caller, review_id: str) -> wire.FactReply:
    """Say that the fact is true and may be used."""
    return wire.FactReply.model_validate(await clone.memory.reviews.confirm(caller, review_id))


async def reject_review(clone: Clone, caller: Caller, review_id: str) -> None:
    """Say that the fact is not true, or not to be kept."""
    await clone.memory.reviews.reject(caller, review_id)


async def preview_forgetting(clone: Clone, caller: Caller, body: wire.ForgetBody) -> wire.GoingReply:
    """Count what forgetting would erase. Nothing is changed."""
    return wire.GoingReply.model_validate(await clone.memory.forget.preview(caller, _extent(body)))


async def forget(clone: Clone, caller: Caller, body: wire.ForgetBody) -> wire.GoingReply:
    """Erase events, and everything that rests on them alone. It can't be undone."""
    return wire.GoingReply.model_validate(await clone.memory.forget(caller, _extent(body)))


def _extent(body: wire.ForgetBody) -> Extent:
    return Extent(body.project, body.session_id, body.since, body.until, body.everything)


ENDPOINTS = (
    Endpoint("POST", "/api/memory/context/", assemble_context),
    Endpoint("POST", "/api/memory/sync/", sync, Needs.WRITER),
    Endpoint("GET", "/api/memory/stats/", show_memory_stats),
    Endpoint("POST", "/api/memory/promote/episodes/", promote_episodes, Needs.OWNER, given_up_with_caller=True),
    Endpoint("POST", "/api/memory/promote/facts/", promote_facts, Needs.OWNER, given_up_with_caller=True),
    Endpoint("GET", "/api/memory/why/{layer}/{id:text}/", why),
    Endpoint("GET", "/api/memory/impact/{layer}/{id:text}/", impact),
    Endpoint("GET", "/api/memory/search/", search),
    Endpoint("GET", "/api/memory/reviews/", list_reviews),
    Endpoint("POST", "/api/memory/reviews/{review_id}/confirm/", confirm_review, Needs.OWNER),
    Endpoint("POST", "/api/memory/reviews/{review_id}/reject/", reject_review, Needs.OWNER),
    Endpoint("POST", "/api/memory/forget/preview/", preview_forgetting, Needs.OWNER),
    Endpoint("POST", "/api/memory/forget/", forget, Needs.OWNER),
)
