"""A language model that answers in a given shape, and what asking it may cost.

Whether a tenant may ask, and who pays, is decided in access/spending.py. The adapter is in llm/.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from clone_mcp.errors import Upstream
from clone_mcp.models.usage import Spending, Usage

__all__ = ["Ask", "Budget", "LanguageModel", "Reply", "Spending", "Unusable", "Usage"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One question to a model. Neither part of the prompt may be empty."""

    stable: str
    """The instructions and whatever else the next ask will begin with, word for word. It is cached between asks, and
    worth keeping identical: one changed character pays for all of it again."""
    volatile: str
    """What is different every time. Recorded text belongs here, fenced as data by whoever writes the prompt."""
    schema: dict[str, Any]
    """JSON Schema of the answer, an object. The answer satisfies all of it, bounds and lengths included. Spell out the
    `properties` of every object in it: a model can't be asked for keys of its own invention."""
    name: str
    """What the answer is, in a word, for the log."""
    model: str
    max_tokens: int = 1024
    """The longest useful answer. What a model needs for thinking is added to it, not taken from it."""
    timeout: float = 25.0
    """Seconds for everything, retries included. MCP clients give up on a tool after thirty."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that has the shape asked for. What it claims, such as the ids it cites, is the caller's to check."""

    value: dict[str, Any]
    usage: Usage
    model: str
    """The model that answered, as it names itself."""


class Unusable(Upstream):
    """The model answered, and was paid, but not with what was asked for: a refusal, a cut-off text, a wrong shape."""

    code = "unusable"

    def __init__(self, message: str, *, usage: Usage, hint: str = "") -> None:
        super().__init__(message, hint=hint)
        self.usage = usage


class LanguageModel(Protocol):
    """A model behind an API. It never sees a tenant, keeps nothing between asks and opens no transaction."""

    @property
    def models(self) -> Sequence[str]:
        """The names that `Ask.model` may have, the default first."""
        ...

    async def answer(self, ask: Ask) -> Reply:
        """Ask, and try again for as long as that helps and the ask's time lasts.

        Cancelling it closes the connection, so that nothing more is written, or paid, for an answer nobody awaits.

        Raises Invalid when the model is not one of `models`; Unavailable when there is no key, or the account or the
        key is not allowed to ask: only a person can mend that; RateLimited, with `retry_after` where it is known;
        TimedOut; Unusable, which carries the usage to be booked; Upstream for everything else that went wrong outside.
        No error's text holds the key or any part of the prompt or of the answer.
        """
        ...

    def with_key(self, key: str) -> LanguageModel:
        """The same model on the account of another key, over the same connections."""
        ...

    async def close(self) -> None:
        """Let go of the connections."""
        ...


class Budget(Protocol):
    """How much may be spent in a day. Arithmetic only: the caller keeps the records, and says which are today's."""

    def allows(self, today: Iterable[Spending], ask: Ask) -> bool:
        """Whether the ask fits into what is left, even if it costs as much as it can.

        Calls that are under way are not known here: several at once can overshoot by what they cost together.
        """
        ...

    def worst_case(self, ask: Ask) -> Usage:
        """The most that the ask can use. It is what to book when the answer's own usage never arrived."""
        ...

    def cost(self, spending: Spending) -> float | None:
        """Dollars by the price list; None when it does not have the model."""
        ...
