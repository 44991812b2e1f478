"""An export is enough to have all of memory back."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from clone_mcp.errors import Conflict, Invalid
from clone_mcp.language.sentence import flat
from clone_mcp.memory.erase import Extent
from clone_mcp.memory.markdown.documents import document, raw_lines
from clone_mcp.memory.markdown.render import Cited, Snapshot, render
from clone_mcp.memory.markdown.restore import RestoreCount
from clone_mcp.memory.markdown.values import episode_of, fact_of, profile_of, record_of
from clone_mcp.memory.statements import State
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.memory import Episode, Layer, Profile, Ref
from tests.conftest import new_tenant
from tests.memory.databases import on_sqlite
from tests.memory.distill.rows import START, fact, raw
from tests.memory.markdown.export import Export
from tests.memory.person import RULE, SPACES, TABS, Person
from tests.support.clock import FixedClock

ODD = "I like --- and --> and ## Rests on and [brackets](x) and \U0001f600 and 日本語 and \\ \" ' {}"


@pytest.fixture
async def home(clone, person, storage, clock, tmp_path) -> Export:
    """Another account, with nothing in it."""
    tenant = await new_tenant(storage, clock)
    other = Person(clone, Caller(tenant, Scope.RECORDER), Caller(tenant, Scope.OWNER), clock)
    return Export(clone, other, tmp_path / "restored")


@pytest.fixture
async def full(clone, person, export) -> None:
    await person.said_in_sessions(TABS, 5)
    await person.says(RULE, "yes please", "yes please", session="t0")
    await person.hears("Shall I --> <!-- {go} --> on?", "t1")
    await person.promote()
    await person.says(SPACES, "I prefer working with my therapist in the morning", session="t1")
    await person.promote()
    added = await clone.memory.append.fact(person.owner, ODD, tags=["a, b", "[c]", "日本"])
    await clone.memory.append.episode(person.owner, "---\nWent to sea.\n\n## Links\n\n- none\n\n## Rests on\nx")
    [episode] = [each for each in await person.episodes() if each.session_id == "t1"]
    await clone.memory.correct.edit_episode(person.owner, episode.id, "  Two\nlines --> <!-- -->  ")
    gone = await clone.memory.append.fact(person.owner, "I prefer tea")
    await clone.memory.correct.delete_fact(person.owner, gone.id)
    for _ in range(3):
        await clone.prediction.feedback(person.me, await person.asked(added.id), "rejected", None)
    await clone.memory.correct.edit_profile(person.owner, "# Me\n\n---\nI garden.")
    await person.promote()
    await export.write()


async def test_restoring_gives_the_same_bundle_and_the_same_bytes(clone, person, export, home, full):
    assert await clone.memory.restore(home.person.owner, export.folder) == RestoreCount(
        raw=len(await person.raws()),
        episodes=len(await person.episodes()),
        facts=len(await person.facts()),
        deleted_raw=0,
        deleted_facts=0,
    )
    assert await home.write() == export.bytes()
    mine = await person.bundle("tabs", recency_minutes=10_080, max_raw=100)
    theirs = await home.person.bundle("tabs", recency_minutes=10_080, max_raw=100)
    assert theirs == mine
    assert sorted(await home.person.waiting(), key=repr) == sorted(await person.waiting(), key=repr) != []
    for each in await person.facts():
        [one, other] = [(await who.facts())[each] for who in (person, home.person)]
        assert one == other


@on_sqlite
async def test_what_was_restored_lives_on(clone, person, export, home, full):
    await clone.memory.restore(home.person.owner, export.folder)
    episodes = await home.person.episodes()
    await home.person.promote()
    assert await home.person.episodes() == episodes
    await home.person.promote(force=True)
    assert "I prefer tea" not in await home.person.facts()  # deleted there stays deleted here
    home.person.clock.advance(minutes=1)
    await home.person.says(TABS, session="t0")
    await home.person.promote()
    assert (await home.person.fact("Prefers tabs over spaces.")).importance > 0.9


@on_sqlite
async def test_only_an_empty_memory_is_filled(clone, person, export, home, full):
    with pytest.raises(Conflict, match=r"Memory is not empty\."):
        await clone.memory.restore(person.owner, export.folder)
    await clone.memory.forget(person.owner, Extent(everything=True))
    with pytest.raises(Conflict, match=r"were deleted here\. `--bring-back`"):
        await clone.memory.restore(person.owner, export.folder)
    assert (await person.raws(), await person.facts()) == ([], {})


async def test_what_was_deleted_comes_back_when_the_person_says_so(clone, person, export, full):
    """And is then as if it had never been deleted: the same evidence counts again, in a model's words too."""
    before, rule = export.bytes(), "Wants agents always to answer in English."
    await clone.memory.correct.delete_fact(person.owner, (await person.fact(rule)).id)
    raws = len(await person.raws())
    await clone.memory.forget(person.owner, Extent(everything=True))
    plan = await clone.memory.restore.plan(person.owner, export.folder)
    assert (plan.raw, plan.deleted_raw, plan.deleted_facts) == (raws, raws, 1)
    assert await clone.memory.restore(person.owner, export.folder, bring_back=True) == plan
    assert await export.write() == before
    await person.promote(force=True)
    assert rule in await person.facts()
    assert "I prefer tea" not in await person.facts()  # the export itself had that deleted


