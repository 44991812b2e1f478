"""/api/memory/raw/: what was said and done, one row for each event. The first tier of memory."""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.errors import NotFound
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire import memory as wire
from clone_mcp.wire.bodies import Page, page


async def list_raw(clone: Clone, caller: Caller, query: wire.RowsQuery) -> Page[wire.RawReply]:
    """What was said and done, newest first."""
    found = await clone.memory.read.raws(caller.tenant, since=query.since, limit=query.limit + 1, offset=query.offset)
    return page(query, [wire.RawReply.model_validate(raw) for raw in found])


async def add_raw(clone: Clone, caller: Caller, body: wire.RawBody, own_id: str | None) -> wire.RawReply:
    """Make a statement. It is recorded as an event first, so that it has a source like everything else."""
    return wire.RawReply.model_validate(await clone.memory.append.raw(caller, body.text, own_id=own_id))


async def show_raw(clone: Clone, caller: Caller, raw_id: str) -> wire.RawReply:
    """One raw row."""
    return wire.RawReply.model_validate(await clone.memory.read.raw(caller.tenant, raw_id))


async def delete_raw(clone: Clone, caller: Caller, raw_id: str) -> None:
    """Erase an event, and everything that rests on it alone. Recorded again, it stays away."""
    if not await clone.memory.correct.delete_raws(caller, [raw_id]):
        raise NotFound("There is no such raw row.")


ENDPOINTS = (
    Endpoint("GET", "/api/memory/raw/", list_raw),
    Endpoint("POST", "/api/memory/raw/", add_raw, Needs.OWNER, 201),
    Endpoint("GET", "/api/memory/raw/{raw_id:text}/", show_raw),
    Endpoint("DELETE", "/api/memory/raw/{raw_id:text}/", delete_raw, Needs.OWNER),
)
