"""Memory over REST: read, added to, corrected, traced, decided on and forgotten."""

from __future__ import annotations

import pytest

from tests.support.events import said, started, stopped, typed
from tests.support.remembered import COMMITS, YESTERDAY, remember

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)


async def ok(response, status: int = 200):
    assert response.status_code == status, response.text
    return response.json() if response.content else None


@on_sqlite
async def test_what_is_told_can_be_read_corrected_and_taken_back(http):
    raw = await ok(await http.post("/api/memory/raw/", json={"text": "I write Rust at work"}), 201)
    assert await ok(await http.get(f"/api/memory/raw/{raw['id']}/")) == raw
    fact = await ok(await http.post("/api/memory/facts/", json={"text": "I prefer tabs.", "tags": ["style"]}), 201)
    assert (fact["tier"], fact["usable"], fact["tags"]) == ("tentative", True, ["style"])
    twice = await http.post("/api/memory/facts/", json={"text": "I prefer tabs."})
    assert (twice.status_code, fact["id"] in twice.json()["error"]) == (409, True)
    reworded = await ok(await http.patch(f"/api/memory/facts/{fact['id']}/", json={"text": "Prefers spaces."}))
    assert (reworded["id"], reworded["text"]) == (fact["id"], "Prefers spaces.")
    episode = await ok(await http.post("/api/memory/episodes/", json={"summary": "We met."}), 201)
    edited = await ok(await http.patch(f"/api/memory/episodes/{episode['id']}/", json={"summary": "We met twice."}))
    assert (edited["summary"], edited["method"]) == ("We met twice.", "person")
    assert "Prefers spaces." in (await ok(await http.get("/api/memory/profile/")))["soul_card"]
    assert (await ok(await http.post("/api/memory/profile/", json={"body": "Me."})))["body"] == "Me."
    bundle = await ok(await http.post("/api/memory/context/", json={"tags": ["style"]}))
    assert [each["text"] for each in bundle["facts"]] == ["Prefers spaces."]
    assert set(bundle) == {"profile", "facts", "episodes", "raw", "meta"}
    for gone in (f"raw/{raw['id']}", f"facts/{fact['id']}", f"episodes/{episode['id']}", "profile"):
        deleted = await http.delete(f"/api/memory/{gone}/")
        assert (deleted.status_code, deleted.content) == (204, b"")
        if gone != "profile":
            assert (await http.get(f"/api/memory/{gone}/")).status_code == 404
            assert (await http.delete(f"/api/memory/{gone}/")).status_code == 404
    assert (await ok(await http.get("/api/memory/profile/")))["method"] != "person"


async def test_what_is_told_twice_under_one_key_is_kept_once(http):
    retry = {"Idempotency-Key": "note-1"}
    for path, body in (("raw", {"text": "I am left-handed"}), ("episodes", {"summary": "We moved."})):
        first, again = [
            await ok(await http.post(f"/api/memory/{path}/", json=body, headers=retry), 201) for _ in range(2)
        ]
        assert again == first
        other = await http.post(f"/api/memory/{path}/", json={next(iter(body)): "Something else."}, headers=retry)
        assert other.status_code == 409
    statements = (await ok(await http.get("/api/memory/raw/")))["results"]
    assert len(statements) == 2


@on_sqlite
async def test_what_was_said_is_promoted_searched_traced_counted_and_forgotten(http):
    rule = "from now on, always use tabs in Makefiles"
    batch = [started(), said("How shall I indent?"), typed(rule), stopped(minutes=5)]
    await http.post("/api/recording/events/", json=batch)
    assert await ok(await http.post("/api/memory/sync/")) == {"created": 0}
    told = await ok(await http.post("/api/memory/promote/episodes/", json={}))
    assert (told["episodes"], told["summarised"], told["degraded"]) == (1, 0, None)
    assert (await ok(await http.post("/api/memory/promote/facts/", json={"limit": 10})))["claims"] == 1
    [fact] = (await ok(await http.get("/api/memory/facts/")))["results"]
    assert fact["explicit"] is True
    stats = await ok(await http.get("/api/memory/stats/"))
    assert {tier: stats[tier]["count"] for tier in stats} == {"raw": 4, "episodes": 1, "facts": 1, "profile": 1}
    hits = (await ok(await http.get("/api/memory/search/", params={"q": "Makefiles"})))["results"]
    assert {hit["layer"] for hit in hits} == {"fact", "episode", "raw"}
    why = (await ok(await http.get(f"/api/memory/why/fact/{fact['id']}/")))["nodes"]
    assert why[0]["text"] == fact["text"]
    assert batch[2]["id"] in {node["id"] for node in why}
    impact = (await ok(await http.get(f"/api/memory/impact/raw/{batch[2]['id']}/")))["nodes"]
    assert fact["id"] in {node["id"] for node in impact}
    going = await ok(await http.post("/api/memory/forget/preview/", json={"session_id": "s"}))
    assert going == {"events": 4, "episodes": 1, "facts": 1, "predictions": 0}
    assert await ok(await http.post("/api/memory/forget/", json={"session_id": "s"})) == going
    assert (await ok(await http.get("/api/memory/facts/")))["results"] == []


@on_sqlite
async def test_a_model_that_is_named_and_not_allowed_is_an_error(http):
    for loop in ("episodes", "facts"):
        named = await http.post(f"/api/memory/promote/{loop}/", json={"model": "claude-sonnet-4-6"})
        assert named.status_code == 503


@on_sqlite
async def test_only_the_person_decides_what_waits_for_them(http, clone, me):
    for number in range(2):
        for text in ("From now on never ask me before pushing", "I prefer working with my therapist"):
            await http.post("/api/recording/events/", json=[typed(text, f"s{number}", minutes=number)])
    await http.post("/api/memory/promote/episodes/", json={})
    await http.post("/api/memory/promote/facts/", json={})
    waiting = (await ok(await http.get("/api/memory/reviews/")))["results"]
    assert {each["gate"] for each in waiting} == {"grounding", "sensitive"}
    confirmed, rejected = waiting
    assert (await ok(await http.post(f"/api/memory/reviews/{confirmed['id']}/confirm/")))["gate"] is None
    assert (await http.post(f"/api/memory/reviews/{rejected['id']}/reject/")).status_code == 204
    assert (await ok(await http.get("/api/memory/reviews/")))["results"] == []
    assert [f["id"] for f in (await ok(await http.get("/api/memory/facts/")))["results"]] == [confirmed["fact"]["id"]]


@on_sqlite
async def test_lists_come_in_pages(http, storage, me):
    await remember(storage, me)
    first = await ok(await http.get("/api/memory/facts/?limit=1"))
    assert ([each["id"] for each in first["results"]], first["more"]) == ([COMMITS], True)
    rest = await ok(await http.get("/api/memory/facts/?limit=1&offset=1"))
    assert (len(rest["results"]), rest["more"]) == (1, False)
    assert [each["id"] for each in (await ok(await http.get("/api/memory/episodes/")))["results"]] == [YESTERDAY]
    later = await ok(await http.get("/api/memory/episodes/?since=2026-11-20T09:00:00Z"))
    assert later["results"] == []
