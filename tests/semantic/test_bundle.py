"""Bundles with an embedder: what means the same is found, in the background, and goes when its row goes."""

from __future__ import annotations

import pytest

from clone_mcp.app import open_embedder, wire
from clone_mcp.models.memory import ContextRequest
from tests.semantic import tiny
from tests.support.events import said, typed
from tests.support.sql import rows, seen


class Meanings:
    """An embedder that knows two words to mean the same."""

    name = "meanings"

    def embed(self, texts):
        return [b"\x01" if "automobile" in text or "car" in text.split() else b"\x00" for text in texts]

    def question(self, text):
        return self.embed([text])[0]

    def likeness(self, question, others):
        return [float(question == other) for other in others]


@pytest.fixture
def embedder(tmp_path):
    return open_embedder(tiny.model(tmp_path / "model"))


@pytest.fixture
def with_meaning(settings, storage, clock):
    return wire(settings, storage, clock, b"test", embedder=Meanings())


async def stored(settings) -> list[tuple]:
    return await rows(settings, "SELECT id, embedder FROM embeddings ORDER BY id")


async def test_rows_are_embedded_in_the_background_each_once(settings, storage, clock, me, embedder):
    clone = wire(settings, storage, clock, b"test", embedder=embedder)
    events = [typed("run the tests"), said("Shall I deploy?"), typed("the zanzibar ledger", minutes=-20_000)]
    await clone.recording.ingest.batch(me, events)
    assert await stored(settings) == []
    await clone.jobs.worker.drain()
    assert await stored(settings) == sorted((event["id"], embedder.name) for event in events[:2])
    with seen() as watch:
        await clone.recording.ingest.batch(me, [said("Shall I deploy again?")])
        await clone.jobs.worker.drain()
    assert sum(statement.startswith("INSERT INTO embeddings") for statement in watch.statements) == 1


async def test_an_import_of_any_size_is_embedded_job_by_job(settings, storage, clock, me, with_meaning):
    await with_meaning.recording.ingest.batch(me, [said(f"number {n}", minutes=-n / 10) for n in range(700)])
    await with_meaning.jobs.worker.drain()
    assert len(await stored(settings)) == 700


async def test_what_means_the_same_is_found_though_it_shares_no_word(clone, with_meaning, me):
    others = [typed(f"something about cats {n}", minutes=-n) for n in range(40)]
    await with_meaning.recording.ingest.batch(me, [said("polish the automobile", minutes=-50), *others])
    await with_meaning.jobs.worker.drain()
    request = ContextRequest(query="wash my car", max_raw=1)
    assert [raw.text for raw in (await with_meaning.memory.context(me.tenant, request)).raw] == [
        "polish the automobile"
    ]
    assert [raw.text for raw in (await clone.memory.context(me.tenant, request)).raw] == ["something about cats 0"]


async def test_shared_words_still_count(with_meaning, me):
    others = [typed(f"something about cats {n}", minutes=-n) for n in range(40)]
    await with_meaning.recording.ingest.batch(me, [said("zanzibar rules", minutes=-50), *others])
    request = ContextRequest(query="car in zanzibar", max_raw=1)
    assert [raw.text for raw in (await with_meaning.memory.context(me.tenant, request)).raw] == ["zanzibar rules"]


async def test_embeddings_of_another_model_do_not_count_and_are_replaced(settings, storage, clock, me, with_meaning):
    await with_meaning.recording.ingest.batch(me, [said("polish the automobile")])
    await with_meaning.jobs.worker.drain()
    other = open_embedder(tiny.model(settings.home / "other", seed=2))
    clone = wire(settings, storage, clock, b"test", embedder=other)
    assert len((await clone.memory.context(me.tenant, ContextRequest(query="car"))).raw) == 1
    await clone.recording.ingest.batch(me, [said("and the next")])
    await clone.jobs.worker.drain()
    assert {name for _, name in await stored(settings)} == {other.name}


async def test_an_embedding_goes_with_its_row(settings, storage, clock, me, with_meaning):
    kept, gone = said("polish the automobile", "a"), said("my secret", "b")
    await with_meaning.recording.ingest.batch(me, [kept, gone])
    await with_meaning.jobs.worker.drain()
    async with storage.begin(me.tenant) as uow:
        await uow.memory.raws.erase([gone["id"]], clock.now())
        await uow.memory.embeddings.put("meanings", [(gone["id"], b"late")])  # a job that was under way
    assert await stored(settings) == [(kept["id"], "meanings")]


async def test_recording_takes_no_more_than_six_statements_even_so(with_meaning, me):
    for event in (said("Shall I?"), typed("yes")):
        with seen() as watch:
            await with_meaning.recording.ingest.batch(me, [event])
        assert len(watch.statements) <= 6


async def test_without_an_embedder_nothing_is_embedded(settings, clone, me):
    await clone.recording.ingest.batch(me, [said("Shall I?")])
    assert "embed" not in [kind for (kind,) in await rows(settings, "SELECT kind FROM jobs")]
    await clone.jobs.worker.drain()
    assert await stored(settings) == []
