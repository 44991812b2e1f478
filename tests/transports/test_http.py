"""The HTTP service: who may call, what is let through, and what a client's id and session may be."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any

import httpx2
import pytest

from clone_mcp import __version__
from clone_mcp.cli.serving import opening as opening_of
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller, Scope
from clone_mcp.ports import Storage
from clone_mcp.prediction.predict import Predict
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import by_credential, nobody_asked
from clone_mcp.transports.http.server import application, serve
from tests.conftest import new_tenant
from tests.support.clock import FixedClock
from tests.support.mcp import MODERN, already, nothing, served, service, within
from tests.support.postgres import Postgres
from tests.support.predictor import Stalled
from tests.support.stdio import ENVELOPE, INITIALIZE
from tests.support.storage import with_prediction

PUBLIC_DEMO_KEY = "clone_yc-reviewer-public-demo-2026"
ASK = {"agent": "clone-loop", "agent_input": "Shall I go on?", "threshold": 0.6}
on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""For what happens before any database is asked."""
on_postgres = pytest.mark.parametrize("settings", ["postgres"], indirect=True)

ACCEPT = {"accept": "application/json, text/event-stream"}


class Caller2024:
    """An HTTP client as the shipped plugin is one: POST only, every request with the id 1, nothing ever initialized."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def post(self, method: str, params: dict[str, Any], **headers: str) -> httpx2.Response:
        body = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        return await self._http.post("/mcp", json=body, headers={**ACCEPT, **headers})

    async def call(self, tool: str, arguments: dict[str, Any], **headers: str) -> dict[str, Any]:
        """What the plugin makes of an answer: the JSON in the first text of the first event that is JSON."""
        response = await self.post("tools/call", {"name": tool, "arguments": arguments}, **headers)
        assert response.status_code == 200, response.text
        return json.loads(first_message(response)["result"]["content"][0]["text"])


def first_message(response: httpx2.Response) -> dict[str, Any]:
    if response.headers["content-type"].startswith("application/json"):
        return response.json()
    data = [line.removeprefix("data:") for line in response.text.splitlines() if line.startswith("data:")]
    return json.loads(next(line for line in data if line.strip()))


@pytest.fixture
async def key(clone: Clone, me: Caller) -> str:
    _, text = await clone.access.api_keys.create(me.tenant, "test", Scope.RECORDER)
    return text


@asynccontextmanager
async def calling(settings: Settings, clone: Clone, **headers: str) -> AsyncGenerator[httpx2.AsyncClient]:
    """An HTTP client on the service, which runs in this process."""
    async with (
        within(service(settings, clone)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1", headers=headers) as http,
    ):
        yield http


@pytest.fixture
def anonymous(settings: Settings, clone: Clone) -> AbstractAsyncContextManager[httpx2.AsyncClient]:
    return calling(settings, clone)


async def test_the_shipped_plugin_is_served_as_it_calls(settings: Settings, clone: Clone, key: str) -> None:
    """Contract 6: a 2024 handshake, no `initialized`, one session id for all, every request id 1."""
    async with calling(settings, clone, **{"x-clone-api-key": key}) as http:
        plugin = Caller2024(http)
        hello = await plugin.post("initialize", {**INITIALIZE, "protocolVersion": "2024-11-05"})
        assert first_message(hello)["result"]["protocolVersion"] == "2024-11-05"
        assert first_message(hello)["result"]["serverInfo"]["name"] == "clone"
        session = {"mcp-session-id": hello.headers["mcp-session-id"]}
        loop = {"source": "integration", "source_detail": "clone:loop"}
        started = await plugin.call("start_session", loop, **session)
        turn = {"session_id": started["session_id"], "agent": "claude-code"}
        prompt = await plugin.call(
            "record_agent_prompt",
            {**turn, "prompt": "Fix it.", "source": "user", "source_detail": "clone-loop:iteration-1"},
            **session,
        )
        answers = await asyncio.gather(
            *(plugin.call("predict_next_prompt", {**ASK, "k": 1, "session_id": turn["session_id"]}) for _ in range(5)),
            *(
                plugin.call(
                    "record_agent_response",
                    {
                        **turn,
                        "response": f"Tool use: {number}",
                        "in_response_to": prompt["event_id"],
                        "source": "tool-use",
                        "source_detail": "clone-loop",
                    },
                    **session,
                )
                for number in range(5)
            ),
        )
        assert [answer["threshold"] for answer in answers[:5]] == [0.6] * 5
        assert all(type(answer["stop_recommended"]) is bool for answer in answers[:5])
        assert len({answer["event_id"] for answer in answers[5:]}) == 5
        feedback = {"prediction_id": answers[0]["id"], "status": "rejected"}
        assert (await plugin.call("submit_feedback", feedback, **session))["status"] == "rejected"
        assert await plugin.call("stop_session", {"session_id": turn["session_id"], **loop}, **session)


async def test_a_session_id_is_minted_anew_and_any_other_or_none_is_taken(
    settings: Settings, clone: Clone, key: str
) -> None:
    async with calling(settings, clone, **{"x-clone-api-key": key}) as http:
        plugin = Caller2024(http)
        minted = [(await plugin.post("initialize", INITIALIZE)).headers["mcp-session-id"] for _ in range(2)]
        assert len(set(minted)) == 2
        for headers in ({"mcp-session-id": minted[0]}, {"mcp-session-id": "from before the restart"}, {}):
            assert (await plugin.call("predict_next_prompt", ASK, **headers))["id"]
        assert "mcp-session-id" not in (await plugin.post("tools/list", {})).headers


@pytest.mark.parametrize("spelling", ["x-clone-api-key", "Bearer", "bearer"])
async def test_a_key_is_taken_in_every_spelling(settings: Settings, clone: Clone, key: str, spelling: str) -> None:
    headers = {spelling: key} if spelling.startswith("x-") else {"authorization": f"{spelling} {key}"}
    async with calling(settings, clone, **headers) as http:
        assert (await Caller2024(http).call("predict_next_prompt", ASK))["id"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"authorization": ""},
        {"authorization": "Bearer "},
        {"authorization": "Basic Y2xvbmU6Y2xvbmU="},
        {"x-clone-api-key": "clone_unknown"},
        {"x-clone-api-key": "x"},
        {"authorization": f"Bearer {PUBLIC_DEMO_KEY}"},
        {"x-clone-api-key": PUBLIC_DEMO_KEY},
    ],
    ids=str,
)
@on_sqlite
async def test_without_a_good_key_there_is_no_answer(
    anonymous: AbstractAsyncContextManager[httpx2.AsyncClient], headers: dict[str, str]
) -> None:
    async with anonymous as http:
        for method in ("initialize", "tools/list", "tools/call"):
            response = await Caller2024(http).post(method, {}, **headers)
            assert response.status_code == 401
            assert response.headers["www-authenticate"] == 'Bearer realm="clone"'
            assert "clone-mcp keys create" in response.json()["error"]
            assert PUBLIC_DEMO_KEY not in response.text


async def test_a_revoked_key_is_refused_at_once(settings: Settings, clone: Clone, me: Caller) -> None:
    made, text = await clone.access.api_keys.create(me.tenant, "test", Scope.AGENT)
    async with calling(settings, clone, **{"x-clone-api-key": text}) as http:
        assert (await Caller2024(http).post("tools/list", {})).status_code == 200
        await clone.access.api_keys.revoke(me.tenant, made.id)
        assert (await Caller2024(http).post("tools/list", {})).status_code == 401


async def test_the_fallback_key_speaks_for_requests_that_bring_none(settings: Settings, clone: Clone, key: str) -> None:
    app = service(settings, clone, by_credential(already(clone), fallback=key))
    async with within(app) as transport, httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        assert (await Caller2024(http).call("predict_next_prompt", ASK))["id"]
        refused = await Caller2024(http).post("tools/list", {}, **{"x-clone-api-key": "clone_unknown"})
        assert refused.status_code == 401


@on_sqlite
@pytest.mark.parametrize("more", [{"no_auth": True}, {"no_auth": False, "token": "clone_x"}], ids=str)
@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "clone.example.com", ""])  # noqa: S104
def test_nobody_unknown_is_served_beyond_this_machine(settings: Settings, host: str, more: dict[str, Any]) -> None:
    from clone_mcp.errors import Invalid

    exposed = settings.model_copy(update={"api_token": more.get("token", "")})
    with pytest.raises(Invalid, match=r"every request must bring a key of its own. Leave out --no-auth"):
        serve(exposed, opening_of(exposed), host=host, port=0, no_auth=more["no_auth"])


async def test_one_persons_key_never_reaches_another_persons_data(
    settings: Settings, clone: Clone, storage: Storage, clock: FixedClock, key: str
) -> None:
    _, foreign = await clone.access.api_keys.create(await new_tenant(storage, clock), "other", Scope.OWNER)
    async with calling(settings, clone) as http:
        plugin = Caller2024(http)
        mine = await plugin.call("predict_next_prompt", ASK, **{"x-clone-api-key": key})
        refusals = [
            first_message(
                await plugin.post(
                    "tools/call",
                    {"name": "submit_feedback", "arguments": {"prediction_id": prediction, "status": "accepted"}},
                    **{"x-clone-api-key": foreign},
                )
            )["result"]
            for prediction in (mine["id"], "00000000-0000-4000-8000-00000000dead")
        ]
        assert refusals[0] == refusals[1]
        assert refusals[0]["isError"] is True


async def test_an_answer_comes_alone_on_its_stream(settings: Settings, clone: Clone, key: str) -> None:
    """Clients take the first event that is JSON for the answer."""
    async with calling(settings, clone, **{"x-clone-api-key": key}) as http:
        response = await Caller2024(http).post("tools/call", {"name": "predict_next_prompt", "arguments": ASK})
        data = [line for line in response.text.splitlines() if line.startswith("data:") and line != "data: "]
        assert len(data) == 1


@pytest.mark.parametrize("era", ["handshake", "modern"])
async def test_a_client_that_goes_away_takes_its_prediction_with_it(
    settings: Settings, clone: Clone, storage: Storage, clock: FixedClock, era: str
) -> None:
    predictor = Stalled()
    slow = with_prediction(clone, predict=Predict(storage, clock, predictor, redact=True))
    params: dict[str, Any] = {"name": "predict_next_prompt", "arguments": ASK}
    headers = dict(ACCEPT)
    if era == "modern":
        params["_meta"] = ENVELOPE
        headers |= {"mcp-protocol-version": MODERN, "mcp-method": "tools/call", "mcp-name": "predict_next_prompt"}
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
    async with served(service(settings, slow, nobody_asked)) as address, httpx2.AsyncClient() as http:
        asking = asyncio.create_task(http.post(f"{address}/mcp", json=body, headers=headers))
        await asyncio.wait_for(predictor.thinking.wait(), 30)
        asking.cancel()
        await asyncio.wait_for(predictor.cancelled.wait(), 30)


async def test_a_body_over_the_limit_is_refused_with_the_limit(settings: Settings, clone: Clone, key: str) -> None:
    limit = 4 * 1024 * 1024

    async def in_parts() -> AsyncIterator[bytes]:
        for _ in range(5):
            yield b" " * (1024 * 1024)

    async with (
        served(service(settings, clone)) as address,
        httpx2.AsyncClient(base_url=address, headers={"x-clone-api-key": key, **ACCEPT}) as http,
    ):
        for content in (b" " * (limit + 1), in_parts()):
            response = await http.post("/mcp", content=content, headers={"content-type": "application/json"})
            assert response.status_code == 413
            assert response.json() == {"error": "The body is over the limit of 4,194,304 bytes. Send it in parts."}
        text = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})
        most = await http.post("/mcp", content=text.ljust(limit), headers={"content-type": "application/json"})
        assert most.status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1", 200),
        ("127.0.0.1:8787", 200),
        ("LocalHost:1", 200),
        ("[::1]:8787", 200),
        ("clone.example.com", 200),
        ("Clone.Example.com:443", 200),
        ("pinned.example.com:8443", 200),
        ("pinned.example.com", 421),
        ("example.com", 421),
        ("localhost.example.org", 421),
        ("127.0.0.1.example.org", 421),
    ],
)
async def test_only_known_hosts_are_served(settings: Settings, clone: Clone, key: str, host: str, status: int) -> None:
    known = settings.model_copy(update={"allowed_hosts": "clone.example.com, pinned.example.com:8443"})
    async with calling(known, clone, **{"x-clone-api-key": key}) as http:
        response = await Caller2024(http).post("tools/list", {}, host=host)
        assert response.status_code == status
        if status == 421:
            assert response.json() == {"error": "This host is not served here. Name it in CLONE_ALLOWED_HOSTS."}
        for path in ("/healthz", "/readyz", "/mcp/health"):
            assert (await http.get(path, headers={"host": host})).status_code == 200


@on_sqlite
@pytest.mark.parametrize(
    ("origin", "status"),
    [
        ("http://localhost:6274", 200),
        ("http://127.0.0.1", 200),
        ("http://[::1]:3000", 200),
        ("https://app.example.com", 200),
        ("https://APP.example.com", 200),
        ("http://app.example.com", 403),
        ("https://evil.example.com", 403),
        ("http://localhost.evil.example", 403),
        ("null", 403),
    ],
)
async def test_only_known_origins_may_call(
    settings: Settings, clone: Clone, key: str, origin: str, status: int
) -> None:
    known = settings.model_copy(update={"allowed_origins": "https://app.example.com"})
    async with calling(known, clone, **{"x-clone-api-key": key}) as http:
        response = await Caller2024(http).post("tools/list", {}, origin=origin)
        assert response.status_code == status
        if status == 403:
            assert response.json() == {"error": "This origin may not call. Name it in CLONE_ALLOWED_ORIGINS."}


@on_sqlite
async def test_blanks_around_a_header_are_no_part_of_it(settings: Settings, clone: Clone, key: str) -> None:
    name = "predict_next_prompt"
    params = {"_meta": ENVELOPE, "name": name, "arguments": ASK}
    headers = {"mcp-protocol-version": MODERN, "mcp-method": " tools/call", "mcp-name": f"  {name} \t"}
    async with calling(settings, clone) as http:
        response = await Caller2024(http).post("tools/call", params, **headers, **{"x-clone-api-key": f" {key} "})
    assert response.status_code == 200


@on_sqlite
@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
async def test_there_is_nothing_to_get_or_delete(
    anonymous: AbstractAsyncContextManager[httpx2.AsyncClient], method: str
) -> None:
    async with anonymous as http:
        response = await http.request(method, "/mcp", headers={"accept": "text/event-stream"})
        assert (response.status_code, response.headers["allow"]) == (405, "POST")


async def test_health_readiness_and_the_card_need_no_key(
    anonymous: AbstractAsyncContextManager[httpx2.AsyncClient],
) -> None:
    async with anonymous as http:
        for path in ("/mcp/health", "/healthz"):
            response = await http.get(path)
            assert (response.status_code, response.json()) == (200, {"status": "ok", "version": __version__})
        ready = await http.get("/readyz")
        told = {"status": "ready", "process": "ok", "database": "ok", "version": __version__}
        assert (ready.status_code, ready.json()) == (200, told)
        card = (await http.get("/.well-known/mcp/server-card.json")).json()
        assert (card["name"], card["version"], card["transport"]["endpoint"]) == ("clone", __version__, "/mcp")
        assert card["description"]
        assert len(card["tools"]) == 7


async def test_without_its_database_it_lives_is_not_ready_and_says_so_and_recovers(settings: Settings) -> None:
    """As far as opening goes; what then breaks is storage's own matter."""
    settings.home.write_text("a file where the folder should be")
    broken = settings.model_copy(
        update={"secret": "", "database_url": settings.database_url or f"sqlite:///{settings.home}/clone.db"}
    )
    opening = opening_of(broken)
    app = application(broken, opening, by_credential(opening, fallback=""), closing=opening.close)
    async with within(app) as transport, httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        assert (await http.get("/healthz")).status_code == 200
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        asked = await Caller2024(http).post("tools/list", {}, **{"x-clone-api-key": "clone_x"})
        assert asked.status_code == 503

        settings.home.unlink()
        assert (await http.get("/readyz")).status_code == 200


@on_postgres
async def test_a_postgres_that_goes_away_makes_it_unready(settings: Settings, clone: Clone, postgres: Postgres) -> None:
    app = application(settings, already(clone), nobody_asked, closing=nothing)
    async with within(app) as transport, httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
        assert (await http.get("/readyz")).status_code == 200
        name = settings.database_url.rpartition("/")[2].partition("?")[0]
        await postgres.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        ready = await http.get("/readyz")
        assert (ready.status_code, ready.json()["status"]) == (503, "unavailable")
        answer = first_message(
            await Caller2024(http).post("tools/call", {"name": "predict_next_prompt", "arguments": ASK})
        )
        assert answer["result"]["isError"] is True
        assert answer["result"]["content"][0]["text"].startswith("Error 503 (unavailable): ")
