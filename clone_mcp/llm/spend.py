"""How much may be spent in a day: arithmetic on the day's records, nothing else.

The records are kept, and calls refused, in access/spending.py.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import assert_never

from clone_mcp.errors import Invalid
from clone_mcp.llm.models import SUPPORTED_MODELS, cost, dearest
from clone_mcp.ports.language_model import Ask, Spending, Usage

BYTES_PER_TOKEN = 2
"""Cautious: prose has about four bytes a token, and no prompt we write has less than two."""


@dataclass(frozen=True, slots=True)
class Dollars:
    """A limit in dollars, by the price list. What the list does not price is counted at the dearest price on it."""

    amount: float


@dataclass(frozen=True, slots=True)
class Tokens:
    """A limit in tokens of every kind, those read from the cache included."""

    count: int


Cap = Dollars | Tokens


def parse_cap(text: str) -> Cap:
    """The cap that a setting names: `2.50` or `$2.50` is dollars, `200000 tokens` is tokens. Raises Invalid."""
    found = re.fullmatch(r"\$?\s*(\d+(?:\.\d+)?)", text.strip())
    if found:
        return Dollars(float(found[1]))
    found = re.fullmatch(r"(\d[\d_,]*)\s*tokens?", text.strip().lower())
    if found:
        return Tokens(int(re.sub(r"[_,]", "", found[1])))
    raise Invalid(
        "A daily spend cap is an amount of dollars or of tokens.", hint="Such as `2.50`, `$2.50` or `200000 tokens`."
    )


class DailyCap:
    """The Budget of a person who has said how much a day may cost."""

    def __init__(self, cap: Cap) -> None:
        self._cap = cap

    def allows(self, today: Iterable[Spending], ask: Ask) -> bool:
        calls = [*today, Spending(ask.model, self.worst_case(ask))]
        match self._cap:
            case Dollars(amount):
                return math.fsum(map(_dollars, calls)) <= amount
            case Tokens(count):
                return sum(call.usage.total for call in calls) <= count
            case _:
                assert_never(self._cap)

    def worst_case(self, ask: Ask) -> Usage:
        sent = len(ask.stable.encode(errors="replace")) + len(ask.volatile.encode(errors="replace"))
        sent += len(json.dumps(ask.schema))
        model = SUPPORTED_MODELS.get(ask.model)
        room = model.room if model else 0
        # Taking tokens into the cache is the dearest way to have them read.
        return Usage(cache_write_tokens=math.ceil(sent / BYTES_PER_TOKEN), output_tokens=ask.max_tokens + room)

    def cost(self, spending: Spending) -> float | None:
        return cost(spending.usage, spending.model)


def _dollars(spending: Spending) -> float:
    listed = cost(spending.usage, spending.model)
    return dearest(spending.usage) if listed is None else listed
