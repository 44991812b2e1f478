"""What is said of REST, and what schemathesis makes of it."""

from __future__ import annotations

import asyncio
import os
import re
from pathlib import Path
from typing import Any

import httpx2
import pytest
import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.python.asgi import shutdown_lifespans

from clone_mcp.app import opened
from clone_mcp.cli.serving import opening
from clone_mcp.models.access import LOCAL_TENANT, Scope
from clone_mcp.settings import Settings
from clone_mcp.transports.http.auth import by_credential
from clone_mcp.transports.http.server import application
from clone_mcp.transports.rest.application import ENDPOINTS

BEYOND_A_SCHEMA = (
    "An episode ends after it started.",
    "With a threshold of 0 every answer would be acted on,",
    "Name at least one word,",
    "Between 1 and 20,000 characters, please;",
    "A fact is one sentence of 1 to 300 characters,",
    "A fact has at most 20 tags",
    "Write a sentence about you or what you want,",
    "There is no field ",  # near misses, which no schema can name
)
"""What is refused although the schema allows it, because no schema can say so."""


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
async def test_the_description_and_the_page_need_no_key_and_nothing_from_elsewhere(whole: httpx2.AsyncClient) -> None:
    del whole.headers["x-clone-api-key"]
    described = await whole.get("/api/openapi.json")
    page = await whole.get("/api/docs")
    for answer in (described, page):
        assert answer.status_code == 200
        again = await whole.get(answer.request.url, headers={"if-none-match": answer.headers["etag"]})
        assert (again.status_code, again.content) == (304, b"")
        assert (await whole.post(answer.request.url)).status_code == 405
    document = described.json()
    assert document["openapi"] == "3.1.0"
    operations = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert operations == {(endpoint.method.lower(), endpoint.address) for endpoint in ENDPOINTS}
    names = [operation["operationId"] for methods in document["paths"].values() for operation in methods.values()]
    assert len(names) == len(set(names))
    assert [name for name in re.findall(r'"\$ref": ?"#/components/schemas/([^"]+)"', described.text)
            if name not in document["components"]["schemas"]] == []  # fmt: skip
    assert [path for path in document["paths"] if path not in page.text] == []
    assert re.findall(r"<script|https?://|url\(|@import|\bon\w+=", page.text) == []


@pytest.mark.slow
def test_schemathesis_finds_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Values at the edges of every schema and some within; `make fuzz` tries more."""
    settings = Settings(home=tmp_path, secret="test", allowed_hosts="testserver")
    key = asyncio.run(owners_key(settings))
    opened_later = opening(settings)
    app = application(settings, opened_later, by_credential(opened_later, fallback=""), closing=opened_later.close)
    config = SchemathesisConfig.from_dict(thoroughness(int(os.environ.get("TEST_FUZZ_EXAMPLES", "1"))))
    config.projects.default.update(headers={"X-Clone-API-Key": key})
    schema = schemathesis.openapi.from_asgi("/api/openapi.json", app, config=config)
    tried, found = 0, []
    try:
        for event in from_schema(schema).execute():
            assert not isinstance(event, events.FatalError | events.NonFatalError), event
            if isinstance(event, events.ScenarioFinished):
                for case, checks in event.recorder.checks.items():
                    tried += 1
                    found += [told for check in checks if (told := failure(event.recorder, case, check))]
    finally:
        shutdown_lifespans()
    assert found == []
    assert tried > 1000
    assert [record.getMessage() for record in caplog.records if "failed inside" in record.getMessage()] == []


def thoroughness(examples: int) -> dict[str, Any]:
    return {
        "generation": {"deterministic": examples == 1, "max-examples": examples, "database": "none"},
        "phases": {
            "examples": {"enabled": False},
            "stateful": {"enabled": examples > 1},
            "coverage": {"unexpected-methods": ["put"]},
        },
        "suppress-health-check": ["all"],
        "cache": {"enabled": False},
        # 503 is the answer where a model is named and none is allowed.
        "checks": {"not_a_server_error": {"expected-statuses": ["2xx", "4xx", 503]}},
    }


async def owners_key(settings: Settings) -> str:
    async with opened(settings) as clone:
        return (await clone.access.api_keys.create(LOCAL_TENANT, "test", Scope.OWNER))[1]


def failure(recorder: Any, case: str, check: Any) -> str | None:
    """What a check complains of, unless no schema can say it."""
    if check.failure_info is None:
        return None
    interaction = recorder.interactions.get(case)
    text = interaction.response.text if interaction is not None and interaction.response is not None else ""
    if check.name == "positive_data_acceptance" and any(rule in text for rule in BEYOND_A_SCHEMA):
        return None
    return f"{recorder.cases[case].value.operation.label} {check.name}: {text[:300]}"
