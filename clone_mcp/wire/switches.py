"""What the person switched on, on the wire."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from clone_mcp.wire.bodies import Query
from clone_mcp.wire.pages import Reply


class SwitchQuery(Query):
    """Where to switch it. A name that was ignored here would switch it everywhere."""

    exact = True

    project: Annotated[str, Field(max_length=1024, description="For one project only. Without it: everywhere.")] = ""


class SwitchesReply(Reply):
    """Where each is on, by project. The empty one stands for everywhere."""

    paused: tuple[str, ...] = Field(description="Nothing is answered there; recording goes on.")
    shadow: tuple[str, ...] = Field(description="Everything is predicted and scored, and nothing is automatic.")
    trusted: tuple[str, ...] = Field(description="What agents say was typed is acted on as if it were known.")
