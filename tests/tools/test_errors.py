"""Whatever goes wrong in a tool reaches the caller as prose with a kind and a status, and as nothing else."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from importlib import import_module

import pytest
from mcp.client import Client
from mcp.shared.exceptions import MCPError

from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError, Forbidden, Invalid, NotFound, RateLimited, Unauthenticated, Unavailable
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.ports.language_model import Unusable, Usage
from clone_mcp.tools.server import build
from clone_mcp.wire.errors import STATUS, status_of
from tests.support.mcp import refused

ASK = {"agent": "a", "agent_input": "Shall I go on?"}


def failing(exc: Exception) -> Callable[[], Awaitable[Clone]]:
    """A Clone that can't be opened, for this reason."""

    async def opening() -> Clone:
        raise exc

    return opening


async def refusal(exc: Exception, mode: str = "legacy") -> str:
    async with Client(build(failing(exc), lambda _ctx: Caller(LOCAL_TENANT, Scope.AGENT)), mode=mode) as client:
        return refused(await client.call_tool("predict_next_prompt", ASK))


def kinds(root: type[CloneError] = CloneError) -> Iterator[type[CloneError]]:
    yield root
    for kind in root.__subclasses__():
        yield from kinds(kind)


def one(kind: type[CloneError], message: str, **more: str) -> CloneError:
    """An error of the kind. One kind carries what was paid for it."""
    return kind(message, usage=Usage(), **more) if issubclass(kind, Unusable) else kind(message, **more)


KINDS = [kind for kind in kinds() if kind.__module__ in (CloneError.__module__, Unusable.__module__)]
"""Those of the core, with the one that a port refines. Adapters may refine them, under the same code."""


def test_every_kind_of_error_has_a_status_and_a_code_of_its_own() -> None:
    assert set(STATUS) == {kind for kind in KINDS if kind.__module__ == CloneError.__module__}
    assert len({kind.code for kind in KINDS}) == len(KINDS)


async def test_what_an_adapter_refines_is_told_as_what_it_refines() -> None:
    for adapter in ("sql_storage", "sqlite", "postgres"):
        import_module(f"clone_mcp.storage.{adapter}")
    for kind in kinds():
        exc = one(kind, "No.")
        assert await refusal(exc) == f"Error {status_of(exc)} ({kind.code}): No."
        assert kind.code in {known.code for known in KINDS}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.code)
async def test_every_kind_is_told_with_its_status_and_what_to_do(kind: type[CloneError], mode: str) -> None:
    text = await refusal(one(kind, "It went wrong.", hint="Mend it."), mode)
    assert text == f"Error {status_of(kind)} ({kind.code}): It went wrong. Mend it."


async def test_a_crash_is_told_without_any_of_its_text(mode: str, caplog: pytest.LogCaptureFixture) -> None:
    text = await refusal(RuntimeError("password is hunter2"), mode)
    assert text == "Error 500 (error): Clone failed inside. This is a bug; the server's log says more."
    assert "hunter2" in caplog.text


async def test_failures_of_the_server_are_logged_and_those_of_the_caller_are_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    for kind in (NotFound, Invalid, Unauthenticated, Forbidden, RateLimited):
        await refusal(kind("No."))
    assert caplog.records == []
    await refusal(Unavailable("Away."))
    assert [record.getMessage() for record in caplog.records] == ["predict_next_prompt failed (unavailable): Away."]


async def test_an_unknown_tool_is_a_protocol_error_that_names_those_there_are(mode: str) -> None:
    nobody = build(failing(AssertionError()), lambda _ctx: Caller(LOCAL_TENANT, Scope.AGENT))
    async with Client(nobody, mode=mode) as client:
        with pytest.raises(MCPError, match=r"^Unknown tool: predict\. There are: predict_next_prompt, ") as raised:
            await client.call_tool("predict", {})
    assert raised.value.error.code == -32602


async def test_there_are_no_prompts_and_saying_so_is_no_crash(mode: str) -> None:
    nobody = build(failing(AssertionError()), lambda _ctx: Caller(LOCAL_TENANT, Scope.AGENT))
    async with Client(nobody, mode=mode) as client:
        assert (await client.list_prompts()).prompts == []
        with pytest.raises(MCPError, match="no such prompt"):
            await client.get_prompt("nothing")
