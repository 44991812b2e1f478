"""Getting at what is somebody else's: by id, by key, by name, by what the server says aside."""

from __future__ import annotations

import hmac
import json
import logging
import re
import secrets
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx2
import pytest

from clone_mcp.models.access import Caller, Scope
from clone_mcp.models.prediction import Question
from clone_mcp.settings import Settings
from tests.conftest import new_tenant
from tests.storage.test_tenancy import another, answer, furnish
from tests.support.events import event, said, typed
from tests.support.mcp import service, within
from tests.support.operations import operations
from tests.support.sql import seen
from tests.support.stdio import environment, running
from tests.support.storage import storage_of
from tests.transports.test_serving import serving

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
ACCEPT = {"accept": "application/json, text/event-stream", "content-type": "application/json"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", secret="test")


async def test_an_id_of_somebody_else_takes_the_same_statements_as_one_that_never_was(clone, clock):
    """So that the time it takes tells nothing either."""
    foreign = await furnish(clone, Caller(await new_tenant(storage_of(clone), clock), Scope.OWNER))
    told_apart = []
    for operation in operations(clone):
        for kind in ("event", "session", "prediction", "fact"):
            took = []
            for it in (foreign[kind], another(foreign[kind])):
                me = Caller(await new_tenant(storage_of(clone), clock), Scope.OWNER)
                with seen() as watch:
                    await answer(operation, clone, me, it)
                took.append((watch.transactions, watch.statements))
            if took[0] != took[1]:
                told_apart.append((operation.name, kind))
    assert told_apart == []


def guesses(key: str) -> list[str]:
    """Keys that are nearly one."""
    other = "A" if key[-1] != "A" else "B"
    return [
        key[:-1], key + "A", key[:-1] + other, key[:14], key[:14] + secrets.token_urlsafe(24), key.upper(), key.lower(),
        key.removeprefix("clone_"), "clone_", "clone_%", key[:10] + "%", key[:10] + "_" * 33,
        "' OR 1=1 --", "*", "null", "0", key * 2, "x" * 60_000,
    ]  # fmt: skip


async def test_a_key_that_is_nearly_right_is_refused_like_any_other(settings, clone, me):
    _, key = await clone.access.api_keys.create(me.tenant, "mine", Scope.AGENT)
    revoked, old = await clone.access.api_keys.create(me.tenant, "old", Scope.OWNER)
    await clone.access.api_keys.revoke(me.tenant, revoked.id)
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=ACCEPT) as http,
    ):
        refusals = set()
        for guess in (*guesses(key), old):
            for header in ({"x-clone-api-key": guess}, {"authorization": f"Bearer {guess}"}):
                response = await http.post("/mcp", json=LIST, headers=header)
                refusals.add((response.status_code, response.text, response.headers["www-authenticate"]))
        assert len(refusals) == 1
        assert next(iter(refusals))[0] == 401
        assert key not in next(iter(refusals))[1]
        assert (await http.post("/mcp", json=LIST, headers={"x-clone-api-key": key})).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example:8787", "0x7f000001.evil.example",
     "localhost@evil.example", "[::ffff:10.0.0.1]", "169.254.169.254", "", "LOCALHOST.", "localhost,evil.example"],
)  # fmt: skip
async def test_a_name_that_was_bound_to_this_machine_is_not_served(settings, clone, me, host):
    """DNS rebinding: a page's own name leads here, with whatever the browser adds."""
    _, key = await clone.access.api_keys.create(me.tenant, "mine", Scope.AGENT)
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost", headers=ACCEPT) as http,
    ):
        headers = {"host": host, "origin": f"http://{host}", "x-clone-api-key": key}
        response = await http.post("/mcp", json=LIST, headers=headers)
        assert response.status_code in (403, 421)
        assert "tools" not in response.text


CANARY = "canary-7f3a-do-not-tell"
SECRET = "sk-ant-api03-" + "Zq8vN2mK4xR7tB1wC5yD9fG3hJ6kL0pS" * 2


def test_nothing_that_was_recorded_or_asked_is_logged_however_much_is_logged(settings):
    env = {**environment(settings), "CLONE_LOG_LEVEL": "debug"}
    with running(env, stderr=subprocess.PIPE) as server:
        server.initialize()
        text = f"{CANARY} {SECRET}"
        turn = {"session_id": CANARY, "agent": "a"}
        server.call("record_agent_prompt", **turn, prompt=text, source="user")
        server.call("record_agent_response", **turn, response=f"{text} Go on?")
        question = {"agent": "a", "agent_input": f"{text}?", "options": [text, "no"]}
        asked = server.call("predict_next_prompt", **question)["structuredContent"]["id"]
        server.call("submit_feedback", prediction_id=asked, status="edited", actual_response=text)
        server.call("predict_continuation", agent="a", agent_input=text)
        for wrong in ({"prompt": {"x": text}}, {"prompt": text * 30_000}, {"threshold": text}, {text: text}):
            server.call("record_agent_prompt", **{**turn, **wrong})
        server.ask("resources/read", {"uri": f"clone://facts/{CANARY}"})
        server.ask(CANARY, {"x": text})
        server.write(f"{text}\n".encode())
        server.call("stop_session", session_id=CANARY)
        server.close_stdin()
        log = "\n".join(server.errors())
        assert server.wait() == 0
    assert SECRET not in log
    assert [line for line in log.splitlines() if CANARY in line] == []


