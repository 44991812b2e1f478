"""The daily job: promotes what was left behind, and leaves everybody else in peace."""

from __future__ import annotations

from datetime import timedelta

from clone_mcp.jobs.handlers import Daily
from clone_mcp.models.events import IDLE
from tests.support.events import typed
from tests.support.jobs import waiting
from tests.support.sql import rows
from tests.support.storage import storage_of


async def test_nobody_is_bothered_who_has_nothing_new(clone, me, settings, clock):
    await Daily(storage_of(clone), clock)(me.tenant)
    assert await waiting(settings) == []


async def test_a_session_that_nobody_summarised_is_found(clone, me, settings, clock):
    await clone.recording.ingest.batch(me, [typed("always use tabs, never spaces")])
    clock.advance(seconds=(IDLE + timedelta(minutes=1)).total_seconds())
    await Daily(storage_of(clone), clock)(me.tenant)
    assert ("episodes", "episodes") in await waiting(settings)


async def test_episodes_without_facts_are_found(clone, me, settings, clock):
    await clone.recording.ingest.batch(me, [typed("always use tabs, never spaces")])
    await clone.memory.steps.sync(me.tenant)
    await clone.memory.steps.episodes.session(me.tenant, "s")
    before = await waiting(settings)
    assert ("facts", "facts") in before
    await Daily(storage_of(clone), clock)(me.tenant)
    assert await waiting(settings) == before  # asked for already
    assert await rows(settings, "SELECT count(*) FROM episodes") != [(0,)]


async def test_episodes_that_no_model_has_read_are_found_where_one_is_asked(clone, me, settings, clock):
    await clone.recording.ingest.batch(me, [typed("always use tabs, never spaces")])
    await clone.memory.steps.sync(me.tenant)
    await clone.memory.steps.episodes.session(me.tenant, "s")
    await clone.memory.steps.facts(me.tenant)
    clock.advance(days=1)
    await clone.jobs.worker.drain()
    before = await waiting(settings)
    await Daily(storage_of(clone), clock)(me.tenant)
    assert ("facts", "facts") not in await waiting(settings) or ("facts", "facts") in before
    await Daily(storage_of(clone), clock, model=True)(me.tenant)
    assert ("facts", "facts") in await waiting(settings)
