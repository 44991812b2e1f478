"""The MCP server: the registry behind the protocol, whatever the transport."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from mcp.server.caching import CacheHint
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.shared.exceptions import MCPError
from mcp.types import (
    INVALID_PARAMS,
    CallToolRequestParams,
    CallToolResult,
    CompleteRequestParams,
    CompleteResult,
    Completion,
    GetPromptRequestParams,
    GetPromptResult,
    ListPromptsResult,
    ListResourcesResult,
    ListResourceTemplatesResult,
    ListToolsResult,
    PaginatedRequestParams,
    ReadResourceRequestParams,
    ReadResourceResult,
    Resource,
    ResourceTemplate,
    TextResourceContents,
)

from clone_mcp import __version__
from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError
from clone_mcp.models.access import Caller
from clone_mcp.resources import registry
from clone_mcp.tools.registry import BY_NAME, TOOLS, call

Context = ServerRequestContext[Any, Any]

INSTRUCTIONS = (
    "Clone knows the person you work for and predicts what they would type. Before you ask them anything, call "
    "predict_next_prompt with the exact words of your question: go on by yourself only when status is auto, ask them "
    "when it is escalated. Record the conversation with start_session, record_agent_response and record_agent_prompt, "
    "and report what they really did with submit_feedback."
)


def build(clone: Callable[[], Awaitable[Clone]], caller: Callable[[Context], Caller]) -> Server[Any]:
    """A server over a Clone that is opened when first needed. `caller` tells who sent a request."""
    tools = ListToolsResult(tools=[tool.describe() for tool in TOOLS])

    async def list_tools(_ctx: Context, _params: PaginatedRequestParams | None) -> ListToolsResult:
        return tools

    async def call_tool(ctx: Context, params: CallToolRequestParams) -> CallToolResult:
        tool = BY_NAME.get(params.name)
        if tool is None:
            raise MCPError(INVALID_PARAMS, f"Unknown tool: {params.name[:100]}. There are: {', '.join(BY_NAME)}.")
        return await call(tool, clone, lambda: caller(ctx), params.arguments or {})

    async def read_resource(ctx: Context, params: ReadResourceRequestParams) -> ReadResourceResult:
        uri = str(params.uri)
        try:
            text = await registry.read(await clone(), caller(ctx), uri)
        except CloneError as exc:
            raise MCPError(INVALID_PARAMS, str(exc), {"uri": uri}) from exc
        return ReadResourceResult(contents=[TextResourceContents(uri=uri, text=text, mime_type=registry.MIME)])

    async def complete(ctx: Context, params: CompleteRequestParams) -> CompleteResult:
        uri = getattr(params.ref, "uri", "")
        values = await registry.complete(await clone(), caller(ctx), uri, params.argument.value) if uri else []
        return CompleteResult(completion=Completion(values=values))

    return Server(
        "clone",
        version=__version__,
        title="Clone",
        description="A calibrated model of one person that agents ask before they interrupt that person.",
        instructions=INSTRUCTIONS,
        cache_hints={"tools/list": CacheHint(ttl_ms=3_600_000, scope="public")},
        on_list_tools=list_tools,
        on_call_tool=call_tool,
        on_list_resources=_list_resources,
        on_list_resource_templates=_list_templates,
        on_read_resource=read_resource,
        on_completion=complete,
        on_list_prompts=_no_prompts,
        on_get_prompt=_no_such_prompt,
    )


async def _list_resources(_ctx: Context, _params: PaginatedRequestParams | None) -> ListResourcesResult:
    return ListResourcesResult(
        resources=[
            Resource(uri=each.uri, name=each.name, description=each.description, mime_type=registry.MIME)
            for each in registry.RESOURCES
        ]
    )


async def _list_templates(_ctx: Context, _params: PaginatedRequestParams | None) -> ListResourceTemplatesResult:
    return ListResourceTemplatesResult(
        resource_templates=[
            ResourceTemplate(
                uri_template=each.uri, name=each.name, description=each.description, mime_type=registry.MIME
            )
            for each in registry.TEMPLATES
        ]
    )


async def _no_prompts(_ctx: Context, _params: PaginatedRequestParams | None) -> ListPromptsResult:
    return ListPromptsResult(prompts=[])


async def _no_such_prompt(_ctx: Context, _params: GetPromptRequestParams) -> GetPromptResult:
    raise MCPError(INVALID_PARAMS, "There is no such prompt.")
