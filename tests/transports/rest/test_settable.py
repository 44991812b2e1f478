"""What a body or an address names and can't set is refused by name, and nothing is dropped in silence."""

from __future__ import annotations

import json
import re

import pytest

from clone_mcp.transports.rest.application import ENDPOINTS
from clone_mcp.transports.rest.openapi import document
from tests.transports.rest.test_memory import ok

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
ASK = {"agent": "a", "agent_input": "Shall I commit?"}


async def refused(response) -> str:
    assert response.status_code == 400, response.text
    return response.json()["error"]


@pytest.fixture
async def fact(http):
    return await ok(await http.post("/api/memory/facts/", json={"text": "Prefers tabs."}), 201)


@pytest.mark.parametrize(
    ("patch", "said"),
    [
        ({"importance": 0.1}, "importance can't be set here. You can set text and tags."),
        ({"kind": "habit"}, "kind can't be set here. You can set text and tags."),
        ({"text": "Prefers spaces.", "tier": "strong", "id": "x"}, "tier and id can't be set here. You can set text"),
        ({"confidence": 1}, "confidence can't be set here. You can set text and tags."),
        ({}, "Nothing that can be changed was sent. You can set text and tags."),
        ({"text": None, "tags": None}, "Nothing that can be changed was sent. You can set text and tags."),
        ({"colour": "blue"}, "Nothing that can be changed was sent. You can set text and tags."),
        ({"texts": "Prefers spaces."}, "There is no field 'texts'. Did you mean 'text'?"),
    ],
)
async def test_a_fact_is_changed_by_what_can_be_changed_alone(http, fact, patch, said):
    told = await refused(await http.patch(f"/api/memory/facts/{fact['id']}/", json=patch))
    assert told.startswith(said)
    assert await ok(await http.get(f"/api/memory/facts/{fact['id']}/")) == fact


@pytest.mark.parametrize("method", ["POST", "DELETE"])
@pytest.mark.parametrize("switch", ["pause", "shadow", "trust"])
async def test_a_switch_takes_no_name_that_would_be_ignored_and_switch_it_everywhere(http, switch, method):
    before = await ok(await http.get("/api/switches/"))
    for sent in ({"json": {"session": "s1"}}, {"json": {"sessionId": "s1"}}, {"params": {"session": "s1"}}):
        told = await refused(await http.request(method, f"/api/switches/{switch}/", **sent))
        assert "can't be set here." in told
    assert await ok(await http.get("/api/switches/")) == before


async def test_forgetting_takes_no_condition_that_would_be_ignored_and_forget_more(http):
    told = await refused(await http.post("/api/memory/forget/preview/", json={"project": "p", "conversation": "c"}))
    assert told.startswith("conversation can't be set here. You can set project, session_id, since, until")


@pytest.mark.parametrize("name", ["importance", "confidence", "tier", "gate", "confirmed_at", "id"])
async def test_a_new_fact_does_not_lose_what_was_sent_with_it(http, name):
    told = await refused(await http.post("/api/memory/facts/", json={"text": "Likes tea.", name: 1}))
    assert told == f"{name} can't be set here. You can set text, kind and tags."
    assert (await ok(await http.get("/api/memory/facts/")))["results"] == []


async def test_every_field_that_an_answer_shows_and_a_body_can_not_set_is_refused_by_name(http):
    tried, silent = 0, []
    for endpoint in ENDPOINTS:
        if not endpoint.reads_a_body or "events" in endpoint.path:
            continue
        shown = set(endpoint.reply.model_fields if endpoint.reply else ()) - set(endpoint.in_path)
        for name in shown - set(endpoint.body.model_fields if endpoint.body else ()):
            address = re.sub(r"\{[^}]*\}", "x", endpoint.path)
            answer = await http.request(endpoint.method, address, json={name: "x"})
            tried += 1
            if answer.status_code != 400 or f"{name} can't be set here." not in answer.json()["error"]:
                silent.append((endpoint.method, address, name, answer.text))
    assert silent == []
    assert tried > 100


async def test_what_belongs_in_the_address_is_not_lost_in_a_body_nor_the_other_way_round(http):
    paused = await refused(await http.post("/api/switches/pause/", json={"project": "clone"}))
    assert paused == "project can't be set here. Put it in the address: `?project=…`."
    assert (await ok(await http.get("/api/switches/")))["paused"] == []
    asked = await refused(await http.post("/api/predictions/predict/?threshold=0.1", json=ASK))
    assert asked == "threshold can't be set in the address. Put it in the body."
    listed = await refused(await http.get("/api/memory/facts/?kind=habit"))
    assert listed == "kind can't be set in the address. You can set limit and offset."
    batch = await refused(await http.post("/api/predictions/predict/batch/", json={"prompts": [ASK], "threshold": 0.1}))
    assert batch == "threshold can't be set here. Put it in each of the prompts."


async def test_what_means_nothing_is_ignored_and_listed(http, fact):
    answer = await http.post("/api/memory/facts/", json={"text": "Likes tea.", "größe": 1, "colour": "blue"})
    assert (answer.status_code, answer.headers["X-Clone-Ignored-Fields"]) == (201, "gr%C3%B6%C3%9Fe, colour")
    gone = await http.request("DELETE", f"/api/memory/facts/{fact['id']}/", json={"reason": "wrong"})
    assert (gone.status_code, gone.headers["X-Clone-Ignored-Fields"]) == (204, "reason")
    batch = await ok(await http.post("/api/predictions/predict/batch/", json={"prompts": [{**ASK, "colour": 1}, ASK]}))
    assert [each["prediction"]["ignored_arguments"] for each in batch["results"]] == [["colour"], []]
    assert "X-Clone-Ignored-Fields" not in (await http.get("/api/memory/facts/")).headers


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b"not json", b"[" * 100_000])
async def test_where_no_body_is_asked_for_none_is_needed(http, body):
    assert (await http.post("/api/switches/pause/", content=body)).status_code == 200


async def test_feedback_may_name_the_prediction_that_its_address_names(http):
    asked = await ok(await http.post("/api/predictions/predict/", json=ASK))
    report = {"prediction_id": asked["id"], "status": "accepted"}
    assert (await ok(await http.post(f"/api/predictions/{asked['id']}/feedback/", json=report)))["changed"] is True


def test_the_description_names_what_is_refused(settings):
    described = document(ENDPOINTS)
    for endpoint in ENDPOINTS:
        if endpoint.body is None or "events" in endpoint.path:
            continue
        operation = described["paths"][endpoint.address][endpoint.method.lower()]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        assert schema.get("propertyNames", {"not": {"enum": []}})["not"]["enum"] == sorted(endpoint.refused_in_body)
    patch = described["paths"]["/api/memory/facts/{fact_id}/"]["patch"]["requestBody"]
    assert patch["required"] is True
    assert "importance" in patch["content"]["application/json"]["schema"]["propertyNames"]["not"]["enum"]
    assert [each["required"] for each in described["components"]["schemas"]["FactPatch"]["anyOf"]] == [
        ["text"],
        ["tags"],
    ]
    assert json.dumps(described)
