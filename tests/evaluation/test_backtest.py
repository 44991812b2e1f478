"""Backtests: many people, each on their own, in order of time, and without looking ahead."""

from __future__ import annotations

import asyncio
import gzip
import json
import random
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clone_mcp.cli.parser import parse
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.conversations import ReplyHistory, Turn, listed_turns, read_people
from clone_mcp.evaluation.replay import Attempt, PredictorAttempts, replay
from clone_mcp.prediction.materials import ANSWERS, PHRASES
from clone_mcp.prediction.predictors import local
from clone_mcp.prediction.predictors.local import LocalPredictor
from tests.support.events import said, typed
from tests.support.storage import storage_of

MESSAGES = (
    "All tests pass. Shall I commit the change?",
    "Which one?\n\n1. Cache it\n2. Ask the server",
    "I renamed the module. Anything else?",
    "要不要我继续？",
)
REPLIES = ("yes", "commit it", "1", "the second", "继续", "no, rename it back", "why?", "please look at it again " * 12)

turns = st.lists(
    st.tuples(st.sampled_from("abc"), st.booleans(), st.integers(0, 7)).map(
        lambda drawn: Turn(drawn[0], 0, drawn[1], REPLIES[drawn[2]] if drawn[1] else MESSAGES[drawn[2] % 4])
    ),
    max_size=40,
).map(lambda found: [replace(turn, index=index) for index, turn in enumerate(found)])


def conversation(seed: int, length: int) -> list[Turn]:
    """Sessions of a made-up person: the agent says something, the person answers."""
    chance = random.Random(seed)
    found: list[Turn] = []
    for number in range(length):
        session = f"{seed}-{number // 5}"
        found.append(Turn(session, 2 * (number % 5), False, chance.choice(MESSAGES)))
        found.append(Turn(session, 2 * (number % 5) + 1, True, chance.choice(REPLIES)))
    return found


def replayed(mine: list[Turn]) -> list[Attempt]:
    async def collected() -> list[Attempt]:
        return [attempt async for attempt in replay(listed_turns(mine), PredictorAttempts(LocalPredictor()))]

    return asyncio.run(collected())


def written(path, people: dict[str, list[Turn]], order=None) -> None:
    lines = [
        json.dumps(
            {
                "user": user,
                "session_id": turn.session_id,
                "turn_index": turn.index,
                "order_ts": order(place) if order else None,
                "role": "user" if turn.by_person else "agent",
                "text": turn.text,
            }
        )
        for user, mine in people.items()
        for place, turn in enumerate(mine)
    ]
    with gzip.open(path, "wt", encoding="utf-8") if path.suffix == ".gz" else path.open("w", encoding="utf-8") as out:
        out.write("\n".join(lines) + "\n")


def run(tmp_path, people, *more: str, order=None, name="turns.jsonl") -> list[dict]:
    written(tmp_path / name, people, order)
    out = tmp_path / "predictions.jsonl"
    command = parse(["backtest", "--turns", str(tmp_path / name), "--predictions", str(out), *more])
    command.function(command)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


@given(turns, st.data())
@settings(max_examples=30, deadline=None)
def test_what_comes_later_changes_no_earlier_answer(mine, data):
    whole = replayed(mine)
    cut = data.draw(st.integers(0, len(mine)))
    before = replayed(mine[:cut])
    assert before == whole[: len(before)]
    assert len(before) == sum(attempt.exchange.reply in mine[:cut] for attempt in whole)


def test_only_turns_right_after_the_agents_are_questions():
    mine = [
        Turn("s", 0, True, "start"),
        Turn("s", 1, False, MESSAGES[0]),
        Turn("t", 0, True, "elsewhere"),
        Turn("s", 2, True, "yes"),
        Turn("s", 3, True, "and more"),
    ]
    assert [attempt.exchange.reply.text for attempt in replayed(mine)] == ["yes"]


def test_a_dialog_is_replayed_with_its_options_and_scores_of_them_stay_apart():
    asked = "Which cache?\n( ) Redis\n( ) Memcached"
    said = [("Shall I go on?", "yes"), (asked, "Memcached")] * 4
    mine = [
        turn
        for place, (message, reply) in enumerate(said)
        for turn in (Turn(f"s{place}", 0, False, message), Turn(f"s{place}", 1, True, reply))
    ]
    results = [attempt.result for attempt in replayed(mine)]
    assert [result.predictor for result in results] == [local.NAME, local.OPTIONS] * 4
    assert [guess.response for guess, _ in replayed(mine)[-1].guesses] == ["Memcached", "Redis"]


