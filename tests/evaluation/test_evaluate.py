"""`clone-mcp evaluate`: other people's data, each person on their own, in the form that a scorer reads."""

from __future__ import annotations

import gzip
import json
from collections.abc import AsyncIterator
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from clone_mcp.app import wire
from clone_mcp.cli import run
from clone_mcp.clone import Clone
from clone_mcp.evaluation.evaluate import KINDS, read
from clone_mcp.evaluation.evaluate import evaluate as evaluate_people
from clone_mcp.llm.anthropic_model import AnthropicModel
from clone_mcp.models.access import Caller
from tests.support.anthropic_server import KEY, AnthropicServer, answers, anthropic_server, fails
from tests.support.remembered import candidate, foretold

Rows = list[dict[str, Any]]
ASKS = "All tests pass. Shall I commit the change?"


def turns(user: str = "one", reply: str = "squash it into the last one", times: int = 8) -> Rows:
    found: Rows = []
    for number in range(times):
        session = f"{user}-{number // 4}"
        for by, text in (("agent", ASKS), ("user", reply)):
            found.append({"user": user, "session_id": session, "turn_index": len(found), "role": by, "text": text})
    return found


def at(minutes: int) -> str:
    return f"2026-01-{1 + minutes // 1440:02}T{minutes // 60 % 24:02}:{minutes % 60:02}:00Z"


def decision(number: int, *, index: int | None = 1, asked: int | None = None, answered: int | None = None) -> dict:
    options = [{"label": "SQLite", "description": "one file"}, {"label": "Postgres", "description": "a server"}]
    return {
        "id": f"d{number}",
        "user": "one",
        "session_id": f"s{number}",
        "ts": at(60 * number + 1 if answered is None else answered),
        "asked_ts": at(60 * number if asked is None else asked),
        "order": number,
        "kind": "option",
        "question": "Which database should this service use?",
        "options": options,
        "multi": False,
        "answer": "neither, wait" if index is None else options[index]["label"],
        "index": index,
        "answer_is_other": index is None,
        "dismissed": False,
    }


def stop(number: int, *, ended: bool, every: int = 600) -> dict[str, Any]:
    """Every second stop begins a session: there is no saying of a session without a prompt that it was left."""
    return {
        "id": f"e{number}",
        "user": "one",
        "session_id": f"s{number // 2}",
        "ts": at(every * number),
        "turn": 1 + number % 2,
        "agent_context": "All done, and everything is pushed.",
        "answer": "end" if ended else "continue",
        "next": None if ended else "now write the changelog",
    }


def pair(number: int, a: str, b: str, label: str) -> dict[str, Any]:
    return {"id": f"p{number}", "agent": "", "a": a, "b": b, "label": label}


