"""`clone-mcp jobs`, on both databases."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from clone_mcp.app import SystemClock, open_storage
from clone_mcp.jobs.worker import worker_for
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Job
from clone_mcp.settings import Settings
from tests.support.command import Command, Ran

WORKS = Job("facts")


@pytest.fixture
def enqueue(settings: Settings):
    def now(*jobs: Job) -> None:
        async def within() -> None:
            storage = await open_storage(settings, SystemClock())
            async with storage.begin(LOCAL_TENANT) as uow:
                for job in jobs:
                    await uow.jobs.enqueue(job)
            await storage.close()

        asyncio.run(within())

    return now


def states(command: Command) -> list[str]:
    return sorted(re.sub(r"^\S+ +| \d{4}-\d\d-\d\d \d\d:\d\d", "", line) for line in command("jobs").out.splitlines())


def test_without_jobs_it_says_so(command: Command) -> None:
    assert command("jobs") == Ran(0, "No jobs.\n", "")
    assert command("jobs", "--json") == Ran(0, "[]\n", "")
    assert command("jobs", "--run") == Ran(0, "Worked off: 0.\n", "")


def test_jobs_are_listed_and_worked_off(command: Command, enqueue) -> None:
    enqueue(WORKS, Job("facts", run_at=SystemClock().now() + timedelta(hours=1)))
    assert states(command) == ["facts       due", "facts       due"]
    assert command("jobs", "--run") == Ran(0, "Worked off: 2.\n", "")  # the second is the profile
    assert states(command) == ["facts       done", "facts       due", "profile     done"]
    listed = json.loads(command("jobs", "--json", "--limit", "1").out)
    assert [(job["kind"], job["attempts"], job["finished_at"], job["running"]) for job in listed] == [
        ("facts", 0, None, False)
    ]


def test_a_job_that_failed_says_why_and_can_be_made_due(command: Command, enqueue, settings: Settings) -> None:
    enqueue(WORKS)
    asyncio.run(fail(settings))
    assert states(command) == ["facts       due, try 1: ValueError"]
    assert command("jobs", "--run").out == "Worked off: 0.\n"  # it is due again in half a minute
    [job] = json.loads(command("jobs", "--json").out)
    assert command("jobs", "--retry", job["id"]) == Ran(0, "Due again.\n", "")
    assert states(command) == ["facts       due"]
    assert command("jobs", "--run").out == "Worked off: 2.\n"
    assert states(command) == ["facts       done", "profile     done"]


async def fail(settings: Settings) -> None:
    """Work a job off, badly."""

    async def handler(_tenant: UUID, _payload: dict[str, Any]) -> None:
        raise ValueError

    storage = await open_storage(settings, SystemClock())
    await worker_for(storage.work, SystemClock(), {"facts": handler}).drain()
    await storage.close()


def test_an_id_of_no_job_is_refused(command: Command) -> None:
    for it in ("1", "nonsense"):
        refused = command("jobs", "--retry", it)
        assert (refused.code, refused.out) == (2, "")
        assert "There is no such job." in refused.err
