"""What the gate can find."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Consequence(StrEnum):
    DESTRUCTIVE = "destructive"
    COSTLY = "costly"
    PUBLIC = "public"
    CREDENTIAL = "credential"


@dataclass(frozen=True, slots=True)
class Finding:
    consequence: Consequence
    evidence: str
    """A short excerpt of what would be authorised, for the person to read."""
