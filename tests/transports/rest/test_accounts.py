"""Accounts, keys and members over REST."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import httpx2
import pytest

from clone_mcp.clone import Clone
from clone_mcp.models.access import Scope
from clone_mcp.settings import Settings
from clone_mcp.transports.rest.application import ENDPOINTS
from clone_mcp.transports.rest.endpoint import Needs
from tests.support.accounts import PASSWORD
from tests.support.events import typed
from tests.support.mcp import service, within

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what is the adapter's alone."""

UNKNOWN = "00000000-0000-4000-8000-00000000dead"
CREDENTIALS = {"email": "ann@example.com", "password": PASSWORD}


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"signup": "open"})


@pytest.fixture
async def web(settings: Settings, clone: Clone) -> AsyncIterator[httpx2.AsyncClient]:
    """A client that brings nothing of its own."""
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        yield http


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def signed_up(web: httpx2.AsyncClient, email: str, **more: str) -> dict:
    response = await web.post("/api/auth/signup/", json={"email": email, "password": PASSWORD, **more})
    assert response.status_code == 201, response.text
    return response.json()


async def status(web: httpx2.AsyncClient, method: str, path: str, token: str, json: object = None) -> int:
    return (await web.request(method, path, headers=bearer(token), json=json)).status_code


async def test_an_account_from_signing_up_to_signing_out(web):
    made = await signed_up(web, "ann@example.com")
    assert made["user"]["email"] == "ann@example.com"
    entered = await web.post("/api/auth/login", json=CREDENTIALS)
    assert entered.status_code == 200
    assert entered.headers["cache-control"] == "no-store"
    assert set(entered.json()) == {"access", "refresh", "user", "ignored_arguments"} - {"ignored_arguments"}
    tokens = entered.json()

    me = (await web.get("/api/auth/me/", headers=bearer(tokens["access"]))).json()
    assert (me["user"], me["scope"]) == (made["user"], "owner")
    assert me["accounts"] == [{"tenant": me["tenant"], "role": "owner", "status": "active"}]

    fresh = (await web.post("/api/auth/token/refresh/", json={"refresh": tokens["refresh"]})).json()
    assert set(fresh) == {"access", "refresh"}
    again = await web.post("/api/auth/token/refresh/", json={"refresh": tokens["refresh"]})
    assert again.status_code == 409

    assert await status(web, "POST", "/api/auth/logout/", fresh["access"]) == 204
    assert await status(web, "GET", "/api/auth/me/", fresh["access"]) == 401
    gone = await web.post("/api/auth/token/refresh/", json={"refresh": fresh["refresh"]})
    assert (gone.status_code, gone.json()) == (
        401,
        {"error": "This token is unknown, expired or revoked. Sign in again."},
    )


async def test_an_access_token_and_a_key_open_the_same_doors(web):
    token = (await signed_up(web, "ann@example.com"))["access"]
    made = await web.post("/api/auth/keys/", headers=bearer(token), json={"name": "laptop", "scope": "recorder"})
    assert made.status_code == 201
    key = made.json()["key"]
    assert key.startswith("clone_")
    batch = [typed("yes", id="e")]
    for headers in ({"x-clone-api-key": key}, bearer(key), bearer(token), {"x-clone-api-key": token}):
        assert (await web.post("/api/recording/events/", json=batch, headers=headers)).status_code == 200
    listed = (await web.get("/api/recording/sessions/", headers=bearer(token))).json()["results"]
    assert [session["id"] for session in listed] == [batch[0]["session_id"]]


async def test_a_key_speaks_for_an_agent_unless_more_is_asked_for(web):
    owner = (await signed_up(web, "ann@example.com"))["access"]
    channels = {}
    for asked in ({}, {"scope": "recorder"}):
        made = (await web.post("/api/auth/keys/", headers=bearer(owner), json=asked)).json()
        event = typed("yes")
        await web.post("/api/recording/events/", json=[event], headers=bearer(made["key"]))
        stored = (await web.get(f"/api/recording/events/{event['id']}/", headers=bearer(owner))).json()
        channels[made["scope"]] = (stored["author"], stored["channel"])
    assert channels == {"agent": ("person", "claimed"), "recorder": ("person", "attested")}


