"""What goes wrong, on the wire."""

from __future__ import annotations

from pydantic import BaseModel, Field


class Error(BaseModel):
    """Why there is no answer."""

    error: str = Field(description="What happened, and what to do about it.")
