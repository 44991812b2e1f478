"""The process dies after the model has answered and before that is written: nothing is lost, nothing is repeated."""

from __future__ import annotations

import asyncio
import sqlite3
import sys
from contextlib import closing

import pytest

from clone_mcp.app import sqlite_path
from clone_mcp.models.memory import Layer, Ref
from tests.memory.model.test_reading_with_a_model import METHOD, PLAIN, claim, facts, found
from tests.support.anthropic_server import KEY, Behaviour, Connection, answers
from tests.support.events import stopped, typed
from tests.support.jobs import wake
from tests.support.stdio import CLONE, environment
from tests.support.storage import storage_of

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

SUMMARY = "They asked for diffs that fit a phone."
TRIGGERS = {
    "episodes": "BEFORE UPDATE ON episodes WHEN NEW.method LIKE 'model:%'",
    "claims": "BEFORE INSERT ON facts WHEN NEW.method LIKE 'model:%'",
}
BEFORE = {"episodes": ["episodes"], "claims": ["episodes", "claims"]}
"""What has been asked for when the write of the one or the other is lost."""


async def told(clone, me, clock) -> None:
    """Something that rules find no claim in, said in a session that ended. The summary's id is the first event's."""
    wake(clock)
    await clone.recording.ingest.batch(me, [typed(PLAIN, id="row-one-of-them"), stopped()])


def replies(episode_id: str) -> dict[str, Behaviour]:
    return {
        "episodes": answers({"episodes": [{"id": episode_id[:8], "summary": SUMMARY, "tags": []}]}),
        "claims": found(claim("Prefers small diffs.", "small diffs", ["row-one-"])),
    }


def asked(server) -> list[str]:
    """What the model was asked for, in order."""
    return [next(iter(each.body["output_config"]["format"]["schema"]["properties"])) for each in server.requests]


async def check(clone, me) -> None:
    """Exactly what one undisturbed run leaves behind."""
    [fact] = await facts(clone, me)
    assert (fact.text, fact.method) == ("Prefers small diffs.", METHOD)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        [episode] = await uow.memory.episodes.newest(since=None, limit=9)
        assert (episode.summary, episode.method) == (SUMMARY, METHOD)
        assert [each.raw_id for each in await uow.memory.facts.evidence(fact.id)] == ["row-one-of-them"]
        assert await uow.memory.links.cited_by(Ref(Layer.FACT, fact.id)) == [
            Ref(Layer.EPISODE, episode.id),
            Ref(Layer.RAW, "row-one-of-them"),
        ]
        assert await uow.memory.episodes.to_distil(since=None, limit=9, again=False) == []
    states = await storage_of(clone).work.listed(me.tenant, limit=99)
    assert [job.kind for job in states if job.finished_at is None or job.error] == []


async def episode_of(clone, me) -> str:
    await clone.memory.steps.episodes(me.tenant)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        [episode] = await uow.memory.episodes.newest(since=None, limit=9)
    return episode.id


@pytest.mark.parametrize("lost", ["episodes", "claims"])
async def test_a_process_killed_before_it_writes_is_made_up_for(clone, server, me, clock, settings, lost):
    await told(clone, me, clock)
    said = replies(await episode_of(clone, me))
    answered = asyncio.Event()
    with closing(sqlite3.connect(sqlite_path(settings.url), isolation_level=None)) as lock:

        async def answers_and_lets_nobody_write(connection: Connection) -> None:
            lock.execute("BEGIN IMMEDIATE")
            await said[lost](connection)
            answered.set()

        server.will(*(said[each] for each in BEFORE[lost][:-1]), answers_and_lets_nobody_write)
        allowed = {"CLONE_ANTHROPIC_API_KEY": KEY, "CLONE_MODEL_BASE_URL": server.url, "NO_PROXY": "127.0.0.1"}
        process = await asyncio.create_subprocess_exec(
            sys.executable, *CLONE[1:], "jobs", "--run", env=environment(settings) | allowed
        )
        await asyncio.wait_for(answered.wait(), 60)
        process.kill()
        await process.wait()
    assert asked(server) == BEFORE[lost]
    assert await facts(clone, me) == []

    clock.advance(minutes=3)  # the dead process's lease is over
    server.will(*(said[each] for each in ("episodes", "claims") if each not in BEFORE[lost][:-1]))
    await clone.jobs.worker.drain()
    await check(clone, me)
    assert asked(server) == [*BEFORE[lost][:-1], lost, *([lost, "claims"] if lost == "episodes" else [lost])]
    await clone.jobs.worker.drain()
    assert server.unused == 0


@pytest.mark.parametrize("lost", ["episodes", "claims"])
async def test_an_answer_that_could_not_be_written_is_asked_for_again(clone, server, me, clock, settings, lost):
    await told(clone, me, clock)
    said = replies(await episode_of(clone, me))
    with closing(sqlite3.connect(sqlite_path(settings.url))) as database:
        database.execute(f"CREATE TRIGGER full {TRIGGERS[lost]} BEGIN SELECT RAISE(ABORT, 'no room'); END")
        server.will(*(said[each] for each in BEFORE[lost]))
        await clone.jobs.worker.drain()
        assert asked(server) == BEFORE[lost]
        assert await facts(clone, me) == []
        database.execute("DROP TRIGGER full")
    [failed] = [job for job in await storage_of(clone).work.listed(me.tenant, limit=99) if job.error]
    assert failed.kind == "model"

    clock.advance(minutes=1)
    server.will(*(said[each] for each in ("episodes", "claims") if each not in BEFORE[lost][:-1]))
    await clone.jobs.worker.drain()
    await check(clone, me)
    listed = await storage_of(clone).work.listed(me.tenant, limit=99)
    assert {job.kind for job in listed if job.attempts > 1} == {"model"}
    assert server.unused == 0