def _front(folder, kind: str, name: str, value: str) -> None:
    path = sorted((folder / kind).glob("*.md"))[0]
    lines = path.read_text().split("\n")
    at = next(number for number, line in enumerate(lines) if line.startswith(f"{name}:"))
    path.write_text("\n".join([*lines[:at], f"{name}: {value}", *lines[at + 1 :]]))


@on_sqlite
@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("facts", "id", '"../../../etc/x"'),
        ("facts", "id", "7"),
        ("facts", "kind", '"mood"'),
        ("facts", "tier", "null"),
        ("facts", "base", "NaN"),
        ("facts", "base", '"much"'),
        ("facts", "key", '""'),
        ("facts", "created_at", '"yesterday"'),
        ("facts", "created_at", '"2026-11-20T08:30:00"'),
        ("facts", "waits_for", '"rain"'),
        ("facts", "raw", "[[]]"),
        ("facts", "raw", "7"),
        ("episodes", "id", '"/x"'),
        ("episodes", "started_at", "1e999"),
        ("episodes", "method", "null"),
    ],
)
async def test_a_file_that_was_tampered_with_is_refused_before_anything_is_written(
    clone, export, home, full, kind, name, value
):
    _front(export.folder, kind, name, value)
    with pytest.raises(Invalid, match=rf"{kind}/.*(is not as it was written|is missing)"):
        await clone.memory.restore(home.person.owner, export.folder)
    assert (await home.person.raws(), await home.person.facts()) == ([], {})


@on_sqlite
async def test_rows_that_were_tampered_with_are_refused(clone, export, home, full, tmp_path):
    day = export.folder / "raw/2026-11-20.md"
    text = day.read_text()
    for old, new in (
        ('"author": "person"', '"author": "god"'),
        ('"at": "2026', '"at": "x'),
        ('"session": "t0"', '"session": ""'),
    ):
        day.write_text(text.replace(old, new, 1))
        with pytest.raises(Invalid, match=r"raw row .* is not as it was written"):
            await clone.memory.restore(home.person.owner, export.folder)
    assert await home.person.raws() == []


texts = st.one_of(
    st.text(max_size=80),
    st.text(alphabet="-#>< \n\r[](){}!\"'\\`:|\x00\u2028\x85é日\U0001f600", max_size=60),
    st.sampled_from(
        ["---", "-->", "<!-- {} -->", "## Rests on", "## Links", "- [x](y)", "a\n---\nb", "null", "[]", ODD]
    ),
)


@given(said=texts, told=texts, claim=texts, page=texts, project=texts, session=st.text(min_size=1, max_size=40))
@hypothesis_settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_survives_the_way_out_and_back(said, told, claim, page, project, session):
    state = State(FixedClock(), redact=False)

    def kept(text: str) -> str:
        """As memory keeps what a person writes."""
        return state.words(text) if text.strip().strip("\x00") else "x"

    id_ = "6b1f0d3e-7a52-4c0e-9a63-2f5d8c4e1b70"
    row = raw(flat(kept(said)) or "x", id="r", session=kept(session))
    episode = Episode(id_, row.session_id, START, START, kept(told), (), "person", kept(project), ("a", "b"))
    claimed = replace(fact(" ".join(kept(claim).split()) or "x", id=id_, project=kept(project)), tags=("x, y",))
    profile = Profile(kept(page), "card", "person", START)
    cited = {Ref(Layer.FACT, id_): Cited(("r",), (id_,)), Ref(Layer.EPISODE, id_): Cited(("r",))}
    files = render(Snapshot([claimed], [episode], [row], cited, {}, profile))
    [day] = [raw_lines(path, text) for path, text in files.items() if path.startswith("raw/")]
    record = record_of("r", day["r"], START)
    assert (record.sentence, record.event.session_id, record.event.occurred_at) == (row.text, row.session_id, START)
    backed = {
        path.split("/")[0]: document(path, text) for path, text in files.items() if "/" in path and "raw" not in path
    }
    assert replace(episode_of(backed["episodes"]).value, sketch=0) == episode
    assert fact_of(backed["facts"]).value == claimed
    assert profile_of(files) == profile


@on_sqlite
async def test_an_export_can_be_moved(clone, export, home, full, tmp_path):
    moved = tmp_path / "elsewhere"
    shutil.copytree(export.folder, moved)
    await clone.memory.restore(home.person.owner, moved)
    assert json.loads((moved / ".clone.json").read_text())["buried"]
