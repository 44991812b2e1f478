"""A language model at a person's expense: within what a day may cost, and with every call booked.

The arithmetic of prices and caps is in `llm/`. Limits on requests and on stored bytes are in limits.py.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from clone_mcp.access.sealing import Sealing, unreadable
from clone_mcp.errors import CloneError, RateLimited, TimedOut, Unavailable
from clone_mcp.models.access import Limits
from clone_mcp.models.usage import ModelCall, Purpose, Spending, Usage
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.language_model import Ask, Budget, LanguageModel, Reply, Unusable


class PaidModel:
    """Lets tenants ask a model, each on an account of their own."""

    def __init__(
        self,
        storage: Storage,
        clock: Clock,
        model: LanguageModel,
        budget: Budget,
        *,
        tokens_per_day: int = 0,
        sealing: Sealing | None = None,
    ) -> None:
        self.storage = storage
        self.clock = clock
        self.model = model
        self.budget = budget
        self._tokens_per_day = tokens_per_day
        self._sealing = sealing

    def of(self, tenant: UUID, purpose: Purpose) -> LanguageModel:
        """The model on this tenant's account."""
        return _Account(self, tenant, purpose)

    def allowed(self, limits: Limits) -> int:
        """Tokens that a tenant with these limits may use up in a day; 0 for any number."""
        return self._tokens_per_day if limits.tokens_per_day is None else limits.tokens_per_day

    def with_key(self, tenant: UUID, sealed: bytes | None) -> LanguageModel:
        """The model with the tenant's own key, if they have one. Raises Unavailable when that can't be read here."""
        if sealed is None:
            return self.model
        if self._sealing is None:
            raise unreadable()
        return self.model.with_key(self._sealing.open(tenant, sealed))

    def cost(self, spending: Spending) -> float | None:
        """Dollars by the price list; None for a model that is not on it."""
        return self.budget.cost(spending)


def account(model: PaidModel | None, tenant: UUID, purpose: Purpose) -> LanguageModel:
    """The model on this tenant's account. Raises Unavailable where nobody has allowed one."""
    if model is None:
        raise no_model()
    return model.of(tenant, purpose)


def no_model() -> Unavailable:
    """The error for a model that was asked for where none is allowed."""
    return Unavailable(
        "No language model may be asked here.",
        hint="Set CLONE_ANTHROPIC_API_KEY, and CLONE_PREDICTOR to anything but `local`.",
    )


class _Account:
    """A LanguageModel that books the most a call can use before it is made, and what it did use afterwards.

    So a call that is cancelled or dies with its process has been counted, and calls under way know of each other.
    """

    def __init__(self, paid: PaidModel, tenant: UUID, purpose: Purpose) -> None:
        self._paid = paid
        self._tenant = tenant
        self._purpose = purpose

    @property
    def models(self) -> Sequence[str]:
        return self._paid.model.models

    async def answer(self, ask: Ask) -> Reply:
        """Raises RateLimited, too, when the day's cap leaves no room for the ask."""
        call, model = await self._reserved(ask)
        try:
            reply = await model.answer(ask)
        except Unusable as exc:
            await self._settle(call, exc.usage)
            raise
        except TimedOut:
            raise  # it may well have been written and billed: the reservation stands
        except CloneError:
            await self._settle(call, Usage())
            raise
        await self._settle(call, reply.usage)
        return reply

    async def close(self) -> None:
        """The connections are shared, and closed by who opened them."""

    def with_key(self, key: str) -> LanguageModel:
        return self._paid.model.with_key(key)

    async def _reserved(self, ask: Ask) -> tuple[ModelCall, LanguageModel]:
        now = self._paid.clock.now()
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        worst = self._paid.budget.worst_case(ask)
        call = ModelCall(str(uuid4()), now, self._purpose, ask.model, worst, estimated=True)
        async with self._paid.storage.begin(self._tenant) as uow:
            spent = [Spending(each.model, each.usage) for each in await uow.usage.since(today)]
            if not self._paid.budget.allows(spent, ask):
                raise _over("cap on spending for a model", now, "Raise CLONE_DAILY_CAP, or ask again tomorrow (UTC).")
            most = self._paid.allowed(await uow.settings.limits())
            if most and sum(each.usage.total for each in spent) + worst.total > most:
                raise _over(
                    "limit of tokens for a model", now, "Ask again tomorrow (UTC), or ask the operator for more."
                )
            model = self._paid.with_key(self._tenant, await uow.settings.model_key())
            await uow.usage.book(call)
        return call, model

    async def _settle(self, call: ModelCall, used: Usage) -> None:
        async with self._paid.storage.begin(self._tenant) as uow:
            await uow.usage.book(replace(call, usage=used, estimated=False))


def _over(limit: str, now: datetime, hint: str) -> RateLimited:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return RateLimited(f"The day's {limit} is reached.", hint=hint, retry_after=(midnight - now).total_seconds())
