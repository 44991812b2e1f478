"""Resources as clients meet them over the protocol. What they hold is told in tests/resources."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError
from mcp.types import INTERNAL_ERROR, INVALID_PARAMS, PromptReference, ResourceTemplateReference

from clone_mcp.clone import Clone
from clone_mcp.errors import Unavailable
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.tools.server import build
from tests.conftest import Connect

FACTS = ResourceTemplateReference(type="ref/resource", uri="clone://facts/{id}")


def client(opening: Callable[[], Awaitable[Clone]], mode: str) -> Client:
    return Client(build(opening, lambda _ctx: Caller(LOCAL_TENANT, Scope.AGENT)), mode=mode)


def failing(exc: Exception) -> Callable[[], Awaitable[Clone]]:
    async def opening() -> Clone:
        raise exc

    return opening


async def test_they_are_listed_before_clone_is_opened(mode: str) -> None:
    async with client(failing(AssertionError("opened")), mode) as it:
        assert [str(each.uri) for each in (await it.list_resources()).resources] == [
            "clone://profile",
            "clone://soul-card",
            "clone://facts",
            "clone://review",
        ]
        templates = (await it.list_resource_templates()).resource_templates
        assert [each.uri_template for each in templates] == ["clone://facts/{id}", "clone://episodes/{id}"]
        every = [*(await it.list_resources()).resources, *templates]
        assert {each.mime_type for each in every} == {"text/markdown"}
        assert all(each.name and each.description for each in every)


async def test_each_can_be_read_and_its_ids_completed(connect: Connect) -> None:
    async with connect() as it:
        for resource in (await it.list_resources()).resources:
            [content] = (await it.read_resource(str(resource.uri))).contents
            assert str(content.uri) == str(resource.uri)
            assert content.mime_type == "text/markdown"
            assert content.text
        for template in (await it.list_resource_templates()).resource_templates:
            reference = ResourceTemplateReference(type="ref/resource", uri=template.uri_template)
            assert (await it.complete(reference, {"name": "id", "value": ""})).completion.values == []


@pytest.mark.parametrize("uri", ["clone://nothing", "clone://facts/", "clone://facts/x", "clone://episodes/../facts/x"])
async def test_what_there_is_not_is_an_error_of_the_protocol(connect: Connect, uri: str) -> None:
    async with connect() as it:
        with pytest.raises(
            MCPError, match=r"^Error 404 \(not_found\): There is no such (resource|fact|episode)\.$"
        ) as no:
            await it.read_resource(uri)
    assert (no.value.error.code, no.value.error.data) == (INVALID_PARAMS, {"uri": uri})


async def test_what_is_no_template_completes_to_nothing(mode: str) -> None:
    async with client(failing(AssertionError("opened")), mode) as it:
        prompt = PromptReference(type="ref/prompt", name="any")
        assert (await it.complete(prompt, {"name": "id", "value": "x"})).completion.values == []


@pytest.mark.parametrize(
    ("exc", "said"),
    [
        (Unavailable("Away.", hint="Come back."), "Error 503 (unavailable): Away. Come back."),
        (
            RuntimeError("password is hunter2"),
            "Error 500 (error): Clone failed inside. This is a bug; the server's log says more.",
        ),
    ],
)
async def test_a_failure_of_the_server_is_told_in_prose_and_logged(
    mode: str, exc: Exception, said: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with client(failing(exc), mode) as it:
        for attempt in (it.read_resource("clone://facts"), it.complete(FACTS, {"name": "id", "value": ""})):
            with pytest.raises(MCPError) as failed:
                await attempt
            assert (failed.value.error.code, failed.value.error.message) == (INTERNAL_ERROR, said)
    foreseen = isinstance(exc, Unavailable)
    logged = "Reading a resource failed (unavailable): Away." if foreseen else "Reading a resource failed"
    assert [record.getMessage() for record in caplog.records] == [logged] * 2
    assert [record.exc_info is None for record in caplog.records] == [foreseen] * 2
