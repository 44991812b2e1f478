"""Who may do what over REST, and what nobody learns about somebody else."""

from __future__ import annotations

import json
import re
from itertools import product
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import httpx2
import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.transports.rest.application import ENDPOINTS
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from tests.conftest import new_tenant
from tests.storage.test_tenancy import MADE_UP, another, furnish, holdings
from tests.support.sql import seen

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

RISKY = {
    "POST /api/memory/raw/",
    "DELETE /api/memory/raw/{raw_id}/",
    "POST /api/memory/episodes/",
    "PATCH /api/memory/episodes/{episode_id}/",
    "DELETE /api/memory/episodes/{episode_id}/",
    "POST /api/memory/facts/",
    "PATCH /api/memory/facts/{fact_id}/",
    "DELETE /api/memory/facts/{fact_id}/",
    "POST /api/memory/profile/",
    "DELETE /api/memory/profile/",
    "POST /api/memory/promote/episodes/",
    "POST /api/memory/promote/facts/",
    "POST /api/memory/reviews/{review_id}/confirm/",
    "POST /api/memory/reviews/{review_id}/reject/",
    "POST /api/memory/forget/",
    "POST /api/memory/forget/preview/",
    "DELETE /api/switches/pause/",
    "DELETE /api/switches/shadow/",
    "POST /api/switches/trust/",
    "DELETE /api/switches/trust/",
    "GET /api/sources/webhooks/",
    "POST /api/sources/webhooks/",
    "DELETE /api/sources/webhooks/{webhook_id}/",
    "POST /api/jobs/{job_id}/retry/",
    "GET /api/auth/keys/",
    "POST /api/auth/keys/",
    "GET /api/auth/keys/{key_id}/",
    "DELETE /api/auth/keys/{key_id}/",
    "POST /api/auth/keys/{key_id}/rotate/",
    "GET /api/access/members/",
    "POST /api/access/invite/",
    "GET /api/access/invites/",
    "DELETE /api/access/invites/{invite_id}/",
    "POST /api/access/members/{user_id}/approve/",
    "POST /api/access/members/{user_id}/decline/",
}
"""What changes what later predictions rest on, costs, can't be undone, or lets others in: the owner's alone."""

OPEN = {
    "GET /api/monitoring/health/",
    "GET /api/monitoring/ready/",
    "POST /api/sources/hooks/{address}/",
    "POST /api/auth/signup/",
    "POST /api/auth/login/",
    "POST /api/auth/token/refresh/",
    "POST /api/auth/invite/validate/",
    "POST /api/auth/waitlist/",
}
"""What needs no key."""

BODIES: dict[str, Any] = {
    "record_events": [],
    "add_raw": {"text": "x"},
    "add_episode": {"summary": "x"},
    "edit_episode": {"summary": "x"},
    "add_fact": {"text": "Prefers x."},
    "edit_fact": {"text": "Prefers x."},
    "put_profile": {"body": "x"},
    "preview_forgetting": {"session_id": "ID"},
    "forget": {"session_id": "ID"},
    "predict": {"agent": "a", "agent_input": "x", "session_id": "ID"},
    "predict_batch": {"prompts": [{"agent": "a", "agent_input": "x", "session_id": "ID"}]},
    "predict_continuation": {"agent": "a", "agent_input": "x", "session_id": "ID"},
    "give_feedback": {"status": "accepted", "actual_response": "yes"},
    "add_webhook": {"connector": "github"},
    "sign_up": {"email": "ann@example.com", "password": "three little pigs"},
    "log_in": {"email": "ann@example.com", "password": "three little pigs"},
    "refresh_token": {"refresh": "ID"},
    "validate_invite": {"code": "ID"},
    "join_waitlist": {"email": "ann@example.com"},
    "change_password": {"present": "three little pigs", "new": "three little pigs"},
    "join": {"code": "ID"},
}
"""What is sent where something must be; {} elsewhere. ID stands for the id that is tried."""
LAYERS = ("raw", "episode", "fact", "profile", "prediction", "nonsense")


def label(endpoint: Endpoint) -> str:
    return f"{endpoint.method} {endpoint.address}"


def test_what_is_risky_is_what_needs_the_owner():
    assert {label(endpoint) for endpoint in ENDPOINTS if endpoint.needs is Needs.OWNER} == RISKY
    assert {label(endpoint) for endpoint in ENDPOINTS if endpoint.needs is Needs.NOTHING} == OPEN


def address(endpoint: Endpoint, it: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda _: quote(it, safe=""), endpoint.address.replace("{layer}", "LAYER"))


async def call(http: httpx2.AsyncClient, endpoint: Endpoint, it: str, layer: str = "fact") -> httpx2.Response:
    body = json.loads(json.dumps(BODIES.get(endpoint.name, {})).replace('"ID"', json.dumps(it)))
    query = {
        name: it for name in ("session_id", "q", "agent") if endpoint.query and name in endpoint.query.model_fields
    }
    where = address(endpoint, it).replace("LAYER", layer)
    sent = {} if endpoint.method == "GET" else {"json": body}
    return await http.request(endpoint.method, where, params=query, **sent)


