"""Whatever a process was doing when it was killed: acknowledged is there, nothing is there by half, nobody must help.

Transactions are S1, S2, …; dying before the commit of Sn, or at any statement within, must leave S(n-1); dying after it
Sn; dying in the midst of it one of both. Then the act is done again by a process that knows nothing of the death, and
must come to what it comes to undisturbed.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest

from tests.durability import acts, found
from tests.durability.deaths import Deaths, End, forking
from tests.durability.places import Place
from tests.durability.portrait import Portrait, portrait
from tests.support.events import NINE


@pytest.fixture(scope="module")
def deaths() -> Iterator[Deaths]:
    with forking() as it:
        yield it


LONG = pytest.mark.skipif("TEST_LONG" not in os.environ, reason="by make torture; the suite does it more briefly")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def lived(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    base = tmp_path_factory.mktemp("crashes") / "base"
    base.mkdir()
    database = request.getfixturevalue("postgres").database() if request.param == "postgres" else None
    place = Place(base, NINE.isoformat(), database)
    yield place.within(lambda clone, clock: acts.lived(clone, clock, place.folder))
    if database:
        database.drop()


def seen(place: Place) -> Portrait:
    found: list[Portrait] = []

    async def look(clone, _clock) -> None:
        found.append(await portrait(clone, place.settings))

    place.within(look)
    if place.database is None:
        with closing(sqlite3.connect(place.settings.home / "clone.db")) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return found[0]


def edited(place: Place) -> Place:
    acts.edit(place.folder)
    return place.within(acts.days_later)


def outgrown(place: Place) -> Place:
    """Memory has something new, and no longer something that the export has."""
    return place.within(acts.days_later).within(acts.without_a_fact)


def with_more(place: Place) -> Place:
    return place.within(acts.before_promoting)


BEFORE: dict[str, Callable[[Place], Place]] = {
    "promote": with_more,
    "apply": edited,
    "export": outgrown,
    "restore": Place.emptied,
    "take_in": found.history,
    "deliver": found.notes,
}
"""What makes the place one in which there is something to do."""


@pytest.mark.parametrize("act", [name for name in acts.ACTS if name != "nothing"])
@pytest.mark.parametrize("lived", ["sqlite", pytest.param("postgres", marks=LONG)], indirect=True)
def test_a_death_at_any_step_leaves_all_or_nothing_and_needs_no_hand(act: str, deaths: Deaths, lived: Place) -> None:
    with lived.copied() as copy, BEFORE.get(act, lambda place: place)(copy).copied() as place:
        with place.copied() as undisturbed:
            life = deaths(undisturbed.task(act))
            whole = seen(undisturbed)
        commits = life.steps.get("after commit", 0)
        state = seen(place)
        for number in chosen(commits):
            before = died(place, act, deaths, "before commit", number, life, whole)
            during = died(place, act, deaths, "during commit", number, life, whole)
            after = died(place, act, deaths, "after commit", number, life, whole)
            assert number > 1 or before == state
            assert during in (before, after)
            assert number < commits or after == whole
        inside = died(place, act, deaths, "statement", life.steps["statement"] * 2 // 3, life, whole)
        assert commits > 1 or inside == state
        for number in range(1, life.steps.get("file", 0), 3):
            died(place, act, deaths, "file", number, life, whole)


@pytest.mark.parametrize("lived", ["postgres"], indirect=True)
def test_a_server_that_dies_over_and_over_gets_everything_done_once(deaths: Deaths, lived: Place) -> None:
    """One act after the other, each killed three times before it is let through, beside a twin that is left alone."""
    with lived.copied() as place, lived.copied() as twin:
        for act in ("take_in", "apply", "record", "batch", "deliver", "feedback", "promote", "forget"):
            place, twin = (BEFORE.get(act, lambda it: it)(each) for each in (place, twin))
            life = deaths(twin.task(act))
            commits, statements = life.steps["after commit"], life.steps["statement"]
            for step, number in (("statement", statements * 2 // 3), ("before commit", 1), ("during commit", commits)):
                end = deaths(place.task(act, step, number))
                assert set(end.said) <= set(life.said)
            deaths(place.task(act))
            assert seen(place) == seen(twin), act


def chosen(commits: int) -> list[int]:
    return sorted({1, (commits + 1) // 2, commits} if commits else ())


def died(place: Place, act: str, deaths: Deaths, step: str, number: int, life: End, whole: Portrait) -> Portrait:
    """What is left after that death. Whatever it is, the act is then done again as if nothing had been."""
    with place.copied() as copy:
        end = deaths(copy.task(act, step, number))
        assert end.killed, f"there is no {step} {number}"
        left = seen(copy)
        assert end.said == life.said[: len(end.said)]
        assert all(text in str(left) for text in end.said if text != acts.DONE)
        assert left == whole or len(end.said) < len(life.said) or not life.said
        copy.within(lambda clone, clock: acts.ACTS[act](clone, clock, copy.folder, lambda _text: None))
        assert seen(copy) == whole, f"after a death at {step} {number}"
    return left
