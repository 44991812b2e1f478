"""Opposite answers compete, a change of mind is learned, and lists come in the order of what is sent."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

import pytest

from clone_mcp.evaluation.conversations import ReplyHistory
from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Decision, History, Proposal, Question
from clone_mcp.prediction.predictors.local import LocalPredictor
from tests.conftest import new_tenant
from tests.support.events import said, typed

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

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
AUTO = 0.65

Pairs = list[tuple[str, str]]


def history(pairs: Pairs, *, session: str = "s{}") -> History:
    """Of somebody who gave these answers to these questions, in this order."""
    found = ReplyHistory()
    for number, (asked, replied) in enumerate(pairs):
        found.add_message(session.format(number // 4), asked)
        found.add_prompt(session.format(number // 4), replied)
    return found.history()


def predicted(asked: str, known: History, options: tuple[str, ...] = (), session: str = "s9") -> Proposal:
    return LocalPredictor().ranked(Question("codex", asked, session, k=5, options=options), known)


async def person(clone, clock, storage, pairs: Pairs) -> Caller:
    """The same, recorded."""
    me = Caller(await new_tenant(storage, clock), Scope.RECORDER)
    events = []
    for number, (asked, replied) in enumerate(pairs):
        events.append(said(asked, f"s{number // 4}", minutes=number))
        events.append(typed(replied, f"s{number // 4}", minutes=number + 0.5))
    await clone.recording.ingest.batch(me, events)
    return me


def test_there_are_enough_pairs_of_opposites():
    assert sum(map(len, PAIRS.values())) >= 30
    assert len(PAIRS) >= 5


@pytest.mark.parametrize("options", [False, True], ids=["free", "options"])
@pytest.mark.parametrize("session", ["s{}", "s9"], ids=["many sessions", "one session"])
@pytest.mark.parametrize("language", list(ASKED))
def test_opposites_given_in_turn_compete(language, session, options):
    asked, wrong = ASKED[language], []
    for one, other in PAIRS[language]:
        known = history([(asked, one), (asked, other)] * 20, session=session)
        made = predicted(asked, known, (one, other) if options else ())
        scores = {guess.response: guess.score for guess in made.guesses}
        if not {one, other} <= set(scores) or max(scores.values()) >= AUTO:
            wrong.append((one, other, scores))
    assert wrong == []


@pytest.mark.parametrize("options", [False, True], ids=["free", "options"])
@pytest.mark.parametrize("language", list(ASKED))
def test_a_change_of_mind_is_learned(language, options):
    asked, wrong = ASKED[language], []
    for pair in PAIRS[language]:
        for before, after in (pair, pair[::-1]):
            known = history([(asked, before)] * 10 + [(asked, after)] * 4)
            made = predicted(asked, known, pair if options else ())
            if made.guesses[0].response != after:
                wrong.append((before, after, made.guesses))
    assert wrong == []


@pytest.mark.parametrize("options", [False, True], ids=["free", "options"])
@pytest.mark.parametrize("language", list(ASKED))
def test_one_exception_is_no_change_of_mind(language, options):
    asked, wrong = ASKED[language], []
    for one, other in PAIRS[language]:
        known = history([(asked, one)] * 10 + [(asked, other)])
        if predicted(asked, known, (one, other) if options else ()).guesses[0].response != one:
            wrong.append((one, other))
    assert wrong == []


@pytest.mark.parametrize(("one", "other"), SWITCHING)
def test_each_of_two_opposites_leads_where_it_was_given(one, other):
    web = "The web client has to be built before the release. How shall I do that?"
    server = "A database migration waits on the server; what about it?"
    known = history([(web, one), (server, other)] * 20)
    for asked, expected in ((web, one), (server, other)):
        first, second, *_ = predicted(asked, known).guesses
        assert first.response == expected
        assert first.score > second.score


def test_a_phrase_that_may_mean_either_of_two_opposites_makes_neither_likelier():
    # "Commit", which many people say, means the same as each of the two.
    asked = ASKED["en"]
    made = predicted(asked, history([(asked, "commit now"), (asked, "commit later")] * 20))
    assert {guess.response for guess in made.guesses[:2]} == {"commit now", "commit later"}
    assert made.guesses[0].score < AUTO


def test_what_means_the_same_is_one_candidate_and_counts_together():
    asked = "All tests pass now. How shall I go on?"
    ways = ["commit it", "please commit it", "Commit it.", "commit it please"]
    many, few = [(asked, ways[number % 4]) for number in range(20)], [(asked, "commit it")] * 5
    made, less = (predicted(asked, history(pairs)) for pairs in (many, few))
    assert len({guess.response for guess in made.guesses} & set(ways)) == 1
    assert made.guesses[0].response in ways
    assert made.guesses[0].score > less.guesses[0].score


@on_sqlite
@pytest.mark.parametrize("options", [False, True], ids=["free", "options"])
@pytest.mark.parametrize(("one", "other"), SWITCHING)
async def test_nothing_is_answered_where_opposites_were_given_in_turn(clone, clock, storage, one, other, options):
    asked = ASKED["en"]
    me = await person(clone, clock, storage, [(asked, one), (asked, other)] * 20)
    question = Question("codex", asked, options=(one, other) if options else (), k=5, threshold=AUTO)
    made = await clone.prediction.predict(me, question)
    assert made.decision is Decision.ESCALATED
    assert {one, other} <= {each.response for each in made.candidates}
    assert max(each.confidence.calibrated for each in made.candidates) < AUTO


@on_sqlite
@pytest.mark.parametrize("seed", range(3))
async def test_candidates_come_in_the_order_of_what_is_sent(clone, clock, storage, seed):
    chance = random.Random(seed)
    asked = [*ASKED.values(), "Done.", "Which port? 1. 8080 2. 9090", "Shall I push the branch, or wait?"]
    usual = chance.sample([reply for pairs in PAIRS.values() for pair in pairs for reply in pair], 6)
    me = await person(clone, clock, storage, [(chance.choice(asked), chance.choice(usual)) for _ in range(40)])
    for question in asked:
        made = await clone.prediction.predict(me, Question("codex", question, "s3", k=10))
        sent = [each.confidence.sent for each in made.candidates]
        assert sent == sorted(sent, reverse=True)
        assert made.top.confidence.calibrated == max(each.confidence.calibrated for each in made.candidates)
