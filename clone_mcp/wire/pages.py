"""Lists on the wire: so many at a time, from an offset on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from clone_mcp.wire.bodies import DIGITS, Query

T = TypeVar("T")


class Reply(BaseModel):
    """An answer, filled in from what the core knows under the same names."""

    model_config = ConfigDict(from_attributes=True)


class Page(Reply, Generic[T]):
    """A part of a list."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__.removesuffix('Reply')}Page"

    results: list[T]
    limit: int
    offset: int
    more: bool = Field(description="Whether there are any behind these.")


class PageQuery(Query):
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most."), DIGITS] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000_000, description="How many to pass over."), DIGITS] = 0


def page(query: PageQuery, found: Sequence[T]) -> Page[T]:
    """The page that was asked for, from what was found when one more was looked for."""
    return Page(
        results=list(found[: query.limit]), limit=query.limit, offset=query.offset, more=len(found) > query.limit
    )
