"""/api/memory/facts/: claims about the person, one at a time. The third tier of memory."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import FactKind
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import memory as wire
from clone_mcp.wire.bodies import Page, PageQuery, page


async def list_facts(clone: Clone, caller: Caller, query: PageQuery) -> Page[wire.FactReply]:
    """Facts, most important first, so archived ones last."""
    found = await clone.memory.read.facts(caller.tenant, limit=query.limit + 1, offset=query.offset)
    return page(query, [wire.FactReply.model_validate(fact) for fact in found])


async def add_fact(clone: Clone, caller: Caller, body: wire.FactBody) -> wire.FactReply:
    """Tell Clone a fact. One that is known already is refused with its id, so a request may be repeated."""
    fact = await clone.memory.append.fact(caller, body.text, kind=FactKind(body.kind), tags=body.tags)
    return wire.FactReply.model_validate(fact)


async def show_fact(clone: Clone, caller: Caller, fact_id: str) -> wire.FactReply:
    """One fact."""
    return wire.FactReply.model_validate(await clone.memory.read.fact(caller.tenant, fact_id))


async def edit_fact(clone: Clone, caller: Caller, fact_id: str, body: wire.FactPatch) -> wire.FactReply:
    """Put a fact in other words, or change its tags. The claim it made before stays gone."""
    return wire.FactReply.model_validate(
        await clone.memory.correct.edit_fact(caller, fact_id, text=body.text, tags=body.tags)
    )


async def delete_fact(clone: Clone, caller: Caller, fact_id: str) -> None:
    """Remove a fact for good. The same evidence does not bring it back."""
    await clone.memory.correct.delete_fact(caller, fact_id)


ENDPOINTS = (
    Endpoint("GET", "/api/memory/facts/", list_facts),
    Endpoint("POST", "/api/memory/facts/", add_fact, Needs.OWNER, 201),
    Endpoint("GET", "/api/memory/facts/{fact_id}/", show_fact),
    Endpoint("PATCH", "/api/memory/facts/{fact_id}/", edit_fact, Needs.OWNER),
    Endpoint("DELETE", "/api/memory/facts/{fact_id}/", delete_fact, Needs.OWNER),
)
