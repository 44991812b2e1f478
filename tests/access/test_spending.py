"""A model at a person's expense: every call is booked, and none goes over the day's cap."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from clone_mcp.access.spending import PaidModel
from clone_mcp.errors import RateLimited, TimedOut, Unavailable
from clone_mcp.llm.spend import DailyCap, Dollars, Tokens
from clone_mcp.models.usage import ModelCall, Purpose, Usage
from clone_mcp.ports.language_model import Ask, Reply, Unusable
from tests.conftest import new_tenant

ASK = Ask("Predict.", "What now?", {"type": "object"}, "prediction", "claude-sonnet-4-6", max_tokens=100)
USED = Usage(input_tokens=10, output_tokens=5, cache_read_tokens=3, cache_write_tokens=2)
DOLLAR = Dollars(1)
MOST = DailyCap(DOLLAR).worst_case(ASK)


class Told:
    """A model that answers, or fails, as it is told."""

    models = ("claude-sonnet-4-6",)

    def __init__(self, *, fails: BaseException | None = None) -> None:
        self.fails = fails
        self.asked = 0

    async def answer(self, ask: Ask) -> Reply:
        self.asked += 1
        if self.fails is not None:
            raise self.fails
        return Reply({}, USED, ask.model)

    async def close(self) -> None: ...


@pytest.fixture
def ask(storage, clock, me):
    async def asked(model: Told, cap=DOLLAR, tenant=None, purpose=Purpose.PREDICT) -> Reply:
        return await PaidModel(storage, clock, model, DailyCap(cap)).of(tenant or me.tenant, purpose).answer(ASK)

    return asked


async def booked(storage, tenant, clock) -> list[ModelCall]:
    async with storage.begin(tenant) as uow:
        return [replace(call, id="") for call in await uow.usage.since(clock.now() - timedelta(days=30))]


def call(clock, used: Usage, *, estimated: bool = False) -> ModelCall:
    return ModelCall("", clock.now(), Purpose.PREDICT, "claude-sonnet-4-6", used, estimated)


async def test_what_an_answer_used_is_booked(ask, storage, me, clock):
    assert await ask(Told()) == Reply({}, USED, "claude-sonnet-4-6")
    assert await booked(storage, me.tenant, clock) == [call(clock, USED)]


@pytest.mark.parametrize(
    ("failure", "used", "estimated"),
    [
        (Unusable("No JSON.", usage=USED), USED, False),
        (Unavailable("No key."), Usage(), False),
        (RateLimited("Too much."), Usage(), False),
        (TimedOut("Too slow."), MOST, True),
        (asyncio.CancelledError(), MOST, True),
    ],
    ids=["paid for nothing", "not paid", "not paid either", "perhaps paid", "cancelled"],
)
async def test_a_call_that_fails_is_booked_with_what_it_can_have_cost(
    ask, storage, me, clock, failure, used, estimated
):
    with pytest.raises(type(failure)):
        await ask(Told(fails=failure))
    assert await booked(storage, me.tenant, clock) == [call(clock, used, estimated=estimated)]


async def test_over_the_cap_the_model_is_not_asked_and_the_error_says_when_it_will_be(ask, storage, me, clock):
    model = Told()
    await ask(model, Tokens(MOST.total))
    with pytest.raises(RateLimited) as refused:
        await ask(model, Tokens(MOST.total))
    assert model.asked == 1
    assert refused.value.retry_after == 15 * 3600  # it is nine o'clock
    assert "CLONE_DAILY_CAP" in refused.value.hint
    clock.advance(hours=15)
    await ask(model, Tokens(MOST.total))


async def test_calls_at_once_know_of_each_other(ask, storage, me, clock):
    model = Told()
    asked = await asyncio.gather(*(ask(model, Tokens(3 * MOST.total - 1)) for _ in range(10)), return_exceptions=True)
    # Each was booked at its most before it was made, so that never more than two were under way.
    assert all(isinstance(each, RateLimited | Reply) for each in asked)
    used = sum(each.usage.total for each in await booked(storage, me.tenant, clock))
    assert used <= 3 * MOST.total - 1


async def test_one_tenants_spending_is_not_anothers(ask, storage, me, clock):
    theirs = await new_tenant(storage, clock)
    await ask(Told(), Tokens(MOST.total))
    await ask(Told(), Tokens(MOST.total), tenant=theirs)
    assert await booked(storage, theirs, clock) == [call(clock, USED)]


async def test_when_a_model_was_last_asked_for_something_is_known(ask, storage, me, clock):
    await ask(Told(), purpose=Purpose.DISTIL)
    then = clock.now()
    clock.advance(hours=1)
    await ask(Told())
    async with storage.begin(me.tenant, readonly=True) as uow:
        assert await uow.usage.last(Purpose.DISTIL) == then
        assert await uow.usage.last(Purpose.PREDICT) == clock.now()
    async with storage.begin(await new_tenant(storage, clock), readonly=True) as uow:
        assert await uow.usage.last(Purpose.PREDICT) is None