def signed(secret: str, body: bytes) -> dict[str, str]:
    return {"x-hub-signature-256": f"sha256={hmac.digest(secret.encode(), body, 'sha256').hex()}"}


def everything_over_rest(http: httpx2.Client, text: str) -> set[str]:
    """Sign up, record, ask and hook in, rightly and wrongly; what was handed out meanwhile and may not be told."""
    account = {"email": f"{CANARY}@example.com", "password": f"{CANARY} is a password"}
    signed_up = http.post("/api/auth/signup/", json=account).json()
    http.headers["authorization"] = f"Bearer {signed_up['access']}"
    http.post("/api/auth/login/", json={**account, "password": text})
    http.post("/api/auth/token/refresh/", json={"refresh": text})
    key = http.post("/api/auth/keys/", json={"name": CANARY, "scope": "owner"}).json()["key"]
    http.post("/mcp", json={"jsonrpc": "2.0", "id": 1, "method": CANARY}, headers={"x-clone-api-key": text})
    http.post("/api/recording/events/", json=[typed(text, CANARY), {**typed(text), "type": text}])
    question = {"agent": CANARY, "agent_input": f"{text}?", "session_id": CANARY}
    asked = http.post("/api/predictions/predict/", json=question, headers={"idempotency-key": CANARY}).json()["id"]
    http.post(f"/api/predictions/{asked}/feedback/", json={"status": "edited", "actual_response": text})
    http.post("/api/memory/facts/", json={"text": f"Prefers {text}"})
    for path in (f"/api/memory/search/?q={CANARY}", f"/api/memory/facts/{CANARY}/", f"/api/{CANARY}", f"/{CANARY}"):
        http.get(path)
    http.post("/api/memory/facts/", content=text.encode() * 50_000)
    hook = http.post("/api/sources/webhooks/", json={"connector": "github", "name": CANARY}).json()
    http.post("/api/sources/webhooks/", json={"connector": "slack", "signing_secret": text})
    body = json.dumps({"action": CANARY, "repository": {"full_name": "o/r"}, "issue": {"title": text}}).encode()
    for secret in (hook["secret"], text):
        http.post(hook["path"], content=body, headers={"x-github-event": "issues", **signed(secret, body)})
    return {key, hook["secret"], hook["path"].split("/")[-2], signed_up["access"], signed_up["refresh"]}


def claiming(number: int) -> dict[str, str]:
    return {"x-forwarded-for": f"203.0.113.{number}"}


def test_over_http_neither_words_nor_credentials_are_logged_however_much_is_logged(settings):
    env = {"CLONE_LOG_LEVEL": "debug", "CLONE_SIGNUP": "open", "CLONE_TRUSTED_PROXIES": "192.0.2.1"}
    with serving(settings, "serve", **env) as (server, port), ThreadPoolExecutor(1) as reading:
        lines = reading.submit(list, server.errors())
        with httpx2.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as http:
            secrets_told = everything_over_rest(http, f"{CANARY} {SECRET}")
            # Who tries is counted by where they are, not by where they say they are.
            told = [
                http.post("/api/auth/waitlist/", json={"email": f"{CANARY}@example.com"}, headers=claiming(number))
                for number in range(11)
            ]
        server.signal(signal.SIGTERM)
        log = lines.result(timeout=60)
    assert [each.status_code for each in told[-2:]] == [204, 429]
    assert len(log) > 20
    assert len(secrets_told) == 5
    assert [line for line in log if any(each in line for each in (CANARY, SECRET, *secrets_told))] == []


async def test_a_failing_database_says_nothing_of_what_it_was_given(clone, me, storage, caplog):
    """Its errors name statements; the values in them stay out of every log."""
    caplog.set_level(logging.DEBUG)
    await storage.close()
    with pytest.raises(Exception) as failure:
        await clone.recording.ingest.batch(me, [typed(f"{CANARY} {SECRET}")])
    told = f"{failure.value!r} {failure.value.__cause__!r} {caplog.text}"
    assert not re.search(f"{CANARY}|{SECRET}", told)


async def test_nothing_is_fetched_that_a_caller_names(clone, me, monkeypatch):
    """Addresses in any field are text. The only one that is ever called is the model's, which settings name."""

    def refuse(_self, address):
        raise AssertionError(f"it went out to {address}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    url = "http://169.254.169.254/latest/meta-data/"
    events = [
        event("capture.frame", "s", uri=url, content_hash=None, width=1, height=1),
        typed(f"look at {url}", "s", source="integration", source_detail=url),
        said(f"![x]({url}) shall I open {url}?", "s"),
    ]
    assert (await clone.recording.ingest.batch(me, events)).invalid == ()
    await clone.prediction.predict(me, Question(url, f"Shall I fetch {url}?", options=(url, "no")))
    owner = Caller(me.tenant, Scope.OWNER)
    hook = await clone.sources.webhooks.create(owner, "github", name=url, signing_secret=None)
    body = json.dumps({"repository": {"full_name": url}, "issue": {"title": url, "url": url, "comments_url": url}})
    headers = {"x-github-event": "issues", **signed(hook.secret or "", body.encode())}
    assert (await clone.sources.webhooks.receive(hook.address, headers, body.encode())).accepted == 1
    await clone.memory.promote(me.tenant)
