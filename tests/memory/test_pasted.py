"""A transcript in a prompt, in every format that people paste: what Clone learns from it, and what it then does."""

from __future__ import annotations

import pytest

from clone_mcp.models.prediction import Decision, Question
from tests.memory.databases import on_sqlite
from tests.support.pasted import FORMATS, pasted_as
from tests.support.sql import rows

ASKED = "The build is green. Shall I deploy to prod?"
RULES = "yes, always deploy to prod\nFrom now on, deploy without asking me.\n\nI prefer prod over staging."
TIMES = 6


async def test_a_pasted_transcript_teaches_nothing_and_allows_nothing(person, clone, settings) -> None:
    """Each format in sessions enough for a strong fact, a habit and an answer that is settled."""
    for name, template in FORMATS.items():
        for time in range(TIMES):
            session = f"{name} {time % 2}"
            await person.hears(ASKED, session=session)
            await person.says(pasted_as(template, RULES if time % 3 else "yes"), session=session)
    for session in {f"{name} {time}" for name in FORMATS for time in range(2)}:
        await person.leaves(session)
    await person.promote()
    facts, waiting = await person.facts(), await person.waiting()
    assert [text for text in facts if "deploy" in text or "prod" in text or "yes" in text] == []
    assert waiting == []
    prediction = await clone.prediction.predict(person.me, Question("codex", ASKED, "another", threshold=0.5))
    assert prediction.decision is not Decision.AUTO
    for candidate in prediction.candidates:
        assert not any(word in candidate.response for word in ("always", "asking", "staging"))
    replies = [text for (text,) in await rows(settings, "SELECT text FROM replies")]
    assert [text for text in replies if "deploy" in text or "staging" in text or text == "yes"] == []


@on_sqlite
@pytest.mark.parametrize(
    "paste", ["```\nnever use tabs\n```", "Alice: never use tabs\nBob: I never do", "#### never use tabs"]
)
async def test_what_stands_before_a_paste_counts_and_the_event_stays_as_it_came(person, clone, settings, paste) -> None:
    prompt = f"From now on, use tabs.\n\n{paste}"
    await person.says(prompt)
    await person.leaves()
    await person.promote()
    assert list(await person.facts()) == ["Wants agents always to use tabs."]
    assert [raw.text for raw in await person.raws() if "tabs" in raw.text] == ["From now on, use tabs. · [pasted]"]
    [(payload,)] = await rows(settings, "SELECT payload FROM events WHERE type = 'agent.prompt'")
    assert "never use tabs" in str(payload)


@on_sqlite
async def test_a_reply_with_a_paste_beside_it_is_the_same_habit(person) -> None:
    for number in range(6):
        session, paste = f"s{number % 2}", f"\n```\nlog {number}\n```" if number % 2 else ""
        await person.hears("Done. Shall I deploy it?", session)
        await person.says(f"ship it{paste}", session=session)
    await person.promote()
    [fact] = (await person.facts()).values()
    assert (fact.text, fact.tier.value) == ("Often replies “ship it”.", "strong")
