"""The floor: what the SDK alone costs. Seven tools with arguments like ours that do nothing.

`python -m benchmarks.floor` serves stdio, `python -m benchmarks.floor PORT` Streamable HTTP.
"""

from __future__ import annotations

import sys
from typing import Annotated

from mcp.server import MCPServer
from pydantic import Field

Session = Annotated[str, Field(max_length=512, description="The session this belongs to; any id of yours will do.")]
Agent = Annotated[str, Field(min_length=1, max_length=512, description="Who asks, such as claude-code.")]
Source = Annotated[str, Field(max_length=512, description="Who made this: user if the person typed it.")]
Detail = Annotated[str, Field(max_length=512, description="A label of your own, such as claude-code.")]
Threshold = Annotated[float, Field(ge=0, le=1, description="Confidence from which you will act without asking.")]
Count = Annotated[int, Field(ge=1, le=10, description="How many to return.")]
Words = Annotated[str, Field(min_length=1, description="What was said, word for word.")]


async def echo(text: Words) -> str:
    """Say it back."""
    return text


async def foresee(agent: Agent, text: Words, k: Count = 1, threshold: Threshold = 0.8, session_id: Session = "") -> str:
    """Say back what was asked, whatever the threshold is."""
    return text


async def proceed(agent: Agent, text: Words, threshold: Threshold = 0.8, session_id: Session = "") -> str:
    """Say back what was done, whatever the threshold is."""
    return text


async def report(prediction_id: Session, status: Source, text: Detail = "") -> str:
    """Say back what became of it."""
    return status


async def begin(source: Source = "", source_detail: Detail = "", project: Detail = "", session_id: Session = "") -> str:
    """Say back the session that begins."""
    return session_id


async def prompt(
    session_id: Session, agent: Agent, text: Words, source: Source = "", source_detail: Detail = ""
) -> str:
    """Say back what was typed."""
    return text


async def reply(session_id: Session, agent: Agent, text: Words, source: Source = "", source_detail: Detail = "") -> str:
    """Say back what was answered."""
    return text


def server() -> MCPServer:
    """A server with the seven tools."""
    bare = MCPServer("floor", log_level="ERROR")
    for tool in (echo, foresee, proceed, report, begin, prompt, reply):
        bare.tool()(tool)
    return bare


def main() -> None:
    if len(sys.argv) == 1:
        server().run()
        return
    import uvicorn

    app = server().streamable_http_app(stateless_http=True)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="error", access_log=False)


if __name__ == "__main__":
    main()
