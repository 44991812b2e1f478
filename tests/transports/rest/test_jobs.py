"""Background work over REST."""

from __future__ import annotations

import pytest

from clone_mcp.models.events import Job

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


async def test_jobs_are_listed_shown_and_made_due(http, storage, tenant):
    async with storage.begin(tenant) as uow:
        for number in range(3):
            await uow.jobs.enqueue(Job(f"kind-{number}"))
    first = (await http.get("/api/jobs/?limit=2")).json()
    rest = (await http.get("/api/jobs/?limit=2&offset=2")).json()
    assert ([len(first["results"]), len(rest["results"])], first["more"], rest["more"]) == ([2, 1], True, False)
    [job] = rest["results"]
    assert (await http.get(f"/api/jobs/{job['id']}/")).json() == job
    assert (await http.post(f"/api/jobs/{job['id']}/retry/")).json()["attempts"] == 0
