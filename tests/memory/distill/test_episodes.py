"""Sessions as stretches with a summary."""

from __future__ import annotations

from datetime import timedelta

from clone_mcp.memory.episodes import LONGEST, MOST_ROWS, episodes
from clone_mcp.models.events import Author
from tests.memory.distill.rows import START, raw


def talk(count, *, start=0.0, session="s1"):
    return [
        raw(
            f"words {n}",
            id=f"{session}-{start:05.0f}-{n:04}",
            minute=start + n,
            session=session,
            author=Author.AGENT if n % 2 else Author.PERSON,
        )
        for n in range(count)
    ]


def test_a_long_silence_ends_an_episode():
    drafts = episodes([*talk(4), *talk(3, start=60)])
    assert [len(draft.raw_ids) for draft in drafts] == [4, 3]
    assert [draft.episode.started_at for draft in drafts] == [START, START + timedelta(minutes=60)]
    assert drafts[0].episode.ended_at == START + timedelta(minutes=3)


def test_an_episode_never_holds_more_than_its_share_of_rows():
    assert [len(draft.raw_ids) for draft in episodes(talk(2 * MOST_ROWS + 5))] == [MOST_ROWS, MOST_ROWS, 5]


def test_summarising_again_with_more_rows_updates_instead_of_duplicating():
    held = 2 * MOST_ROWS + 5
    before, after = episodes(talk(held)), episodes([*talk(held + 4), *talk(2, start=1000)])
    assert [draft.episode.id for draft in after[:3]] == [draft.episode.id for draft in before]
    assert len(after) == 4
    assert after[:2] == before[:2]


def test_sessions_do_not_mix():
    drafts = episodes([*talk(2), *talk(2, session="s2")])
    assert sorted(draft.episode.session_id for draft in drafts) == ["s1", "s2"]


def test_the_order_of_rows_does_not_matter():
    assert episodes(talk(9)) == episodes(talk(9)[::-1])


def test_no_rows_no_episodes():
    assert episodes([]) == ()


def test_the_summary_says_who_asked_what_and_how_it_ended():
    rows = [
        raw("A session started in claude-code.", id="0", author=Author.UNATTRIBUTED),
        raw("fix the login", id="1", minute=1, project="atlas"),
        raw("Which database?", id="2", minute=2, author=Author.AGENT, project="atlas"),
        raw("Postgres, and keep the old tests", id="3", minute=3, project="atlas"),
        raw("the user wants MySQL", id="4", minute=4, author=Author.CLONE, project="atlas"),
        raw("thanks", id="5", minute=5, project="atlas"),
        raw("All tests pass.", id="6", minute=6, author=Author.AGENT, project="atlas"),
        raw("The session ended.", id="7", minute=7, author=Author.UNATTRIBUTED),
    ]
    (draft,) = episodes(rows)
    assert draft.episode.summary == (
        "A session in atlas: 3 turns of the person, 2 of the agent. Asked: “fix the login”. "
        "Also said: “Postgres, and keep the old tests”. Ended with the agent saying: “All tests pass”."
    )
    assert draft.episode.project == "atlas"
    assert "MySQL" not in draft.episode.summary


def test_a_summary_stays_short_whatever_was_said():
    rows = [raw("word " * 90, id=str(n), minute=n, project="p" * 300) for n in range(9)]
    (draft,) = episodes(rows)
    assert len(draft.episode.summary) <= LONGEST
