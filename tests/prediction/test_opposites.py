"""Opposite answers compete, a change of mind is learned, and lists come in the order of what is sent."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, Question
from tests.conftest import new_tenant
from tests.support.events import said, typed

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ASKED = {
    "en": "The change is ready. How shall I go on?",
    "de": "Die Änderung ist fertig. Wie soll ich weitermachen?",
    "fr": "La modification est prête. Comment dois-je continuer ?",
    "es": "El cambio está listo. ¿Cómo debo seguir?",
    "pt": "A mudança está pronta. Como devo continuar?",
    "zh": "修改已经完成。接下来怎么做？",
}
PAIRS = defaultdict(list)
for line in (Path(__file__).parents[1] / "language" / "meaning_opposites.tsv").read_text(encoding="utf-8").splitlines():
    if line.count("\t") == 2:
        language, one, other = line.split("\t")
        if language in ASKED:
            PAIRS[language].append((one, other))
SWITCHING = [("use pnpm", "use npm"), ("run the tests", "don't run the tests"), ("tabs", "spaces"), ("yes", "no")]


async def person(clone, clock, storage, pairs, *, session="s{}") -> Caller:
    """Somebody who gave these answers to these questions, in this order."""
    me = Caller(await new_tenant(storage, clock), Scope.RECORDER)
    events = []
    for number, (asked, replied) in enumerate(pairs):
        where = session.format(number // 4)
        events.append(said(asked, where, minutes=number))
        events.append(typed(replied, where, minutes=number + 0.5))
    for start in range(0, len(events), 80):
        await clone.recording.ingest.batch(me, events[start : start + 80])
    return me


def test_there_are_enough_pairs_of_opposites():
    assert sum(map(len, PAIRS.values())) >= 30
    assert len(PAIRS) >= 5


@pytest.mark.parametrize("session", ["s{}", "one"], ids=["many sessions", "one session"])
@pytest.mark.parametrize("language", list(ASKED))
async def test_opposites_given_in_turn_compete(clone, clock, storage, language, session):
    asked, wrong = ASKED[language], []
    for one, other in PAIRS[language]:
        me = await person(clone, clock, storage, [(asked, one), (asked, other)] * 20, session=session)
        made = await clone.prediction.predict(me, Question("codex", asked, session.format(9), k=5, threshold=0.65))
        sent = {each.response: each.confidence.sent for each in made.candidates}
        if made.decision is Decision.AUTO or not {one, other} <= set(sent) or max(sent.values()) >= 0.65:
            wrong.append((one, other, sent))
    assert wrong == []


@pytest.mark.parametrize(("one", "other"), SWITCHING)
async def test_options_given_in_turn_compete(clone, clock, storage, one, other):
    me = await person(clone, clock, storage, [(ASKED["en"], one), (ASKED["en"], other)] * 20)
    made = await clone.prediction.predict(me, Question("codex", ASKED["en"], options=(one, other), k=5, threshold=0.65))
    assert made.decision is Decision.ESCALATED
    assert {each.response for each in made.candidates} == {one, other}
    assert max(each.confidence.calibrated for each in made.candidates) < 0.65


@pytest.mark.parametrize("options", [False, True])
@pytest.mark.parametrize("language", list(ASKED))
async def test_a_change_of_mind_is_learned(clone, clock, storage, language, options):
    asked, wrong = ASKED[language], []
    for one, other in PAIRS[language]:
        for before, after in ((one, other), (other, one)):
            me = await person(clone, clock, storage, [(asked, before)] * 10 + [(asked, after)] * 4)
            question = Question("codex", asked, k=5, options=(one, other) if options else ())
            made = await clone.prediction.predict(me, question)
            if made.top.response != after:
                wrong.append((before, after, made.top))
    assert wrong == []


@pytest.mark.parametrize(("one", "other"), SWITCHING)
async def test_one_exception_is_no_change_of_mind(clone, clock, storage, one, other):
    me = await person(clone, clock, storage, [(ASKED["en"], one)] * 10 + [(ASKED["en"], other)])
    made = await clone.prediction.predict(me, Question("codex", ASKED["en"], k=5))
    assert made.top.response == one


@pytest.mark.parametrize(("one", "other"), SWITCHING)
async def test_each_of_two_opposites_leads_where_it_was_given(clone, clock, storage, one, other):
    web = "The web client has to be built before the release. How shall I do that?"
    server = "A database migration waits on the server; what about it?"
    me = await person(clone, clock, storage, [(web, one), (server, other)] * 20)
    for asked, expected in ((web, one), (server, other)):
        made = await clone.prediction.predict(me, Question("codex", asked, k=5))
        assert made.top.response == expected
        assert made.candidates[0].confidence.sent > made.candidates[1].confidence.sent


async def test_what_means_the_same_is_one_candidate_and_counts_together(clone, clock, storage):
    asked = "All tests pass now. Shall I commit the change?"
    ways = ["yes", "go ahead", "yes, commit it", "commit it please"]
    many = await person(clone, clock, storage, [(asked, ways[number % 4]) for number in range(20)])
    few = await person(clone, clock, storage, [(asked, "yes") for _ in range(5)])
    made, less = [await clone.prediction.predict(me, Question("codex", asked, k=5)) for me in (many, few)]
    assert len({each.response for each in made.candidates} & set(ways)) == 1
    assert made.top.response in ways
    assert made.top.confidence.calibrated > less.top.confidence.calibrated


@pytest.mark.parametrize("seed", range(12))
async def test_candidates_come_in_the_order_of_what_is_sent(clone, clock, storage, seed):
    chance = random.Random(seed)
    asked = [*ASKED.values(), "Done.", "Which port? 1. 8080 2. 9090", "Shall I push the branch, or wait?"]
    replies = [reply for pairs in PAIRS.values() for pair in pairs for reply in pair]
    usual = chance.sample(replies, 6)
    me = await person(clone, clock, storage, [(chance.choice(asked), chance.choice(usual)) for _ in range(60)])
    for question in asked:
        made = await clone.prediction.predict(me, Question("codex", question, "s3", k=10))
        sent = [each.confidence.sent for each in made.candidates]
        assert sent == sorted(sent, reverse=True)
        assert made.top.confidence.calibrated == max(each.confidence.calibrated for each in made.candidates)
