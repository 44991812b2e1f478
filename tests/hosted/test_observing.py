"""What a server tells of itself: counts, log lines and spans. Nothing in them was said by anybody."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys

import httpx2
import pytest

from clone_mcp import __version__
from clone_mcp.logs import AsJson
from clone_mcp.models.access import Scope
from clone_mcp.models.prediction import Question
from clone_mcp.transports.http.telemetry import Metrics, listening
from tests.support.events import typed
from tests.support.mcp import http_client, service, within
from tests.support.stdio import PATIENCE, environment
from tests.transports.test_http import calling

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
SECRET = "the launch is on the ninth of May"
ASK = {"agent": "codex", "agent_input": f"Since {SECRET}: shall I go on?"}


def sample(text: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[1]) if found else 0.0


@on_sqlite
async def test_counts_are_public_only_when_allowed_and_name_no_tenant(settings, clone, me):
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.RECORDER)
    async with calling(settings, clone) as http:
        assert (await http.get("/metrics")).status_code == 404
    public = settings.model_copy(update={"metrics_public": True})
    async with within(service(public, clone)) as transport:
        async with http_client("http://localhost", mode="auto", key=key, transport=transport) as client:
            await client.call_tool("predict_next_prompt", ASK)
            await client.call_tool("submit_feedback", {"prediction_id": "none", "status": "accepted"})
        async with httpx2.AsyncClient(transport=transport, base_url="http://localhost") as http:
            await http.get(f"/nowhere/{SECRET}")
            text = (await http.get("/metrics")).text
    assert sample(text, 'clone_tool_calls_total{outcome="ok",tool="predict_next_prompt"}') == 1
    assert sample(text, 'clone_tool_calls_total{outcome="error",tool="submit_feedback"}') == 1
    assert sample(text, 'clone_http_requests_total{method="POST",route="/mcp",status="200"}') >= 2
    assert sample(text, 'clone_http_requests_total{method="GET",route="none",status="404"}') == 1
    assert sample(text, 'clone_http_request_seconds_count{route="/mcp"}') >= 2
    assert sample(text, f'clone_build_info{{version="{__version__}"}}') == 1
    assert str(me.tenant) not in text
    assert SECRET not in text


OPEN = (
    *("/healthz", "/mcp/health", "/readyz", "/metrics", "/.well-known/mcp/server-card.json", "/api/docs"),
    *("/api/openapi.json", "/api/monitoring/health/", "/api/monitoring/ready/"),
)


@on_sqlite
async def test_what_needs_no_key_tells_nothing_of_anybody_however_it_is_asked(settings, clone, storage, me):
    made, key = await clone.access.api_keys.create(me.tenant, SECRET, Scope.RECORDER)
    await clone.recording.ingest.batch(me, [typed(SECRET, SECRET)])
    await clone.prediction.predict(me, Question(SECRET, f"{SECRET}: shall I go on?"))
    async with calling(settings.model_copy(update={"metrics_public": True}), clone) as http:
        await http.get("/api/memory/stats/", headers={"x-clone-api-key": key})
        await http.request(f"SPY{made.id}", "/healthz")
        there = [await http.get(path) for path in OPEN]
        await storage.close()
        gone = [await http.get(path) for path in OPEN]
    assert [each.status_code for each in there] == [200] * len(OPEN)
    assert {503} < {each.status_code for each in gone}
    told = "".join(f"{each.text}{each.headers}" for each in there + gone)
    private = (SECRET, str(me.tenant), made.id, made.prefix, key, str(settings.home), settings.url)
    assert [each for each in private if each in told] == []


def test_times_are_counted_by_how_long_they_took_at_most():
    metrics = Metrics()
    for seconds in (0.004, 0.005, 0.2, 99):
        metrics.seconds.labels('a"b').observe(seconds)
    text = metrics.text()
    for bound, count in (("0.005", 2), ("0.25", 3), ("30.0", 3), ("+Inf", 4)):
        assert sample(text, rf'clone_http_request_seconds_bucket{{le="{bound}",route="a\"b"}}') == count
    assert "_created" not in text


async def test_two_servers_in_one_process_count_apart():
    one, other = Metrics(), Metrics()
    one.tools.labels("start_session", "ok").inc()
    assert "start_session" not in other.text()


@pytest.mark.slow
def test_who_serves_over_stdio_loads_no_metrics_and_nothing_else_of_http():
    program = "import clone_mcp.transports.stdio.server, clone_mcp.tools.server, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "clone_mcp.transports.stdio.server" in loaded
    of_http = ("prometheus_client", "clone_mcp.transports.http", "clone_mcp.transports.rest")
    assert [name for name in loaded if name.startswith(of_http)] == []


async def test_counts_are_served_at_an_address_of_their_own(unused_tcp_port):
    address = f"127.0.0.1:{unused_tcp_port}"
    async with listening(Metrics(), address), httpx2.AsyncClient(base_url=f"http://{address}") as http:
        told = await http.get("/metrics")
        assert told.headers["content-type"].startswith("text/plain; version=0.0.4")
        assert "clone_build_info" in told.text
        assert (await http.get("/healthz")).status_code == 200
        assert (await http.get("/else")).status_code == 404


@on_sqlite
async def test_every_answer_and_every_line_has_the_requests_id(settings, clone, me, caplog):
    caplog.set_level(logging.INFO, logger="clone_mcp")
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.AGENT)
    async with calling(settings, clone, **{"x-clone-api-key": key}) as http:
        for path, given in (("/healthz", "from-proxy.1"), ("/mcp", "from-proxy.2"), ("/mcp", "a b\x7f"), ("/x", "")):
            answer = await http.get(path, headers={"x-request-id": given} if given else {})
            told = answer.headers["x-request-id"]
            assert told == given if given.startswith("from") else re.fullmatch(r"[0-9a-f]{32}", told)
        refused = await http.get("/healthz", headers={"origin": "https://evil.example"})
        assert refused.headers["x-request-id"]
    lines = [record.fields for record in caplog.records if hasattr(record, "fields")]
    assert [line["status"] for line in lines] == [200, 405, 405, 404, 403]
    assert lines[0].keys() == {"method", "route", "status", "ms"}


def line_of(call) -> dict:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(AsJson())
    logger = logging.Logger("test")
    logger.addHandler(handler)
    call(logger)
    [line] = out.getvalue().splitlines()
    return json.loads(line)


def test_as_json_an_exception_is_its_kind_and_place_and_never_its_text():
    def fail(logger: logging.Logger) -> None:
        try:
            try:
                raise KeyError(SECRET)
            except KeyError as exc:
                raise RuntimeError(SECRET) from exc
        except RuntimeError:
            logger.exception("It failed")

    line = line_of(fail)
    assert (line["level"], line["message"]) == ("error", "It failed")
    assert [cause["kind"] for cause in line["error"]] == ["RuntimeError", "KeyError"]
    assert "test_observing.py" in line["error"][0]["at"][-1]
    assert SECRET not in json.dumps(line)


@on_sqlite
async def test_nothing_that_was_said_is_logged(settings, clone, me, caplog):
    caplog.set_level(logging.INFO)
    _, key = await clone.access.api_keys.create(me.tenant, "test", Scope.RECORDER)
    async with (
        within(service(settings, clone)) as transport,
        http_client("http://localhost", mode="auto", key=key, transport=transport) as client,
    ):
        turn = {"session_id": "s", "agent": "codex", "source": "user"}
        await client.call_tool("record_agent_prompt", {**turn, "prompt": SECRET})
        await client.call_tool("predict_next_prompt", ASK)
        await client.call_tool("predict_next_prompt", {**ASK, "k": SECRET})
    assert "POST /mcp 200" in caplog.text
    assert SECRET not in caplog.text
    assert key not in caplog.text


SPANS = """
import asyncio
from mcp.client import Client
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from clone_mcp.transports.http import telemetry
kept = InMemorySpanExporter()
telemetry.collect_spans(SimpleSpanProcessor(kept))
from clone_mcp.app import opened
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.settings import from_env
from clone_mcp.tools.server import build
import os
async def main():
    async with opened(from_env(os.environ)) as clone:
        async def ready(): return clone
        async with Client(build(ready, lambda _: Caller(LOCAL_TENANT, Scope.AGENT))) as client:
            await client.call_tool("predict_next_prompt", {"agent": "a", "agent_input": os.environ["SAID"]})
            await client.call_tool("predict_next_prompt", {"agent": "a", "agent_input": "x", "k": os.environ["SAID"]})
asyncio.run(main())
print("\\n".join(span.to_json(indent=None) for span in kept.get_finished_spans()))
"""


@on_sqlite
def test_spans_tell_the_tool_and_nothing_that_was_said(settings):
    env = {**environment(settings), "SAID": SECRET}
    done = subprocess.run(
        [sys.executable, "-c", SPANS], env=env, capture_output=True, text=True, timeout=PATIENCE, check=True
    )
    assert '"tools/call predict_next_prompt"' in done.stdout
    assert '"service.name": "clone-mcp"' in done.stdout
    assert SECRET not in done.stdout
