"""What a process may be doing when it dies: it says what is acknowledged, and can be done again from anywhere."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from clone_mcp.clients.machine import Machine
from clone_mcp.clone import Clone
from clone_mcp.errors import Conflict
from clone_mcp.memory.erase import Extent
from clone_mcp.memory.markdown import folder as folders
from clone_mcp.memory.markdown.documents import files
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.sources.importing import Import, ImportFilter, ImportResult
from clone_mcp.sources.registry import BY_NAME
from clone_mcp.sources.vouching import Vouching
from tests.memory.person import RULE, SPACES, TABS, Person
from tests.support.clock import FixedClock
from tests.support.events import said, stopped, typed

Say = Callable[[str], None]
ME, OWNER = Caller(LOCAL_TENANT, Scope.RECORDER), Caller(LOCAL_TENANT, Scope.OWNER)
HABIT = "run the tests"
DONE = "done"


def the_person(clone: Clone, clock: FixedClock) -> Person:
    return Person(clone, ME, OWNER, clock)


async def lived(clone: Clone, clock: FixedClock, folder: Path) -> None:
    """What there is before: rows, episodes, a strong fact, a prediction that cites it, and an export."""
    person = the_person(clone, clock)
    await person.said_in_sessions(TABS, 5)
    await person.hears("Shall I run them?", "t0")
    await person.says(RULE, HABIT, session="t0")
    await person.promote()
    _note(folder).write_text(await person.asked((await person.fact("Prefers tabs over spaces.")).id))
    await clone.memory.markdown.export(OWNER, folder)


async def record(clone: Clone, clock: FixedClock, _folder: Path, say: Say) -> None:
    """Three events, one after the other."""
    for number in range(3):
        event = {**typed(f"prompt {number}", "new"), "id": f"new-{number}", "occurred_at": clock.now().isoformat()}
        batch = await clone.recording.ingest.batch(ME, [event])
        assert batch.invalid == ()
        say(f"prompt {number}")


async def batch(clone: Clone, clock: FixedClock, _folder: Path, say: Say) -> None:
    """A session in one batch."""
    own = {"occurred_at": clock.now().isoformat()}
    events = [said("Shall I?", "b"), *(typed(f"item {n}", "b") for n in range(6)), stopped("b")]
    numbered = [{**event, **own, "id": f"b-{n}"} for n, event in enumerate(events)]
    assert (await clone.recording.ingest.batch(ME, numbered)).invalid == ()
    for number in range(6):
        say(f"item {number}")


async def feedback(clone: Clone, _clock: FixedClock, folder: Path, say: Say) -> None:
    """An outcome, what it does to the fact, and what the person typed instead."""
    await clone.prediction.feedback(ME, _note(folder).read_text(), "rejected", "use spaces, please")
    say(DONE)


def _note(folder: Path) -> Path:
    """Where the prediction's id is kept: no listing gives it."""
    return folder.with_name("prediction")


async def promote(clone: Clone, clock: FixedClock, _folder: Path, _say: Say) -> None:
    """All loops over what is new."""
    await clone.memory.promote(LOCAL_TENANT)


async def forget(clone: Clone, _clock: FixedClock, _folder: Path, say: Say) -> None:
    """A session goes, with what rests on it."""
    await clone.memory.forget(OWNER, Extent(session_id="t0"))
    say(DONE)


async def apply(clone: Clone, _clock: FixedClock, folder: Path, say: Say) -> None:
    """The folder's edits."""
    await clone.memory.markdown.apply(OWNER, folder)
    say(DONE)


async def export(clone: Clone, _clock: FixedClock, folder: Path, say: Say) -> None:
    """Over an earlier export, and into a new folder."""
    markdown = clone.memory.markdown
    for where in (folder, folder.with_name("another")):
        await markdown.export(OWNER, where)
        assert files(where) == await markdown.rendered(OWNER)
        assert folders.changed(where) == []
        assert list(where.glob(".clone.*ing.json")) == []
    say(DONE)


async def restore(clone: Clone, _clock: FixedClock, folder: Path, say: Say) -> None:
    """Into an empty memory. One that was filled is refused, and nobody needs to fill it."""
    with suppress(Conflict):
        await clone.memory.restore(OWNER, folder)
    say(DONE)


async def take_in(clone: Clone, _clock: FixedClock, folder: Path, say: Say) -> None:
    """A history of two sessions. What is counted as new while it goes on is acknowledged."""
    told = 0

    def moved(done: ImportResult) -> None:
        nonlocal told
        for number in range(told, done.taken.new):
            say(f"turn {number:04}")
        told = done.taken.new

    files = sorted(folder.with_name("history").glob("*.jsonl"))
    await Import(clone.recording.backfill, Vouching(Machine.here(), {path.parent.resolve() for path in files}))(
        OWNER, BY_NAME["claude-code"], files, ImportFilter(), moved=moved
    )
    say(DONE)


async def deliver(clone: Clone, _clock: FixedClock, _folder: Path, say: Say) -> None:
    """What hooks left, which nobody asks for twice."""
    await clone.jobs.deliver()
    say(DONE)


async def count(clone: Clone, _clock: FixedClock, _folder: Path, say: Say) -> None:
    """What the person's answers decided."""
    while await clone.memory.precedents(LOCAL_TENANT):
        pass
    say(DONE)


async def nothing(_clone: Clone, _clock: FixedClock, _folder: Path, _say: Say) -> None:
    """Opening the database is all."""


ACTS: dict[str, Callable[[Clone, FixedClock, Path, Say], Awaitable[None]]] = {
    act.__name__: act
    for act in (record, batch, feedback, promote, forget, apply, export, restore, take_in, deliver, count, nothing)
}


async def before_promoting(clone: Clone, clock: FixedClock) -> None:
    """Something new for every loop, and something that contradicts what is known."""
    person = the_person(clone, clock)
    await person.says(SPACES, HABIT, session="t1")
    await person.says("I prefer working with my therapist in the morning", HABIT, session="t2")
    await person.leaves("t2")


async def days_later(clone: Clone, clock: FixedClock) -> None:
    """Rows of which the export knows nothing, in a file of their own."""
    clock.advance(days=1)
    await the_person(clone, clock).says("what about the other one?", session="t3")
    clock.advance(days=1)


async def without_a_fact(clone: Clone, clock: FixedClock) -> None:
    """One that was known is deleted."""
    tabs = await the_person(clone, clock).fact("Prefers tabs over spaces.")
    await clone.memory.correct.delete_fact(OWNER, tabs.id)


def edit(folder: Path) -> None:
    """What the person does to the folder: a tag, a new fact, a row that goes.

    One statement only: two of the same moment would stand in an order that is drawn by lot.
    """
    [rule] = [path for path in folder.glob("facts/*.md") if "English" in path.read_text(encoding="utf-8")]
    text = rule.read_text(encoding="utf-8")
    head, _, rest = text.partition("\ntags:")
    rule.write_text(f"{head}\ntags: [language]{rest[rest.index(chr(10)) :]}", encoding="utf-8")
    (folder / "facts" / "mine.md").write_text("I like short answers.\n", encoding="utf-8")
    [day] = folder.glob("raw/*.md")
    lines = day.read_text(encoding="utf-8").splitlines(keepends=True)
    day.write_text("".join(line for line in lines if HABIT not in line), encoding="utf-8")
