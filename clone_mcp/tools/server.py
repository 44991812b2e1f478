"""The MCP server: the registry behind the protocol, whatever the transport.

It knows no pipe and no socket, and is told who calls: transports/ sees to both.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from typing import Any

from mcp import types
from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError

from clone_mcp import __version__
from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.resources import registry
from clone_mcp.tools.registry import BY_NAME, TOOLS, call, noted, prose
from clone_mcp.wire.errors import status_of

log = logging.getLogger(__name__)

Context = ServerRequestContext[Any, Any]

INSTRUCTIONS = (
    "Clone knows the person you work for and predicts what they would type. Before you ask them anything, call "
    "predict_next_prompt with the exact words of your question: go on by yourself only when status is auto, ask them "
    "when it is escalated. Record the conversation with start_session, record_agent_response and record_agent_prompt, "
    "and report what they really did with submit_feedback."
)


def build(clone: Callable[[], Awaitable[Clone]], caller: Callable[[Context], Caller]) -> Server[Any]:
    """A server over a Clone that is opened when first needed. `caller` tells who sent a request."""
    answers = _Answers(clone, caller)
    return Server(
        "clone",
        version=__version__,
        title="Clone",
        description="A calibrated model of one person that agents ask before they interrupt that person.",
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(ttl_ms=3_600_000, scope="public")},
        on_list_tools=answers.list_tools,
        on_call_tool=answers.call_tool,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        on_read_resource=answers.read_resource,
        on_completion=answers.complete,
        on_list_prompts=_no_prompts,
        on_get_prompt=_no_such_prompt,
    )


class _Answers:
    """What is answered, from a Clone and for whoever asks."""

    def __init__(self, clone: Callable[[], Awaitable[Clone]], caller: Callable[[Context], Caller]) -> None:
        self._clone = clone
        self._caller = caller
        self._tools = types.ListToolsResult(tools=[tool.describe() for tool in TOOLS])

    async def list_tools(self, _ctx: Context, _params: types.PaginatedRequestParams | None) -> types.ListToolsResult:
        return self._tools

    async def call_tool(self, ctx: Context, params: types.CallToolRequestParams) -> types.CallToolResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            raise MCPError(types.INVALID_PARAMS, f"Unknown tool: {params.name[:100]}. There are: {', '.join(BY_NAME)}.")
        return await call(tool, self._clone, lambda: self._caller(ctx), params.arguments or {})

    async def read_resource(self, ctx: Context, params: types.ReadResourceRequestParams) -> types.ReadResourceResult:
        uri = str(params.uri)
        with _told_as_protocol_errors(uri):
            text = await registry.read(await self._clone(), self._caller(ctx), uri)
        return types.ReadResourceResult(
            contents=[types.TextResourceContents(uri=uri, text=text, mime_type=registry.MIME)]
        )

    async def complete(self, ctx: Context, params: types.CompleteRequestParams) -> types.CompleteResult:
        uri = getattr(params.ref, "uri", "")  # a prompt has none, and there are no prompts
        if not uri:
            return types.CompleteResult(completion=types.Completion(values=[]))
        with _told_as_protocol_errors(uri):
            values = await registry.complete(await self._clone(), self._caller(ctx), uri, params.argument.value)
        return types.CompleteResult(completion=types.Completion(values=values))


@contextmanager
def _told_as_protocol_errors(uri: str) -> Generator[None]:
    """Resources have no other way to say what went wrong. As with tools, nothing but prose leaves."""
    try:
        yield
    except Exception as exc:
        known = noted(exc, "Reading a resource", log)  # not its address, which may hold anything
        code = types.INTERNAL_ERROR if status_of(known) >= 500 else types.INVALID_PARAMS
        raise MCPError(code, prose(known), {"uri": uri}) from exc


async def _list_resources(_ctx: Context, _params: types.PaginatedRequestParams | None) -> types.ListResourcesResult:
    return types.ListResourcesResult(
        resources=[
            types.Resource(uri=each.uri, name=each.name, description=each.description, mime_type=registry.MIME)
            for each in registry.RESOURCES
        ]
    )


async def _list_templates(
    _ctx: Context, _params: types.PaginatedRequestParams | None
) -> types.ListResourceTemplatesResult:
    return types.ListResourceTemplatesResult(
        resource_templates=[
            types.ResourceTemplate(
                uri_template=each.uri, name=each.name, description=each.description, mime_type=registry.MIME
            )
            for each in registry.TEMPLATES
        ]
    )


async def _no_prompts(_ctx: Context, _params: types.PaginatedRequestParams | None) -> types.ListPromptsResult:
    return types.ListPromptsResult(prompts=[])


async def _no_such_prompt(_ctx: Context, _params: types.GetPromptRequestParams) -> types.GetPromptResult:
    raise MCPError(types.INVALID_PARAMS, "There is no such prompt.")