async def test_keys_are_made_shown_without_their_text_put_anew_and_revoked(web):
    token = (await signed_up(web, "ann@example.com"))["access"]
    made = (await web.post("/api/auth/keys/", headers=bearer(token), json={"scope": "agent"})).json()
    path = f"/api/auth/keys/{made['id']}/"
    shown = (await web.get(path, headers=bearer(token))).json()
    assert shown == {name: value for name, value in made.items() if name != "key"}
    assert (await web.get("/api/auth/me/", headers=bearer(made["key"]))).json()["user"] is None
    assert await status(web, "GET", "/api/auth/keys/", made["key"]) == 403

    anew = await web.post(f"{path}rotate/", headers=bearer(token))
    assert anew.status_code == 201
    assert (anew.json()["scope"], anew.json()["name"]) == ("agent", "")
    assert [await status(web, "GET", "/api/auth/me/", each) for each in (made["key"], anew.json()["key"])] == [401, 200]
    assert await status(web, "POST", f"{path}rotate/", token) == 409
    assert await status(web, "DELETE", f"/api/auth/keys/{anew.json()['id']}/", token) == 204
    assert await status(web, "GET", "/api/auth/me/", anew.json()["key"]) == 401
    listed = (await web.get("/api/auth/keys/?limit=1", headers=bearer(token))).json()
    assert (len(listed["results"]), listed["more"]) == (1, True)


async def test_an_invited_viewer_reads_and_changes_nothing(web):
    ann = (await signed_up(web, "ann@example.com"))["access"]
    await web.post("/api/recording/events/", json=[typed("yes", id="e")], headers=bearer(ann))
    invited = await web.post("/api/access/invite/", headers=bearer(ann), json={"email": "bob@example.com"})
    assert (invited.status_code, invited.json()["role"]) == (201, "viewer")
    code = invited.json()["code"]
    assert code not in (await web.get("/api/access/invites/", headers=bearer(ann))).text
    valid = (await web.post("/api/auth/invite/validate/", json={"code": code})).json()
    assert (valid["valid"], valid["role"]) == (True, "viewer")

    bob = await signed_up(web, "bob@example.com")
    tenant = (await web.get("/api/auth/me/", headers=bearer(ann))).json()["tenant"]
    joined = await web.post("/api/access/join/", headers=bearer(bob["access"]), json={"code": code})
    assert (joined.status_code, joined.json()) == (202, {"tenant": tenant, "role": "viewer", "status": "pending"})
    there = {"email": "bob@example.com", "password": PASSWORD, "tenant": tenant}
    assert (await web.post("/api/auth/login/", json=there)).status_code == 404
    place = f"/api/access/members/{bob['user']['id']}/"
    assert await status(web, "POST", f"{place}approve/", ann) == 200
    viewer = (await web.post("/api/auth/login/", json=there)).json()["access"]

    assert await status(web, "GET", "/api/recording/events/e/", viewer) == 200
    for method, path, body in (
        ("POST", "/api/recording/events/", [typed("mine", id="f")]),
        ("POST", "/api/predictions/predict/", {"agent": "a", "agent_input": "Go on?"}),
        ("POST", "/api/auth/keys/", {}),
        ("GET", "/api/access/members/", None),
        ("POST", f"{place}approve/", None),
    ):
        assert await status(web, method, path, viewer, body) == 403, path
    assert await status(web, "DELETE", place, viewer) == 204
    assert await status(web, "GET", "/api/recording/events/e/", viewer) == 401


@on_sqlite
async def test_a_viewer_changes_nothing_by_any_address(clone, me, settings):
    about_oneself = {"log_out", "change_password", "join", "remove_member"}
    only_reads = {"assemble_context"}
    _, key = await clone.access.api_keys.create(me.tenant, "", Scope.VIEWER)
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=bearer(key)) as http,
    ):
        for endpoint in ENDPOINTS:
            if endpoint.needs is not Needs.NOTHING and endpoint.name not in about_oneself | only_reads:
                response = await http.request(endpoint.method, re.sub(r"\{[^}]*\}", "x", endpoint.path))
                if endpoint.method != "GET":
                    assert response.status_code == 403, endpoint
                else:
                    assert response.status_code in (200, 400, 403, 404), endpoint


