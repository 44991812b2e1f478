"""Finding things by words, however old."""

from __future__ import annotations

from tests.support.events import said, typed


async def found(clone, tenant, words, **more) -> list[str]:
    return [hit.text for hit in await clone.memory.search(tenant, words, **more)]


async def test_words_are_found_whatever_their_case_or_ending(clone, me):
    await clone.recording.ingest.batch(
        me, [typed("Renamed the Parser tests"), typed("ÄRGER mit Über-Zeilen"), typed("no")]
    )
    assert await found(clone, me.tenant, "parse") == ["Renamed the Parser tests"]
    assert await found(clone, me.tenant, "ärger") == await found(clone, me.tenant, "über") == ["ÄRGER mit Über-Zeilen"]


async def test_all_words_come_before_some_and_old_rows_are_found_too(clone, me):
    many = [said(f"The parser did well, {n}", minutes=-n) for n in range(700)]
    await clone.recording.ingest.batch(me, [typed("parser of zanzibar", minutes=-900_000), *many])
    best, *rest = await found(clone, me.tenant, "zanzibar parser", limit=3)
    assert best == "parser of zanzibar"
    assert rest == ["The parser did well, 0", "The parser did well, 1"]


async def test_signs_that_mean_something_in_sql_mean_themselves(clone, me):
    await clone.recording.ingest.batch(me, [typed("raise it by 100%"), typed("raise it by 100 points")])
    assert await found(clone, me.tenant, "%") == []
    assert len(await found(clone, me.tenant, "100")) == 2
