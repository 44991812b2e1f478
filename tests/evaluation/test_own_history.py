"""A backtest of one's own history: what the person is told, what a model may cost, and what is kept of it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import pytest

from clone_mcp.app import wire
from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.cli import run
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.evaluation.backtest import Plan, Run
from clone_mcp.evaluation.conversations import own_turns
from clone_mcp.evaluation.page import page
from clone_mcp.evaluation.report import Example, Hit, Result, report
from clone_mcp.evaluation.summary import MEANINGS, MEASURES, summary
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.models.access import Caller, Scope
from tests.support.anthropic_server import KEY, AnthropicServer, answers, anthropic_server, fails
from tests.support.events import NINE, event, said, typed
from tests.support.remembered import candidate, foretold
from tests.support.stdio import environment
from tests.support.storage import storage_of

sqlite_only = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
MESSAGE = "All tests pass. Shall I commit the change?"


def talk(turns: int, reply: str = "commit it") -> list[dict]:
    return [
        each
        for number in range(turns)
        for each in (
            said(MESSAGE, f"s{number // 5}", minutes=2 * number),
            typed(reply, f"s{number // 5}", minutes=2 * number + 1),
        )
    ]


async def backtest(clone: Clone, me: Caller, plan: Plan) -> Run:
    told: list[int] = []
    size = await clone.evaluation.backtest.size(me, plan)
    found = await clone.evaluation.backtest(me, plan, size, told.append)
    assert told == sorted(told)
    return found


def result(confidence: float, *, right: bool, example: Example | None = None) -> Result:
    hits = (Hit(right, right, right),)
    return Result("s", NINE, True, "local-3", confidence, confidence, hits, False, example=example)


async def test_each_question_is_answered_with_what_was_known_by_then(clone, me):
    await clone.recording.ingest.batch(me, talk(12, "squash it into the last one"))
    found = await backtest(clone, me, Plan())
    assert len(found.results) == 12
    assert not found.results[0].right  # nothing was known yet
    assert all(each.right for each in found.results[2:])
    assert found.results[11].confidence > found.results[1].confidence
    assert (found.stopped, found.failed, found.spent) == (None, 0, 0.0)


async def test_only_what_the_person_answered_to_an_agent_is_a_question(clone, me):
    await clone.recording.ingest.batch(
        me,
        [
            typed("start here", minutes=0),
            said(MESSAGE, minutes=1),
            event("agent.prompt", agent="codex", prompt="made by an agent", minutes=2, source="agent"),
            typed("yes", minutes=3),
            typed("and more", minutes=4),
        ],
    )
    found = await backtest(clone, me, Plan())
    assert [each.example.typed for each in found.results] == ["yes"]


@sqlite_only
async def test_what_agents_claim_is_replayed_and_vouches_for_no_outcome(clone, me):
    await clone.recording.ingest.batch(Caller(me.tenant, Scope.AGENT), talk(6))
    claimed = await backtest(clone, me, Plan())
    assert (len(claimed.results), claimed.samples(attested=True)) == (6, {})
    await clone.recording.ingest.batch(me, [{**each, "session_id": "seen"} for each in talk(4)])
    assert [len(found) for found in (await backtest(clone, me, Plan())).samples(attested=True).values()] == [4]


@sqlite_only
async def test_since_and_limit_leave_questions_out_but_not_what_was_learned(clone, me):
    await clone.recording.ingest.batch(me, talk(20))
    whole = (await backtest(clone, me, Plan())).results
    assert (await backtest(clone, me, Plan(limit=3))).results[0].example == whole[17].example
    late = await backtest(clone, me, Plan(since=whole[15].at))
    assert len(late.results) == 5
    assert late.results[0].right


@sqlite_only
async def test_pages_of_history_join_without_a_seam(clone, me):
    events = talk(40)
    for each in events:
        each["occurred_at"] = events[0]["occurred_at"]  # one moment: only ids tell them apart
    await clone.recording.ingest.batch(me, events)
    whole = [turn async for turn in own_turns(storage_of(clone), me.tenant)]
    assert len(whole) == 80
    assert [turn async for turn in own_turns(storage_of(clone), me.tenant, page=7)] == whole


async def test_nobody_elses_history_is_replayed(clone, me, clock):
    stranger = Caller(uuid4(), Scope.RECORDER)
    await storage_of(clone).directory.add_tenant(stranger.tenant, "stranger", clock.now())
    await clone.recording.ingest.batch(stranger, talk(5, "my secret plan"))
    await clone.recording.ingest.batch(me, talk(2))
    found = await backtest(clone, me, Plan())
    assert len(found.results) == 2
    assert "secret" not in str(found)


def test_a_person_who_can_be_foretold_is_told_what_could_have_been_answered():
    found = report(
        [result(0.95, right=number % 40 != 0, example=Example("Shall I?", "yes", "yes")) for number in range(200)]
        + [result(0.1, right=False) for _ in range(200)],
        predictor="local",
        at_most=0.1,
    )
    assert isinstance(found.promise, Supported)
    assert found.promise.answered == 200
    told = "\n".join(summary(found))
    assert "400 questions in 1 session" in told
    assert "at most 10% wrong, 200 could have been answered for you (50.0%), 5 of them wrongly" in told
    assert told.count("guess:") == 10


@pytest.mark.parametrize(
    ("right", "words"),
    [(lambda n: n % 8 != 0, "none could have been answered for you yet"), (lambda n: False, "will not change that")],
)
def test_a_person_who_cannot_is_told_so_and_what_to_expect(right, words):
    found = report([result(0.9, right=right(number)) for number in range(40)], predictor="local", at_most=0.2)
    assert isinstance(found.promise, NotYet)
    assert words in "\n".join(summary(found))


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ({}, "There is nothing to replay yet: no agent's message that you answered is on record."),
        (
            {"out_of_range": 7},
            "No question lies in the range that you asked for: 7 questions on record came before it.",
        ),
        ({"failed": 3, "stopped": "The key was refused."}, "The model failed on all 3 questions that were asked"),
        ({"failed": 1}, "The model failed on the only question that was asked"),
        ({"stopped": "--max-cost is reached: $0.00."}, "It ended before any question was answered."),
    ],
)
def test_without_an_answered_question_it_says_why(how, words):
    empty = report([], predictor="local", at_most=0.1, **how)
    assert words in "\n".join(summary(empty))
    assert words in page(empty).replace("&#x27;", "'")
    assert "<svg" not in page(empty)


def nearness(*hits: Hit) -> Result:
    return Result("s", NINE, True, "local-3", 0.2, 0.2, hits, False)


def test_the_headline_is_meaning_and_every_word_is_spelled_out():
    equal, same, near, other = Hit(True, True, True), Hit(False, True, True), Hit(False, False, True), Hit(*[False] * 3)
    found = report(
        [nearness(equal), nearness(same), nearness(near, same), nearness(other, near)], predictor="local", at_most=0.1
    )
    told = list(summary(found))
    assert told[1] == (
        "Clone's first guess meant the same as what you then typed in 2 of them: 50.0% (95 % interval: 6.8% to 93.2%)."
    )
    assert told[2].startswith("One of its first five guesses did in 3: 75.0%")
    rows = {line[2:22].strip(): line[22:].split()[:2] for line in told if line.startswith("  ") and "[" in line}
    assert rows == {"the same in meaning": ["2", "50.0%"], "equal": ["1", "25.0%"], "near": ["3", "75.0%"]}
    above, below = "\n".join(told).split("How far the confidence can be believed")
    assert all(f"{name}: {what}." in above for name, what in MEANINGS)
    assert all(name in below and what in below and name not in above for name, what in MEASURES)
    assert all(what in page(found).replace("&#x27;", "'") for _, what in (*MEANINGS, *MEASURES))


def test_answers_that_failed_are_told_beside_those_that_came():
    told = list(summary(report([nearness(Hit(True, True, True))], predictor="model", at_most=0.1, failed=2)))
    assert "The model failed on 2 further questions. No figure counts them." in told


def test_the_page_stands_alone_and_believes_nothing_that_was_said():
    attack = Example("<script>alert(1)</script>", "$summary", "'\"><img src=x onerror=alert(1)>")
    text = page(report([result(0.3, right=True, example=attack)], predictor="local", at_most=0.1))
    assert "<script" not in text
    assert "<img" not in text
    assert "&lt;script&gt;" in text
    assert "$summary" in text
    assert "http" not in text.replace("http-equiv", "")
    assert text.count("<svg") == 3


class TestWithAModel:
    pytestmark = sqlite_only

    @pytest.fixture
    async def server(self, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[AnthropicServer]:
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        async with anthropic_server() as running:
            yield running

    @pytest.fixture
    async def asking(self, settings, storage, clock, server) -> AsyncIterator[Clone]:
        model = AnthropicModel(KEY, base_url=server.url, pauses=())
        yield wire(settings, storage, clock, b"test", model=model)
        await model.close()

    async def test_it_is_shown_what_had_been_said_by_then_and_nothing_later(self, asking, server, me):
        turns = [said("Quartz?"), typed("walrus", minutes=1), said("Basalt?", minutes=2), typed("ocelot", minutes=3)]
        await asking.recording.ingest.batch(me, turns)
        server.will(answers(foretold(candidate("walrus", 0.5))))
        server.will(answers(foretold(candidate("ocelot", 0.5))))
        found = await backtest(asking, me, Plan(predictor="model"))
        assert [each.right for each in found.results] == [True, True]
        shown = [json.dumps(request.body) for request in server.requests]
        told = [[word in each for word in ("Quartz", "walrus", "Basalt", "ocelot")] for each in shown]
        assert told == [[True, False, False, False], [True, True, True, False]]

    async def test_it_is_shown_the_facts_that_were_known_by_then(self, asking, clone, server, me):
        turns = [
            typed("From now on always answer in English", "a", minutes=-300),
            said("Quartz?", "b", minutes=-200),
            typed("walrus", "b", minutes=-199),
            typed("From now on always use pnpm", "c", minutes=-150),
            said("Basalt?", "d", minutes=-3),
            typed("ocelot", "d", minutes=-2),
        ]
        await asking.recording.ingest.batch(me, turns)
        await clone.memory.promote(me.tenant)  # memory of today knows both
        server.will(answers(foretold(candidate("walrus", 0.5))))
        server.will(answers(foretold(candidate("ocelot", 0.5))))
        await backtest(asking, me, Plan(predictor="model"))
        shown = [json.dumps(request.body) for request in server.requests]
        told = [[word in each for word in ("answer in English", "pnpm")] for each in shown]
        assert told == [[True, False], [True, True]]

    async def test_what_was_paid_for_is_kept_without_a_word_of_it(self, asking, server, settings, me):
        await asking.recording.ingest.batch(me, talk(4, "only mine"))
        for _ in range(4):
            server.will(answers(foretold(candidate("only mine", 0.5))))
        first = await backtest(asking, me, Plan(predictor="model"))
        again = await backtest(asking, me, Plan(predictor="model"))
        assert len(server.requests) == 4
        assert [each.confidence for each in again.results] == [each.confidence for each in first.results]
        assert first.spent > 0
        assert again.spent == 0
        [journal] = (settings.home / "backtests").iterdir()
        assert "only" not in journal.read_text()
        assert journal.stat().st_mode & 0o077 == 0

    async def test_a_run_that_was_cut_off_goes_on_where_it_was(self, asking, server, settings, me):
        await asking.recording.ingest.batch(me, talk(4))
        for _ in range(4):
            server.will(answers(foretold(candidate("commit it", 0.5))))
        whole = await backtest(asking, me, Plan(predictor="model"))
        [journal] = (settings.home / "backtests").iterdir()
        lines = journal.read_text().splitlines(keepends=True)
        journal.write_text("".join(lines[:2]) + lines[2][:20])
        for _ in range(2):
            server.will(answers(foretold(candidate("commit it", 0.5))))
        rest = await backtest(asking, me, Plan(predictor="model"))
        assert len(server.requests) == 6
        assert [each.confidence for each in rest.results] == [each.confidence for each in whole.results]

    async def test_it_stops_at_what_it_may_cost(self, asking, server, me):
        await asking.recording.ingest.batch(me, talk(6))
        server.will(answers(foretold(candidate("commit it", 0.5))))
        found = await backtest(asking, me, Plan(predictor="model", max_cost=0.0001))
        assert len(found.results) == len(server.requests) == 1
        assert found.stopped is not None
        assert "--max-cost" in found.stopped

    async def test_a_model_that_keeps_failing_ends_it(self, asking, server, me):
        await asking.recording.ingest.batch(me, talk(6))
        for _ in range(3):
            server.will(fails(400))
        found = await backtest(asking, me, Plan(predictor="model"))
        assert (len(found.results), found.failed) == (0, 3)
        assert found.stopped is not None

    async def test_without_a_model_it_says_that_none_may_be_asked(self, clone, me):
        with pytest.raises(Unavailable):
            await clone.evaluation.backtest.size(me, Plan(predictor="model"))


@sqlite_only
def test_the_command_tells_it_in_words_in_json_and_in_a_file(settings, tmp_path: Path, monkeypatch, capsys):
    for name, value in environment(settings).items():
        monkeypatch.setenv(name, value)
    events = tmp_path / "events.json"
    events.write_text(json.dumps(talk(8)))
    assert run(["ingest", str(events)]) == 0
    capsys.readouterr()
    out = tmp_path / "report.html"
    assert run(["backtest", "--html", str(out), "--promise", "20"]) == 0
    assert "8 questions in 2 sessions" in capsys.readouterr().out
    assert out.stat().st_mode & 0o077 == 0
    assert run(["backtest", "--json", "--limit", "2"]) == 0
    assert json.loads(capsys.readouterr().out)["questions"] == 2
    assert run(["backtest", "--since", "2999-01-01"]) == 0
    assert "8 questions on record came before it" in capsys.readouterr().out
    assert run(["backtest", "--predictor", "model"]) == 2
    assert "No language model" in capsys.readouterr().err


@sqlite_only
async def test_there_is_no_other_predictor(clone, me):
    with pytest.raises(Invalid):
        await clone.evaluation.backtest.size(me, Plan(predictor="oracle"))


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--promise", "0", "not a percentage between 0 and 100"),
        ("--promise", "nan", "not a percentage between 0 and 100"),
        ("--limit", "few", "not a whole number from 1 on"),
        ("--limit", "2.7", "not a whole number from 1 on"),
        ("--max-cost", "-1", "not an amount of dollars above 0"),
    ],
)
def test_a_number_that_cannot_be_meant_is_refused_in_words(option, value, said, capsys):
    assert run(["backtest", f"{option}={value}"]) == 2
    assert said in capsys.readouterr().err
