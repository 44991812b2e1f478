"""Whatever is sent, the answer has the contract's form and is never a crash."""

from __future__ import annotations

import httpx2
import pytest

from clone_mcp.transports.http.auth import by_credential
from clone_mcp.transports.rest import application as rest
from clone_mcp.transports.rest.endpoint import Endpoint, Needs
from tests.support.mcp import already, served, service, within
from tests.support.storage import with_prediction

pytestmark = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)

ASK = b'{"agent": "a", "agent_input": "x"%s}'


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"", "The body is not JSON in UTF-8."),
        (b"{", "The body is not JSON in UTF-8."),
        (b'{"agent": "\xff"}', "The body is not JSON in UTF-8."),
        (b'{"k": NaN}', "The body is not JSON in UTF-8."),
        (b'{"k": ' + b"9" * 5000 + b"}", "The body is not JSON in UTF-8."),
        (b"[]", "The body must be a JSON object."),
        (b'"x"', "The body must be a JSON object."),
        (b"null", "The body must be a JSON object."),
        (b'{"agent": ' + b"[" * 100_000 + b"]" * 100_000 + b"}", "The body is nested too deeply."),
        (b"{}", "agent is required; agent_input is required."),
        (b'{"agent": 7, "agent_input": "x"}', "agent must be text."),
        (ASK % b', "k": "3"', "k must be a whole number."),
        (ASK % b', "k": true', "k must be a whole number."),
        (ASK % b', "k": 2.5', "k must be a whole number."),
        (ASK % b', "k": 1e300', "k must be a whole number."),
        (ASK % b', "threshold": 2', "threshold must be at most 1."),
        (ASK % b', "options": "[]"', "options must be a list."),
        (ASK % b', "k": null, "colour": {"a": [null, 1e400]}', None),
        (ASK.replace(b"x", rb"\u0000 and \ud83d alone") % b', "\\u0000": 1', None),
    ],
    ids=lambda value: value[:30] if isinstance(value, bytes) else "",
)
async def test_a_body_is_answered_or_refused_in_words(http, content, error):
    response = await http.post("/api/predictions/predict/", content=content)
    assert response.status_code == (400 if error else 200), response.text
    if error:
        assert response.json() == {"error": error}


@pytest.mark.parametrize(
    ("path", "error"),
    [
        ("predictions/?limit=0", "limit must be at least 1."),
        ("predictions/?limit=201", "limit must be at most 200."),
        ("predictions/?limit=1_0", "limit must be a whole number."),
        ("predictions/?offset=99999999999999999999", "offset must be a whole number."),
        ("predictions/?offset=-1", "offset must be at least 0."),
        ("predictions/?status=perhaps", "status must be 'auto', 'escalated', 'accepted', 'edited' or"),
        ("predictions/?since=yesterday", "since must be an ISO-8601 date and time with an offset"),
        ("predictions/?agnet=codex", "There is no field 'agnet'. Did you mean 'agent'?"),
        ("predictions/?agent=%00%ED%A0%80&_=7", None),
        ("recording/events/%00/", "There is no such event."),
        ("memory/raw/%ff%fe/", "There is no such raw row."),
        ("memory/why/nonsense/x/", "There is no such layer. There are: raw, episode, fact, profile, prediction."),
        ("nowhere/", "There is no such address. /api/docs lists those there are."),
        ("%0A", "There is no such address. /api/docs lists those there are."),
    ],
)
async def test_an_address_is_answered_or_refused_in_words(http, path, error):
    response = await http.get(f"/api/{path}")
    assert response.status_code == (200 if error is None else 404 if "no such" in error else 400), response.text
    if error:
        assert response.json()["error"].startswith(error)


async def test_methods_slashes_and_names_of_requests(whole):
    http = whole
    wrong = await http.put("/api/memory/facts/")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "GET, HEAD, POST")
    assert wrong.json() == {"error": "This address takes GET, HEAD, POST."}
    for path in ("/api/memory/facts", "/api/memory/facts/"):
        answers = [await http.request(method, path) for method in ("GET", "HEAD")]
        assert [answer.status_code for answer in answers] == [200, 200]
        assert (answers[0].json()["results"], answers[1].content) == ([], b"")
    named = await http.get("/api/jobs/", headers={"x-request-id": "from-the-proxy.7"})
    made_up = [await http.get("/api/nowhere/", headers={"x-request-id": name}) for name in ("bad name", "x" * 500)]
    assert named.headers["x-request-id"] == "from-the-proxy.7"
    assert all(len(each.headers["x-request-id"]) == 32 for each in made_up)


async def test_a_crash_is_told_without_any_of_its_text_and_logged(clone, caplog):
    async def crash() -> None:
        """Fail."""
        raise RuntimeError("password is hunter2")

    broken = Endpoint("GET", "/api/monitoring/crash/", crash, Needs.NOTHING)
    keys = by_credential(already(clone), fallback="")
    app = rest.application(already(clone), keys, endpoints=(*rest.ENDPOINTS, broken))
    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app), base_url="http://localhost") as http:
        response = await http.get("/api/monitoring/crash/")
    assert (response.status_code, response.json()) == (
        500,
        {"error": "Clone failed inside. This is a bug; the server's log says more."},
    )
    assert "hunter2" in caplog.text


async def test_who_asks_too_often_is_told_when_to_come_again(settings, clone):
    from clone_mcp.errors import RateLimited

    async def busy(_headers):
        raise RateLimited("Too much at once.", hint="Wait.", retry_after=2.1)

    async with (
        within(service(settings, clone, busy)) as transport,
        httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http,
    ):
        response = await http.get("/api/jobs/")
    assert (response.status_code, response.headers["retry-after"]) == (429, "3")
    assert response.json() == {"error": "Too much at once. Wait."}


async def test_a_caller_who_hangs_up_takes_their_prediction_along(settings, clone, storage, clock):
    import asyncio

    from clone_mcp.prediction.predict import Predict
    from clone_mcp.transports.http.auth import nobody_asked
    from tests.support.predictor import Stalled

    predictor = Stalled()
    slow = with_prediction(clone, predict=Predict(storage, clock, predictor, redact=True))
    async with served(service(settings, slow, nobody_asked)) as address, httpx2.AsyncClient() as http:
        asking = asyncio.create_task(http.post(f"{address}/api/predictions/predict/", content=ASK % b""))
        await asyncio.wait_for(predictor.thinking.wait(), 30)
        asking.cancel()
        await asyncio.wait_for(predictor.cancelled.wait(), 30)
