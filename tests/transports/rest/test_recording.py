"""Events over REST: what is taken, what is refused, and how it is read back."""

from __future__ import annotations

from tests.support.events import at, said, started, stopped, typed


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
