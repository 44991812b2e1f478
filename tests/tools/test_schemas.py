"""What clients are shown of the seven tools, held still by a snapshot.

After a change that is meant: UPDATE_SNAPSHOTS=1 make test ARGS=tests/tools/test_schemas.py
"""

from __future__ import annotations

import difflib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client

from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.tools.server import build
from tests.support.mcp import MODERN

SNAPSHOT = Path(__file__).with_name("tools.json")
LIMIT = 12 * 1024

READ_ONLY = ["predict_next_prompt", "predict_continuation"]
NAMES = [
    *READ_ONLY,
    "submit_feedback",
    "start_session",
    "stop_session",
    "record_agent_prompt",
    "record_agent_response",
]


async def listed(mode: str) -> dict[str, Any]:
    """The result of tools/list as JSON, from a server whose Clone is never opened."""

    async def unopened() -> Any:
        raise AssertionError("tools/list must not open storage")

    async with Client(build(unopened, lambda _ctx: Caller(LOCAL_TENANT, Scope.AGENT)), mode=mode) as client:
        result = await client.list_tools()
    return json.loads(result.model_dump_json(by_alias=True, exclude_none=True))


@pytest.fixture
async def tools() -> list[dict[str, Any]]:
    return (await listed("legacy"))["tools"]


async def test_the_surface_is_what_the_snapshot_says(tools: list[dict[str, Any]]) -> None:
    now = json.dumps(tools, indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(now, encoding="utf-8")
    kept = SNAPSHOT.read_text(encoding="utf-8")
    difference = difflib.unified_diff(kept.splitlines(), now.splitlines(), "snapshot", "now", lineterm="")
    assert now == kept, "The tools changed; if that is meant, run with UPDATE_SNAPSHOTS=1:\n" + "\n".join(difference)


@pytest.mark.parametrize("mode", ["legacy", MODERN])
async def test_the_list_is_the_seven_tools_always_in_one_order_and_small(mode: str) -> None:
    first, second = await listed(mode), await listed(mode)
    assert first == second
    assert [tool["name"] for tool in first["tools"]] == NAMES
    assert len(json.dumps(first, ensure_ascii=False, separators=(",", ":")).encode()) < LIMIT


async def test_both_eras_show_the_same_tools(tools: list[dict[str, Any]]) -> None:
    assert (await listed(MODERN))["tools"] == tools


async def test_every_tool_says_what_it_is_and_does(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        assert tool["title"]
        assert tool["description"]
        assert all(field["description"] for field in tool["inputSchema"]["properties"].values())


async def test_only_predicting_changes_nothing_and_is_always_loaded(tools: list[dict[str, Any]]) -> None:
    assert {tool["name"]: (tool["annotations"], tool.get("_meta")) for tool in tools} == {
        name: (
            {
                "readOnlyHint": name in READ_ONLY,
                "destructiveHint": False,
                "idempotentHint": name in (*READ_ONLY, "submit_feedback"),
                "openWorldHint": False,
            },
            {"anthropic/alwaysLoad": True} if name in READ_ONLY else None,
        )
        for name in NAMES
    }


async def test_inputs_are_flat_objects_that_every_client_can_read(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        schema = tool["inputSchema"]
        assert schema["type"] == "object"
        assert schema["properties"]
        for node in nodes(schema):
            assert not {"anyOf", "oneOf", "allOf", "not", "if", "$ref", "$defs"} & set(node), tool["name"]
            plain = ("object", "array", "string", "integer", "number", "boolean")
            assert node.get("type", "object") in plain, tool["name"]


async def test_outputs_are_objects_without_references(tools: list[dict[str, Any]]) -> None:
    for tool in tools:
        assert tool["outputSchema"]["type"] == "object"
        assert all(not {"$ref", "$defs"} & set(node) for node in nodes(tool["outputSchema"]))


def nodes(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema and every schema within it."""
    yield schema
    for part in schema.get("properties", {}).values():
        yield from nodes(part)
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            yield from nodes(schema[key])
    for part in schema.get("anyOf", []):
        yield from nodes(part)