WRITERS = {Scope.AGENT, Scope.RECORDER, Scope.OWNER}
MAY = {Needs.KEY: {Scope.VIEWER, *WRITERS}, Needs.WRITER: WRITERS, Needs.OWNER: {Scope.OWNER}}
LEAVING = "remove_member"
"""Anybody may leave, but only the owner sends others away: here it is somebody else's id that is tried."""


@on_sqlite
@pytest.mark.parametrize("scope", [None, *Scope])
async def test_every_address_is_open_to_those_who_may_and_to_nobody_else(http_as, me, scope):
    """None is nobody. What a key may not do for want of a user behind it is refused in other words."""
    async with http_as(Caller(me.tenant, scope or Scope.AGENT)) as http:
        if scope is None:
            del http.headers["x-clone-api-key"]
        wrong = {}
        for endpoint in ENDPOINTS:
            if endpoint.needs is not Needs.NOTHING:
                response = await call(http, endpoint, str(uuid4()))
                found = refused_as(response)
                may = MAY[Needs.OWNER if endpoint.name == LEAVING else endpoint.needs]
                if found != (None if scope in may else 401 if scope is None else 403):
                    wrong[label(endpoint)] = found, response.text
        assert wrong == {}


def refused_as(response: httpx2.Response) -> int | None:
    """Whether the credential was too little for the address, whatever else was wrong."""
    if response.status_code == 401:
        assert response.headers["www-authenticate"] == 'Bearer realm="clone"'
        return 401
    if response.status_code != 403:
        return None
    return 403 if re.match("Only the owner may do this|A viewer may read", response.json()["error"]) else None


@on_sqlite
async def test_what_is_open_to_nobody_in_particular_asks_for_what_it_needs(http_as, me):
    async with http_as(Caller(me.tenant, Scope.OWNER)) as http:
        del http.headers["x-clone-api-key"]
        for endpoint in ENDPOINTS:
            if endpoint.needs is Needs.NOTHING:
                response = await call(http, endpoint, str(uuid4()))
                assert response.status_code in (200, 204, 400, 401, 403), label(endpoint)


async def test_an_id_of_somebody_else_is_answered_like_one_that_never_was(http_as, clone, storage, clock, settings):
    """Over every address that has an id in it, or takes one as a filter or in its body."""
    theirs = Caller(await new_tenant(storage, clock), Scope.OWNER)
    foreign = await furnish(clone, theirs)
    before, told_apart = await holdings(settings, theirs), {}
    mine = Caller(await new_tenant(storage, clock), Scope.OWNER)
    async with http_as(mine) as http:
        for endpoint, (kind, it) in product(ENDPOINTS, foreign.items()):
            if not takes_an_id(endpoint):
                continue
            for layer in LAYERS if "{layer}" in endpoint.address else LAYERS[:1]:
                never = another(it)
                known, unknown = [await call(http, endpoint, each, layer) for each in (it, never)]
                if plain(known, it) != plain(unknown, never):
                    told_apart[label(endpoint), kind, layer] = plain(known, it), plain(unknown, never)
    assert told_apart == {}
    assert await holdings(settings, theirs) == before


@on_sqlite
async def test_an_id_of_somebody_else_takes_the_same_statements_by_every_address(http_as, clone, storage, clock):
    """So that the time it takes tells nothing either."""
    foreign = await furnish(clone, Caller(await new_tenant(storage, clock), Scope.OWNER))
    told_apart = []
    async with http_as(Caller(await new_tenant(storage, clock), Scope.OWNER)) as http:
        for endpoint, kind in product(filter(takes_an_id, ENDPOINTS), ("event", "session", "prediction", "fact")):
            it, took = foreign[kind], []
            for each in (another(it), it, another(it)):  # the first also does what is done once
                with seen() as watch:
                    await call(http, endpoint, each)
                took.append((watch.transactions, watch.statements))
            if took[1] != took[2]:
                told_apart.append((label(endpoint), kind))
    assert told_apart == []


def takes_an_id(endpoint: Endpoint) -> bool:
    filters = {"session_id", "q", "agent"} & set(endpoint.query.model_fields if endpoint.query else ())
    return bool(endpoint.in_path or filters or "ID" in json.dumps(BODIES.get(endpoint.name)))


def plain(response: httpx2.Response, it: str) -> tuple[int, str]:
    """What came of it, without the id itself and what is made up anew."""
    text = re.sub(rf'"latency_ms":[\d.e-]+|{MADE_UP}', "NEW", response.text)
    if it.isdigit():  # as jobs on Postgres are called, and so are other things
        return response.status_code, text.replace(f'"{it}"', "THIS")
    return response.status_code, re.sub(rf"(?<![\w=-]){re.escape(json.dumps(it)[1:-1])}(?![\w-])", "THIS", text)
