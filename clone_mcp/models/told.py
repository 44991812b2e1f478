"""What is needed to know a recorded event again when it comes by another name."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Told:
    """An event in outline."""

    id: str
    type: str
    occurred_at: datetime
    sentence: str | None
