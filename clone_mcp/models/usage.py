"""What asking a language model uses up.

Prices and caps are in llm/. Limits on requests and bytes are not usage of a model: see access.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Usage:
    """What a call was billed for. `input_tokens` are those that the cache neither held nor took in."""

    input_tokens: int = 0
    output_tokens: int = 0
    cache_read_tokens: int = 0
    cache_write_tokens: int = 0

    @property
    def prompt_tokens(self) -> int:
        """The whole prompt."""
        return self.input_tokens + self.cache_read_tokens + self.cache_write_tokens

    @property
    def total(self) -> int:
        """Every token, however cheap."""
        return self.prompt_tokens + self.output_tokens


@dataclass(frozen=True, slots=True)
class Spending:
    """One call that was paid for."""

    model: str
    usage: Usage


class Purpose(StrEnum):
    """What a model was asked for."""

    PREDICT = "predict"
    DISTIL = "distil"


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call as it is kept."""

    id: str
    at: datetime
    purpose: Purpose
    model: str
    usage: Usage
    estimated: bool = False
    """The call is under way, or its own usage never arrived: this is the most that it can have used."""
