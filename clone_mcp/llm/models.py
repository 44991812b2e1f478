"""The models that may be asked, how each is asked for a quick answer, and what they cost.

It calls no model. Prices become a daily cap in spend.py, and requests are sent by anthropic_model.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum

from clone_mcp.ports.language_model import Usage

DEFAULT_MODEL = "claude-sonnet-4-6"

PRICES_AS_OF = date(2026, 10, 9)
"""When the prices below were last compared with Anthropic's public list. They are the operator's to check: nothing
updates them, and discounts, taxes and other platforms' prices are not in them. A model without a price we could
confirm has none; a cap in dollars then counts its tokens at the dearest price there is."""

MILLION = 1_000_000
HAIKU_LONG_PROMPT = 100_000
"""Tokens. A longer prompt costs that model more than is listed here."""
THINKING_ROOM = 4096


@dataclass(frozen=True, slots=True)
class Price:
    """Dollars per million tokens, the cache's five-minute kind."""

    input: float
    output: float
    cache_write: float
    cache_read: float
    longest_prompt: int | None = None
    """Longer prompts cost more than is listed here."""


class Thinking(Enum):
    """How a model is kept from thinking for longer than an agent waits. Sending what it does not know is an error."""

    OFF = "it thinks only when told to"
    DISABLED = "it thinks unless told not to"
    BETWEEN_TOOLS = "it can be told to think only between tool calls, of which there are none here"
    ALWAYS = "it can be told to think little"


@dataclass(frozen=True, slots=True)
class Model:
    """One model that may be asked."""

    thinking: Thinking
    price: Price | None

    @property
    def room(self) -> int:
        """Tokens to allow beyond the answer: thinking counts against the same limit."""
        return THINKING_ROOM if self.thinking is Thinking.ALWAYS else 0


_OPUS = Price(5, 25, 6.25, 0.50)
_HAIKU = Price(1, 5, 1.25, 0.10)

# The installed SDK's names, without those that it calls deprecated and without Mythos, which few accounts may use.
# A test holds the list against the SDK.
SUPPORTED_MODELS: dict[str, Model] = {
    DEFAULT_MODEL: Model(Thinking.OFF, Price(3, 15, 3.75, 0.30)),
    "claude-haiku-5-5": Model(Thinking.DISABLED, Price(0.10, 0.50, 0.125, 0.01, HAIKU_LONG_PROMPT)),
    "claude-sonnet-5-5": Model(Thinking.BETWEEN_TOOLS, Price(2, 10, 2.50, 0.10)),
    "claude-opus-5-5": Model(Thinking.ALWAYS, Price(4, 20, 5, 0.20)),
    "claude-fable-5-2": Model(Thinking.ALWAYS, None),
    "claude-fable-5-1": Model(Thinking.ALWAYS, Price(10, 50, 12.50, 0.25)),
    "claude-fable-5": Model(Thinking.ALWAYS, Price(10, 50, 12.50, 1)),
    "claude-sonnet-5": Model(Thinking.DISABLED, Price(2, 10, 2.50, 0.20)),
    "claude-opus-5": Model(Thinking.DISABLED, _OPUS),
    "claude-opus-4-8": Model(Thinking.OFF, _OPUS),
    "claude-opus-4-7": Model(Thinking.OFF, _OPUS),
    "claude-opus-4-6": Model(Thinking.OFF, _OPUS),
    "claude-opus-4-5": Model(Thinking.OFF, _OPUS),
    "claude-opus-4-5-20251101": Model(Thinking.OFF, _OPUS),
    "claude-haiku-4-5": Model(Thinking.OFF, _HAIKU),
    "claude-haiku-4-5-20251001": Model(Thinking.OFF, _HAIKU),
}


def cost(usage: Usage, model: str) -> float | None:
    """Dollars by the price list, or None when the list does not say."""
    known = SUPPORTED_MODELS.get(model)
    price = known.price if known else None
    if price is None or (price.longest_prompt is not None and usage.prompt_tokens > price.longest_prompt):
        return None
    return at_price(usage, price)


def at_price(usage: Usage, price: Price) -> float:
    """Dollars at this price, however long the prompt."""
    return (
        usage.input_tokens * price.input
        + usage.output_tokens * price.output
        + usage.cache_write_tokens * price.cache_write
        + usage.cache_read_tokens * price.cache_read
    ) / MILLION


def dearest(usage: Usage) -> float:
    """Dollars if the dearest model on the list had been asked."""
    return max(at_price(usage, model.price) for model in SUPPORTED_MODELS.values() if model.price)
