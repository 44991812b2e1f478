"""The whole surface of tools: what there is, how it is described, and the one place where errors become prose.

MCP's own messages are server.py's part. Arguments are read in wire/arguments.py.
"""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from mcp.types import CallToolResult, TextContent, ToolAnnotations
from mcp.types import Tool as ToolDescription
from pydantic.json_schema import GenerateJsonSchema

from clone_mcp.clone import Clone
from clone_mcp.errors import CloneError
from clone_mcp.logs import log_failure
from clone_mcp.models.access import Caller
from clone_mcp.tools.predict_continuation import predict_continuation
from clone_mcp.tools.predict_next_prompt import predict_next_prompt
from clone_mcp.tools.record_agent_prompt import record_agent_prompt
from clone_mcp.tools.record_agent_response import record_agent_response
from clone_mcp.tools.start_session import start_session
from clone_mcp.tools.stop_session import stop_session
from clone_mcp.tools.submit_feedback import submit_feedback
from clone_mcp.wire.arguments import Arguments, ToolReply, parse
from clone_mcp.wire.errors import FAILED_INSIDE, status_of

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Tool:
    """One tool: a function of the wired Clone, the caller and the parsed arguments."""

    function: Callable[[Clone, Caller, Any], Awaitable[ToolReply]]
    title: str
    read_only: bool = False
    idempotent: bool = False

    @property
    def name(self) -> str:
        return self.function.__name__

    @cached_property
    def arguments(self) -> type[Arguments]:
        return get_type_hints(self.function)["arguments"]

    def describe(self) -> ToolDescription:
        """The tool as tools/list shows it."""
        return ToolDescription(
            name=self.name,
            title=self.title,
            description=inspect.cleandoc(self.function.__doc__ or ""),
            input_schema=_schema(self.arguments, mode="validation"),
            output_schema=_schema(get_type_hints(self.function)["return"], mode="serialization"),
            annotations=ToolAnnotations(
                read_only_hint=self.read_only,
                destructive_hint=False,
                idempotent_hint=self.idempotent or self.read_only,
                open_world_hint=False,
            ),
            # Claude Code hides tools behind a search unless they ask to be loaded.
            _meta={"anthropic/alwaysLoad": True} if self.read_only else None,
        )


TOOLS = (
    Tool(predict_next_prompt, "Predict the person's next prompt", read_only=True),
    Tool(predict_continuation, "Predict whether the person would go on", read_only=True),
    Tool(submit_feedback, "Say what became of a prediction", idempotent=True),
    Tool(start_session, "Begin recording a conversation"),
    Tool(stop_session, "End recording a conversation"),
    Tool(record_agent_prompt, "Record what was typed to an agent"),
    Tool(record_agent_response, "Record what an agent said"),
)
BY_NAME = {tool.name: tool for tool in TOOLS}


async def call(
    tool: Tool, clone: Callable[[], Awaitable[Clone]], caller: Callable[[], Caller], given: Any
) -> CallToolResult:
    """Run a tool. Whatever goes wrong becomes prose that says what to do; nothing else leaves."""
    try:
        arguments, ignored = parse(tool.arguments, given)
        reply = await tool.function(await clone(), caller(), arguments)
    except Exception as exc:
        text = prose(noted(exc, tool.name, log))
        return CallToolResult(content=[TextContent(type="text", text=text)], is_error=True)
    body = reply.model_dump(mode="json") | {"ignored_arguments": ignored}
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return CallToolResult(content=[TextContent(type="text", text=text)], structured_content=body)


def noted(exc: Exception, what: str, log: logging.Logger) -> CloneError:
    """The error to tell of. What only the operator may read of it goes to the log."""
    if not isinstance(exc, CloneError) or status_of(exc) >= 500:
        log_failure(log, what, exc)
    return exc if isinstance(exc, CloneError) else FAILED_INSIDE


def prose(exc: CloneError) -> str:
    """An error as agents are told of it, whatever they asked for."""
    return f"Error {status_of(exc)} ({exc.code}): {exc}"


class _Plain(GenerateJsonSchema):
    """JSON Schema without the titles that repeat each field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


def _schema(model: type[Any], *, mode: Any) -> dict[str, Any]:
    schema = model.model_json_schema(schema_generator=_Plain, mode=mode)
    definitions = schema.pop("$defs", {})
    flat = _inlined(schema, definitions)
    for noise in ("title", "description", "additionalProperties"):
        flat.pop(noise, None)
    return {"properties": {}, **flat}


def _inlined(node: Any, definitions: dict[str, Any]) -> Any:
    """The schema with every reference replaced by what it refers to: several clients can't follow them."""
    match node:
        case {"$ref": str(reference)}:
            target = definitions[reference.removeprefix("#/$defs/")]
            return {k: v for k, v in _inlined(target, definitions).items() if k not in ("title", "description")}
        case {**fields}:
            return {key: _inlined(value, definitions) for key, value in fields.items()}
        case [*items]:
            return [_inlined(item, definitions) for item in items]
        case _:
            return node