@on_sqlite
async def test_what_belongs_to_somebody_else_is_answered_like_what_is_not_there(web):
    ann, bob = [(await signed_up(web, f"{name}@example.com"))["access"] for name in ("ann", "bob")]
    key = (await web.post("/api/auth/keys/", headers=bearer(ann), json={})).json()["id"]
    invite = (await web.post("/api/access/invite/", headers=bearer(ann), json={})).json()["id"]
    member = (await web.get("/api/auth/me/", headers=bearer(ann))).json()["user"]["id"]
    for method, path, it in (
        ("GET", "/api/auth/keys/{}/", key),
        ("DELETE", "/api/auth/keys/{}/", key),
        ("POST", "/api/auth/keys/{}/rotate/", key),
        ("DELETE", "/api/access/invites/{}/", invite),
        ("POST", "/api/access/members/{}/approve/", member),
        ("POST", "/api/access/members/{}/decline/", member),
        ("DELETE", "/api/access/members/{}/", member),
    ):
        answers = [await web.request(method, path.format(each), headers=bearer(bob)) for each in (it, UNKNOWN)]
        assert answers[0].status_code == 404
        assert answers[0].json() == answers[1].json()
    assert await status(web, "GET", f"/api/auth/keys/{key}/", ann) == 200


@on_sqlite
async def test_who_may_not_come_in_is_told_why(web, settings, clone):
    await signed_up(web, "ann@example.com")
    for body, told in (
        ({**CREDENTIALS, "password": "wrong, and long enough"}, (401, "The e-mail or the password is wrong.")),
        ({**CREDENTIALS, "email": "nobody@example.com"}, (401, "The e-mail or the password is wrong.")),
        ({"email": "ann@example.com"}, (400, "password is required.")),
        ({**CREDENTIALS, "email": None}, (400, "email must be text.")),
        ({**CREDENTIALS, "tenant": UNKNOWN}, (404, "There is no such member.")),
    ):
        response = await web.post("/api/auth/login/", json=body)
        assert (response.status_code, response.json()) == (told[0], {"error": told[1]})
    taken = await web.post("/api/auth/signup/", json=CREDENTIALS)
    assert taken.status_code == 409
    too_long = await web.post("/api/auth/login/", json={"email": "a@b", "password": "x" * 20_000})
    assert too_long.status_code == 413


@on_sqlite
async def test_too_many_tries_are_told_when_to_come_back(web, clock):
    for _ in range(10):
        assert (await web.post("/api/auth/login/", json=CREDENTIALS)).status_code == 401
    refused = await web.post("/api/auth/login/", json=CREDENTIALS)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "900")
    assert refused.json() == {"error": "That was tried too often. Try again in 15 minutes."}


@on_sqlite
async def test_the_waiting_list_and_an_unknown_code_tell_nothing(web):
    for _ in range(2):
        assert (await web.post("/api/auth/waitlist/", json={"email": "carol@example.com"})).status_code == 204
    told = (await web.post("/api/auth/invite/validate/", json={"code": "invite_x"})).json()
    assert told == {"valid": False, "role": None, "expires_at": None}


@on_sqlite
async def test_a_password_is_changed_by_whoever_knows_it(web):
    token = (await signed_up(web, "ann@example.com"))["access"]
    body = {"present": PASSWORD, "new": "quite another one"}
    assert await status(web, "POST", "/api/auth/password/", token, {**body, "present": "wrong and long"}) == 401
    assert await status(web, "POST", "/api/auth/password/", token, body) == 204
    assert await status(web, "GET", "/api/auth/me/", token) == 200
    assert (await web.post("/api/auth/login/", json=CREDENTIALS)).status_code == 401