@pytest.fixture
def evaluate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs the command on rows; its predictions, and its figures by name."""
    monkeypatch.setenv("CLONE_HOME", str(tmp_path / "home"))

    def evaluated(kind: str, rows: Rows, *more: str) -> tuple[Rows, dict[str, dict[str, Any]]]:
        file, out = tmp_path / "rows.jsonl", tmp_path / "predictions.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        assert run(["evaluate", kind, str(file), "--predictions", str(out), "--json", *more]) == 0
        figures = json.loads(capsys.readouterr().out)["figures"]
        predictions = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        return predictions, {each["name"]: each for each in figures}

    return evaluated


def test_turns_are_foretold_from_what_came_before(evaluate):
    predictions, figures = evaluate("turns", turns())
    assert [(each["session_id"], each["turn_index"]) for each in predictions] == [
        (f"one-{number // 4}", 2 * number + 1) for number in range(8)
    ]
    first, last = predictions[0], predictions[-1]
    assert "squash it into the last one" not in [each["response"] for each in first["candidates"]]
    assert last["candidates"][0]["response"] == "squash it into the last one"
    assert last["confidence"] == last["candidates"][0]["confidence"] > first["confidence"]
    same, equal = figures["the same in meaning, first guess"], figures["equal, first guess"]
    assert same["value"] == equal["value"] == 7 / 8
    assert (same["of"], same["mean"]) == (8, 7 / 8)
    assert {"AUROC", "Brier skill", "ECE", "near, first five"} <= set(figures)


def test_turns_are_taken_by_their_times_and_not_by_how_these_are_written(evaluate):
    written = [
        "2026-01-01T00:30:00+02:00",
        "2025-12-31T22:31:00Z",
        "2025-12-31T22:31:00.000Z",
        "2025-12-31T21:32:00-01:00",
    ]
    rows = [{**row, "order_ts": time} for row, time in zip(turns(times=2), written, strict=True)]
    expected = [("one-0", 1), ("one-0", 3)]
    assert [(each["session_id"], each["turn_index"]) for each in evaluate("turns", rows)[0]] == expected


def test_what_means_the_same_counts_as_right_and_what_is_only_alike_does_not(evaluate):
    likes = turns(reply="push the branch, but do not merge it", times=6)
    other = {**likes[-1], "text": "push the branch, and merge it"}
    figures = evaluate("turns", [*likes[:-1], other])[1]
    assert figures["near, first guess"]["value"] == pytest.approx(5 / 6, abs=1e-5)
    assert figures["the same in meaning, first guess"]["value"] == pytest.approx(4 / 6, abs=1e-5)


def test_intervals_draw_people_again_and_not_their_questions(evaluate):
    # One person is always foretold after the first time, the other one never.
    odd = turns("two", times=8)
    for number, row in enumerate(odd[1::2]):
        row["text"] = f"{'abcdefgh'[number] * 5} {number * 37} {'qwertzui'[number] * 7}"
    same = evaluate("turns", [*turns(), *odd])[1]["the same in meaning, first guess"]
    assert same["value"] == same["mean"] == 7 / 16
    assert (same["low"], same["high"]) == (0, 7 / 8)


def test_decisions_are_foretold_from_answers_that_were_given_before_the_question(evaluate):
    given = [decision(number) for number in range(6)]
    predictions, figures = evaluate("decisions", given)
    assert [each["id"] for each in predictions] == [f"d{number}" for number in range(6)]
    assert (predictions[0]["choice"], predictions[-1]["choice"], predictions[-1]["ranking"]) == (0, 1, [1, 0])
    assert predictions[-1]["auto"] is (predictions[-1]["confidence"] >= 0.8)
    assert figures["for comparison: the first option"]["value"] == 0
    # The same answers, all of them given after the last question was asked, teach nothing in time.
    late = [decision(number, asked=number, answered=100 + number) for number in range(6)]
    assert {each["choice"] for each in evaluate("decisions", late)[0]} == {0}


def test_a_typed_answer_is_right_for_no_option_and_other_kinds_are_left_out(evaluate):
    several = {**decision(2), "multi": True}
    plan = {"id": "plan", "user": "one", "kind": "plan"}
    predictions, figures = evaluate("decisions", [decision(0, index=None), several, plan, decision(3)])
    assert [each["id"] for each in predictions] == ["d0", "d3"]
    assert figures["none of the options was taken"]["value"] == 0.5
    assert figures["the same where an option was taken"]["of"] == 1


def test_decisions_are_told_in_plain_words_with_what_was_expected_of_none(tmp_path, capsys, evaluate):
    typed = [decision(number, index=None if number % 2 else 0) for number in range(20)]
    figures = evaluate("decisions", typed)[1]
    expected = figures["none of the options was expected, on average"]
    assert 0.26 < expected["value"] < 0.5
    assert figures["none of the options was taken"]["value"] == 0.5
    assert figures["the first option was the first guess"]["value"] == 1
    file, out = tmp_path / "rows.jsonl", tmp_path / "predictions.jsonl"
    assert run(["evaluate", "decisions", str(file), "--predictions", str(out)]) == 0
    told = capsys.readouterr().out
    assert "People took none of the options in 50% of the questions. Clone expected that in" in told
    assert "Clone would have answered 0 of 20 by itself" in told


def sessions(times: int, *, left: bool, every: int = 600) -> Rows:
    """Sessions of two stops: the person goes on at the first, and at the second leaves, or not."""
    return [stop(number, ended=left and number % 2 == 1, every=every) for number in range(2 * times)]


def test_stops_are_foretold_from_how_the_person_left_off(evaluate):
    ends, figures = evaluate("stops", sessions(30, left=True))
    assert set(ends[0]) == {"id", "continues", "auto"}
    assert ends[-1]["continues"] < 0.5 < ends[1]["continues"]
    assert (figures["went on"]["value"], figures["went on"]["of"]) == (0.5, 60)
    goes_on, figures = evaluate("stops", sessions(30, left=False))
    assert goes_on[-1]["continues"] > 0.9
    assert figures["AUROC"]["value"] is None


def test_what_was_said_of_stops_is_held_against_what_came_in_ten_groups(tmp_path, capsys):
    rows = [{**stop(n, ended=n % 4 == 3, every=300), "user": ("one", "two")[n // 40]} for n in range(80)]
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    given = ["evaluate", "stops", str(file), "--predictions", str(tmp_path / "out.jsonl")]
    assert run([*given, "--json"]) == 0
    bins = json.loads(capsys.readouterr().out)["bins"]
    assert 5 <= len(bins) <= 10
    assert sum(each["count"] for each in bins) == 80
    assert sum(each["came"] * each["count"] for each in bins) == pytest.approx(60)
    assert [each["said"] for each in bins] == sorted(each["said"] for each in bins)
    assert all(each["low"] <= each["came"] <= each["high"] and each["people"] in (1, 2) for each in bins)
    assert all(each["holds"] == (each["low"] <= each["said"] <= each["high"]) for each in bins)
    assert run(given) == 0
    assert "Clone said  they went on  95 % interval    stops  people" in capsys.readouterr().out


def test_that_somebody_left_is_not_known_before_the_session_is_idle(evaluate):
    ends = [each for each in evaluate("stops", sessions(12, left=True))[0] if int(each["id"][1:]) % 2]
    at_once = evaluate("stops", sessions(12, left=True, every=0))[0]
    ends_at_once = [each for each in at_once if int(each["id"][1:]) % 2]
    # At one and the same moment nothing of the others' ends is known, so each is foretold alike.
    assert len({each["continues"] for each in ends_at_once}) == 1
    assert ends[-1]["continues"] < ends_at_once[-1]["continues"]


def test_pairs_are_compared_as_everywhere_else(evaluate):
    rows = [
        pair(1, "run the tests", "please run the tests", "same"),
        pair(2, "run the tests", "don't run the tests", "different"),
        pair(3, "use port 8080", "use port 9090", "different"),
    ]
    predictions, figures = evaluate("pairs", rows)
    assert predictions == [
        {"id": "p1", "label": "same"},
        {"id": "p2", "label": "different"},
        {"id": "p3", "label": "different"},
    ]
    assert figures["precision of same"]["value"] == figures["recall of different"]["value"] == 1
    assert figures["different, but called the same"]["value"] == 0


def test_nothing_is_stored_and_nobody_learns_from_anybody_else(evaluate, tmp_path):
    both = evaluate("turns", [*turns("one", "only one types this"), *turns("two", "only two types that")])[0]
    assert "only one" not in json.dumps(both[8:])
    assert both[:8] == evaluate("turns", turns("one", "only one types this"))[0]
    assert not (tmp_path / "home").exists()


def test_the_old_name_of_it_does_the_same(evaluate, tmp_path, capsys):
    predictions, _ = evaluate("turns", turns())
    again = tmp_path / "again.jsonl"
    assert run(["backtest", "--turns", str(tmp_path / "rows.jsonl"), "--predictions", str(again)]) == 0
    assert [json.loads(line) for line in again.read_text(encoding="utf-8").splitlines()] == predictions
    shown = capsys.readouterr()
    assert "8 questions of 1 person answered in" in shown.out
    assert "the same in meaning: equal, or in other words" in shown.out
    assert "1 of 1 person, 8 questions" in shown.err


def test_a_model_is_asked_only_where_one_is_allowed(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CLONE_HOME", str(tmp_path / "home"))
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in turns()), encoding="utf-8")
    assert "No language model may be asked" in refused(capsys, "turns", file, "--predictor", "model", "--yes")
    both = refused(capsys, "turns", file, "--predictor", "model", "--weights", "w.json")
    assert "--weights are those of the local predictor" in both


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
class TestWithAModel:
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

    async def evaluated(self, asking: Clone, me: Caller, kind: str, rows: Rows, folder: Path, **limits: Any):
        (folder / "rows").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        answering = asking.evaluation.answer_people(me, "model", max_cost=limits.get("max_cost"))
        people = read(KINDS[kind], folder / "rows", folder / "out")
        results = await evaluate_people(KINDS[kind], people, answering, folder / "out", lambda _progress: None)
        return results, answering.limits

    async def test_it_is_shown_one_persons_words_at_a_time(self, asking, server, me, tmp_path):
        for _ in range(4):
            server.will(answers(foretold(candidate("walrus", 0.5))))
        rows = [*turns("one", "walrus", times=2), *turns("two", "ocelot", times=2)]
        results, limits = await self.evaluated(asking, me, "turns", rows, tmp_path)
        assert {person: [each.right for each in mine] for person, mine in results.items()} == {
            "one": [True, True],
            "two": [False, False],
        }
        shown = [json.dumps(request.body) for request in server.requests]
        assert [("walrus" in each, "ocelot" in each) for each in shown] == [
            (False, False),
            (True, False),
            (False, False),
            (False, True),
        ]
        assert limits.spent > 0

    @pytest.mark.parametrize(("kind", "rows"), [("turns", turns()), ("decisions", [decision(n) for n in range(8)])])
    async def test_it_ends_when_the_model_keeps_failing(self, asking, server, me, tmp_path, kind, rows):
        for _ in range(3):
            server.will(fails(400))
        results, limits = await self.evaluated(asking, me, kind, rows, tmp_path)
        assert (results, limits.failed) == ({}, 3)
        assert limits.stopped is not None
        assert (tmp_path / "out").read_text() == ""

    async def test_it_ends_at_what_it_may_cost(self, asking, server, me, tmp_path):
        server.will(answers(foretold(candidate("walrus", 0.5))))
        results, limits = await self.evaluated(asking, me, "turns", turns(), tmp_path, max_cost=0.0001)
        assert [len(mine) for mine in results.values()] == [len(server.requests)] == [1]
        assert "--max-cost" in (limits.stopped or "")


def refused(capsys: pytest.CaptureFixture[str], kind: str, file: Path, *more: str) -> str:
    assert run(["evaluate", kind, str(file), "--predictions", str(file.with_suffix(".out")), *more]) == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("kind", "second", "said"),
    [
        ("turns", "{not json", "line 2: not JSON."),
        ("turns", "[1]", "line 2: not a JSON object."),
        ("turns", {**turns()[0], "role": "agnt"}, "line 2: `role` is 'agnt', not one of user, agent."),
        ("turns", {**turns()[0], "turn_index": "1"}, "line 2: `turn_index` is not a whole number."),
        ("turns", {**turns()[0], "order_ts": "kaputt"}, "line 2: `order_ts` is 'kaputt', not a date and time."),
        ("decisions", {**decision(1), "index": 7}, "line 2: `index` is 7, and there are 2 options."),
        ("decisions", {**decision(1), "options": []}, "line 2: `options` is empty."),
        ("stops", {**stop(1, ended=True), "ts": "soon"}, "line 2: `ts` is 'soon', not a date and time."),
        (
            "stops",
            {key: value for key, value in stop(1, ended=True).items() if key != "answer"},
            "`answer` is missing.",
        ),
        ("pairs", pair(0, "yes", "no", "different"), "line 2: `id` is the same as in line 1."),
    ],
)
def test_a_line_that_holds_something_else_is_named(tmp_path, capsys, kind, second, said):
    first = {
        "turns": turns()[0],
        "decisions": decision(0),
        "stops": stop(0, ended=True),
        "pairs": pair(0, "", "", "same"),
    }
    line = second if isinstance(second, str) else json.dumps(second)
    for file in (tmp_path / "rows.jsonl", tmp_path / "rows.jsonl.gz"):
        text = f"{json.dumps(first[kind])}\n{line}\n".encode()
        file.write_bytes(gzip.compress(text) if file.suffix == ".gz" else text)
        told = refused(capsys, kind, file)
        assert str(file) in told
        assert said in told
        assert not file.with_suffix(".out").exists()


def test_an_empty_file_a_damaged_one_and_a_missing_one_are_told_apart(tmp_path, capsys):
    file = tmp_path / "rows.jsonl.gz"
    assert "can't be read: No such file or directory" in refused(capsys, "turns", file)
    file.write_bytes(b"\n")
    assert f"{file} holds nothing to answer." in refused(capsys, "turns", file)
    file.write_bytes(gzip.compress(json.dumps(turns()[0]).encode() * 50)[:-9])
    assert "is a damaged gzip file" in refused(capsys, "turns", file)


def test_predictions_never_replace_the_data(tmp_path, capsys):
    file = tmp_path / "rows.out"
    file.write_text(json.dumps(turns()[0]), encoding="utf-8")
    assert "would replace the data" in refused(capsys, "turns", file)
    assert json.loads(file.read_text(encoding="utf-8")) == turns()[0]


@pytest.mark.parametrize("given", [["evaluate", "turns", "rows"], ["backtest", "--turns", "rows"]])
def test_predictions_go_to_a_file_that_has_a_name(tmp_path, capsys, monkeypatch, given):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rows").write_text(json.dumps(turns()[0]), encoding="utf-8")
    assert run([*given, "--predictions", "-"]) == 2
    assert "argument --predictions: '-' is no file to write; name one" in capsys.readouterr().err
    assert not (tmp_path / "-").exists()


def test_folds_answer_those_they_leave_out_and_the_weights_that_ship_everybody_else(tmp_path, capsys, folds):
    file = tmp_path / "rows.jsonl"
    rows = [*turns("one", times=1), *turns("stranger", times=1)]
    for row in rows[::2]:
        row["text"] = "Well."  # an agent that offers nothing leaves the phrases alone
    file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    out = tmp_path / "predictions.jsonl"
    for path in (folds / "{user}", folds / "{user}.json"):
        given = ["evaluate", "turns", str(file), "--predictions", str(out), "--weights", str(path)]
        assert run(given) == 0
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        assert lines[0]["candidates"][0]["response"] == "only for one"
        assert lines[1]["candidates"][0]["response"] != "only for one"
        assert "1 of 2 people have no weights of their own there." in capsys.readouterr().err


def test_weights_that_are_of_no_use_are_refused_before_anything_is_written(tmp_path, capsys, folds):
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in turns()), encoding="utf-8")
    nowhere = refused(capsys, "turns", file, "--weights", str(tmp_path / "nowhere" / "{user}"))
    assert "no weights for any of these people" in nowhere
    assert "can't be read" in refused(capsys, "turns", file, "--weights", str(tmp_path / "none.json"))
    (folds / "one.json").write_text("{}", encoding="utf-8")
    assert "does not hold weights" in refused(capsys, "stops", _stops(tmp_path), "--weights", str(folds / "{user}"))
    (folds / "one.json").write_text('{"bias": 0, "weights": {"luck": 1}}', encoding="utf-8")
    assert "trained on other signs" in refused(capsys, "stops", _stops(tmp_path), "--weights", str(folds / "{user}"))
    assert not file.with_suffix(".out").exists()


def _stops(folder: Path) -> Path:
    file = folder / "stops.jsonl"
    file.write_text(json.dumps(stop(0, ended=True)), encoding="utf-8")
    return file


@pytest.fixture
def folds(tmp_path: Path) -> Path:
    """A folder with weights that know one phrase of their own."""
    shipped = resources.files("clone_mcp.prediction.predictors.local").joinpath("weights.json")
    raw = json.loads(shipped.read_text(encoding="utf-8"))
    folder = tmp_path / "folds"
    folder.mkdir()
    (folder / "one.json").write_text(json.dumps({**raw, "generic": ["only for one"]}), encoding="utf-8")
    return folder
