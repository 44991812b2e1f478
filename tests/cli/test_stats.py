"""`clone-mcp calibrate` and `stats`."""

from __future__ import annotations

import asyncio
import json

import pytest

from clone_mcp.app import SystemClock, open_storage, wire
from clone_mcp.cli.running import OWNER
from clone_mcp.models.prediction import Guess, Outcome, Proposal, Question
from clone_mcp.prediction.predict import Predict
from clone_mcp.settings import Settings
from tests.support.command import Command, Ran
from tests.support.predictor import Scripted

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


async def labelled(settings: Settings) -> None:
    """Six predictions that were sure and mostly wrong."""
    clock = SystemClock()
    storage = await open_storage(settings, clock)
    clone = wire(settings, storage, clock, b"test")
    predictor = Scripted()
    predictor.proposal = Proposal((Guess("yes", 0.9, "because"),))
    predict = Predict(storage, clock, predictor, redact=True)
    for outcome in [Outcome.REJECTED] * 5 + [Outcome.ACCEPTED]:
        prediction = await predict(OWNER, Question("codex", "Should the variable be called total?"))
        await clone.prediction.feedback(OWNER, prediction.id, outcome, None)
    await storage.close()


def test_calibrating_shows_what_changes(command: Command, settings: Settings) -> None:
    assert command("calibrate").out.endswith("No prediction has an outcome yet.\n")
    asyncio.run(labelled(settings))
    told = command("calibrate").out.splitlines()[1]
    assert told.startswith("scripted-1: 6 labels; the score as it is → version 1 (a=")
    [refit] = json.loads(command("calibrate", "--json").out)["fits"]
    assert (refit["labels"], refit["before"]["version"], refit["after"]["version"]) == (6, 1, 1)
    assert command("calibrate").out.splitlines()[1].startswith("scripted-1: 6 labels, nothing new; version 1")


def test_statistics_are_told_in_words_and_as_json(command: Command, settings: Settings) -> None:
    assert command("stats") == Ran(0, "Replies: none predicted yet.\n", "")
    asyncio.run(labelled(settings))
    told = command("stats", "--promise", "10").out
    assert "Replies: 6 predictions, 6 automatic (100%), 0 abstained." in told
    assert "Automatic answers were right 17% of the time (95 % interval: 0% to 64%; 6 are judged)." in told
    assert "What became of 6 guesses (95 % intervals):" in told
    assert "the same in meaning  16.7% (95 % interval: 0.4% to 64.1%): accepted" in told
    assert "different            83.3%" in told
    assert told.index("the same in meaning") < told.index("AUROC        0.500  how often a guess that came true")
    assert "At most 10% of automatic answers wrong: not in sight. Even the surest answers are wrong too often." in told
    found = json.loads(command("stats", "--json", "--since", "2020-01-01").out)
    assert (found["replies"]["rejected"], found["promise"]["at_most"], found["since"][:10]) == (5, 0.1, "2020-01-01")
    assert json.loads(command("stats", "--json", "--promise", "none").out)["promise"] is None
    assert "is no percentage" in command("stats", "--promise", "few").err
