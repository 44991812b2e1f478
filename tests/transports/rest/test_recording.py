"""Events over REST: what is taken, what is refused, and how it is read back."""

from __future__ import annotations

import json

import pytest

from tests.support.events import at, said, started, stopped, typed

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
MIB = 1024 * 1024


async def test_a_batch_is_answered_event_by_event_and_may_be_repeated(http):
    batch = [started(), said("Shall I run the tests?"), typed("yes, run them", minutes=1), {"type": "nonsense"}, 7]
    first = await http.post("/api/recording/events/", json=batch)
    assert first.status_code == 200
    assert {**first.json(), "invalid": [each["index"] for each in first.json()["invalid"]]} == {
        "accepted": 3,
        "duplicates": 0,
        "invalid": [3, 4],
    }
    again = await http.post("/api/recording/events", json=batch)
    assert (again.json()["accepted"], again.json()["duplicates"]) == (0, 3)


async def test_an_event_is_shown_whole_and_its_session_oldest_first(http):
    batch = [stopped(minutes=9), typed("token=ghp_0123456789abcdefghijklmnopqrstuvwxyz", minutes=2), started()]
    await http.post("/api/recording/events/", json=batch)
    shown = (await http.get(f"/api/recording/events/{batch[1]['id']}/")).json()
    assert shown["payload"]["agent"] == "claude-code"
    assert "ghp_" not in shown["payload"]["prompt"]
    assert (shown["author"], shown["channel"], shown["redactions"]) == ("person", "attested", 1)
    assert shown["occurred_at"] == at(2).replace("+00:00", "Z")
    listed = (await http.get("/api/recording/sessions/s/events/?limit=2&offset=1")).json()
    assert [event["type"] for event in listed["results"]] == ["agent.prompt", "session.stopped"]
    assert (listed["limit"], listed["offset"], listed["more"]) == (2, 1, False)
    [session] = (await http.get("/api/recording/sessions/")).json()["results"]
    assert (session["id"], session["ended_at"]) == ("s", at(9).replace("+00:00", "Z"))


@pytest.mark.parametrize("own", ["a/b", "a b", "ä", "line\nend", "%2F", "s/events"], ids=repr)
async def test_ids_of_producers_may_hold_anything(http, own):
    from urllib.parse import quote

    await http.post("/api/recording/events/", json=[typed("yes", own, id=own)])
    assert (await http.get(f"/api/recording/events/{quote(own, safe='')}/")).json()["id"] == own
    [event] = (await http.get(f"/api/recording/sessions/{quote(own, safe='')}/events/")).json()["results"]
    assert event["session_id"] == own


async def test_a_batch_is_limited_while_it_comes_in_and_the_refusal_says_how_to_send_it(whole):
    http, sent = whole, 0

    async def endless():
        nonlocal sent
        while True:
            sent += 1
            yield b" " * MIB

    refusals = [
        await http.post("/api/recording/events/", content=endless()),
        await http.post("/api/recording/events/", content=b" ", headers={"content-length": str(32 * MIB + 1)}),
    ]
    for refusal in refusals:
        assert refusal.status_code == 413
        assert refusal.json() == {
            "error": "The body is over the limit of 33,554,432 bytes. Send at most 1,000 events and 32 MiB at a time; "
            "8 MiB is a good size for one request."
        }
    assert sent <= 34
    most = json.dumps([typed("x" * 1000)]).ljust(32 * MIB)
    assert (await http.post("/api/recording/events/", content=most)).json()["accepted"] == 1


async def test_nobody_unknown_has_their_body_read(http):
    async def unread():
        raise AssertionError
        yield b""

    http.headers["x-clone-api-key"] = "clone_unknown"
    assert (await http.post("/api/recording/events/", content=unread())).status_code == 401