def test_every_question_gets_a_line_as_the_scorer_reads_it(tmp_path, capsys):
    lines = run(tmp_path, {"one": conversation(1, 30), "two": conversation(2, 10)})
    assert len(lines) == 40
    assert set(lines[0]) == {"session_id", "turn_index", "confidence", "candidates"}
    for line in lines:
        confidences = [candidate["confidence"] for candidate in line["candidates"]]
        assert line["confidence"] == confidences[0] == max(confidences)
        assert all(0 <= confidence <= 1 for confidence in confidences)
        assert len({candidate["response"] for candidate in line["candidates"]}) == len(confidences) <= 5
    shown = capsys.readouterr()
    assert "40 questions of 2 people" in shown.out
    assert "a second" in shown.out
    assert "1 of 2 people" in shown.err


def test_nobody_elses_turns_change_ones_answers(tmp_path):
    # Both use the same session ids: they are told apart all the same.
    one, other = conversation(1, 30), [replace(turn, text=turn.text + " x") for turn in conversation(1, 30)]
    alone = run(tmp_path, {"one": one})
    together = run(tmp_path, {"one": one, "two": other})
    assert together[: len(alone)] == alone
    assert len(together) == 2 * len(alone)


def test_turns_are_taken_in_each_persons_order_of_time(tmp_path):
    mine = conversation(3, 20)
    straight = run(tmp_path, {"one": mine}, order=lambda place: f"2026-01-01T00:00:{place:02}Z")
    backwards = run(tmp_path, {"one": mine[::-1]}, order=lambda place: f"2026-01-01T00:00:{len(mine) - place:02}Z")
    assert backwards == straight
    assert run(tmp_path, {"one": mine}) == straight  # without times, as the file has them


def test_a_compressed_file_is_read_as_such(tmp_path):
    people = {"one": conversation(1, 5)}
    assert run(tmp_path, people, name="turns.jsonl.gz") == run(tmp_path, people)


def test_weights_may_leave_out_the_person_who_is_asked(tmp_path):
    shipped = resources.files("clone_mcp.prediction.predictors.local").joinpath("weights.json")
    raw = json.loads(shipped.read_text(encoding="utf-8"))
    (tmp_path / "one.json").write_text(json.dumps({**raw, "generic": ["only for one"]}), encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps({**raw, "generic": ["only for two"]}), encoding="utf-8")
    people = {user: [Turn(user, 0, False, "Well."), Turn(user, 1, True, "hm")] for user in ("one", "two")}
    lines = run(tmp_path, people, "--weights", str(tmp_path / "{user}.json"))
    assert [line["candidates"][0]["response"] for line in lines] == ["only for one", "only for two"]


@pytest.mark.parametrize("text", ["not json", "[]", '{"user": "x"}', '{"user": 1, "role": "user"}'])
def test_a_file_that_holds_something_else_is_refused(tmp_path, text):
    (tmp_path / "turns").write_text(text)
    with pytest.raises(Invalid):
        read_people(tmp_path / "turns")


async def test_the_replies_counted_in_memory_are_those_that_the_store_counts(clone, me):
    replies, events = ReplyHistory(), []
    for number, turn in enumerate(conversation(5, 60)):
        made = said if not turn.by_person else typed
        events.append(made(turn.text, turn.session_id, minutes=number))
        (replies.add_prompt if turn.by_person else replies.add_message)(turn.session_id, turn.text)
    await clone.recording.ingest.batch(me, events)
    async with storage_of(clone).begin(me.tenant, readonly=True) as uow:
        stored = await uow.replies.history(phrases=PHRASES, answers=ANSWERS)
    counted = replies.history()
    assert stored.total == counted.total
    assert [replace(answer, id="") for answer in stored.answers] == [
        replace(answer, id="") for answer in counted.answers
    ]
    assert [(p.key, p.text, p.times) for p in stored.phrases] == [(p.key, p.text, p.times) for p in counted.phrases]
