"""/api/jobs/: work in the background, waiting and finished, and a retry of what failed.

No address starts a new job here. What each kind of job does is in jobs/handlers.py.
"""

from __future__ import annotations

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from clone_mcp.wire.bodies import Page, PageQuery, page
from clone_mcp.wire.operations import JobReply


async def list_jobs(clone: Clone, caller: Caller, query: PageQuery) -> Page[JobReply]:
    """Background work: what is not finished first, by when it is due, then the newest finished."""
    found = await clone.jobs.inspect.listed(caller.tenant, limit=query.offset + query.limit + 1)
    return page(query, [JobReply.model_validate(job) for job in found[query.offset :]])


async def show_job(clone: Clone, caller: Caller, job_id: str) -> JobReply:
    """One job."""
    return JobReply.model_validate(await clone.jobs.inspect.one(caller.tenant, job_id))


async def retry_job(clone: Clone, caller: Caller, job_id: str) -> JobReply:
    """Make a job due now that failed or waits."""
    return JobReply.model_validate(await clone.jobs.inspect.retry(caller.tenant, job_id))


ENDPOINTS = (
    Endpoint("GET", "/api/jobs/", list_jobs),
    Endpoint("GET", "/api/jobs/{job_id}/", show_job),
    Endpoint("POST", "/api/jobs/{job_id}/retry/", retry_job, Needs.OWNER),
)
