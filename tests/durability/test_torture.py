"""Several servers on one database, everything at once, some of them killed: 0 lost, 0 twice.

A few seconds here; `make torture` makes it a minute with eight servers, on both databases.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from clone_mcp.app import is_sqlite
from clone_mcp.settings import Settings
from tests.durability.test_crashes import LONG
from tests.support.sql import rows
from tests.support.stdio import Process, environment, running

SECONDS = float(os.environ.get("TEST_TORTURE_SECONDS", "1"))
SERVERS = 8 if "TEST_LONG" in os.environ else 3
SESSIONS = 5
"""Shared by all, so that they get in each other's way."""


@dataclass
class Client:
    """One client that sees its servers die and goes on with the next, as a person's editor would."""

    name: str
    settings: Settings
    until: float
    events: dict[str, str] = field(default_factory=dict)
    """Ids that were acknowledged, by what was said."""
    predictions: list[str] = field(default_factory=list)
    reports: list[str] = field(default_factory=list)
    deaths: int = 0

    def live(self) -> Client:
        chance = random.Random(self.name)
        number = 0
        while not self.deaths or time.monotonic() < self.until:
            with running(environment(self.settings)) as server:
                server.initialize()
                for _ in range(chance.randint(30, 150)):
                    number += 1
                    self._something(server, chance, number)
                self._die(server, chance, number)
        return self

    def _something(self, server: Process, chance: random.Random, number: int) -> None:
        own = {"session_id": f"s{chance.randrange(SESSIONS)}", "agent": "torture"}
        match chance.randrange(10):
            case 0 | 1 | 2 | 3:
                self._record(server, number, own["session_id"])
                if chance.random() < 0.2:
                    self._record(server, number, own["session_id"])  # again, as after a lost answer
            case 4 | 5:
                done(server.call("record_agent_response", **own, response=f"{self.name} did {number}. Go on?"))
            case 6 | 7 | 8:
                answer = done(server.call("predict_next_prompt", **own, agent_input="Shall I go on?"))
                self.predictions.append(answer["id"])
                if chance.random() < 0.5:
                    outcome = chance.choice(["accepted", "rejected", "edited"])
                    done(server.call("submit_feedback", prediction_id=answer["id"], status=outcome))
                    self.reports.append(answer["id"])
            case _:
                tool = chance.choice(["start_session", "stop_session"])
                done(server.call(tool, session_id=own["session_id"]))

    def _record(self, server: Process, number: int, session: str) -> None:
        answer = done(server.call("record_agent_prompt", **self._prompt(number, session)))
        assert self.events.setdefault(f"{self.name} says {number}", answer["event_id"]) == answer["event_id"]

    def _prompt(self, number: int, session: str) -> dict[str, Any]:
        said, client_id = f"{self.name} says {number}", f"{self.name}-{number}"
        return {"session_id": session, "agent": "torture", "prompt": said, "source": "user", "client_id": client_id}

    def _die(self, server: Process, chance: random.Random, number: int) -> None:
        """Killed with a request under way, which is then sent again to the next server."""
        prompt = self._prompt(number + 1_000_000, "s0")
        server.send("tools/call", {"name": "record_agent_prompt", "arguments": prompt}, number=10_000_000)
        server.wrote_within(chance.random() * 0.003)  # anywhere up to its answer, by the test's own dice
        os.kill(server.pid, signal.SIGKILL)
        self.deaths += 1
        with running(environment(self.settings)) as another:
            another.initialize()
            self._record(another, number + 1_000_000, "s0")


def done(result: dict[str, Any]) -> dict[str, Any]:
    assert not result["isError"], result["content"]
    return result["structuredContent"]


@pytest.mark.parametrize("settings", ["sqlite", pytest.param("postgres", marks=LONG)], indirect=True)
async def test_servers_that_do_everything_at_once_and_die_lose_nothing_and_count_nothing_twice(
    settings: Settings,
) -> None:
    with ExitStack() as stack:
        threads = stack.enter_context(ThreadPoolExecutor(SERVERS))
        until = time.monotonic() + SECONDS
        clients = list(threads.map(lambda n: Client(f"client {n}", settings, until).live(), range(SERVERS)))
    said = {text: id_ for client in clients for text, id_ in client.events.items()}
    stored = dict(await rows(settings, "SELECT id, payload FROM events WHERE type = 'agent.prompt'"))
    texts = Counter(text for payload in map(str, stored.values()) for text in [payload.split('"prompt":')[1]])
    assert [text for text, times in texts.items() if times > 1] == []
    assert set(said.values()) == set(stored)
    assert len(said) > 8 * SERVERS
    [(answers,)] = await rows(settings, "SELECT value FROM counters WHERE name = 'answers'")
    assert answers == len(said)
    asked = {id_ for (id_,) in await rows(settings, "SELECT id FROM predictions")}
    assert {id_ for client in clients for id_ in client.predictions} <= asked
    reported = [id_ for (id_,) in await rows(settings, "SELECT prediction_id FROM feedback WHERE by = 'agent'")]
    assert len(reported) == len(set(reported))
    assert {id_ for client in clients for id_ in client.reports} <= set(reported)
    if is_sqlite(settings.url):
        assert await rows(settings, "PRAGMA integrity_check") == [("ok",)]
