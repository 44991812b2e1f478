"""A day's cap, checked before each call."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clone_mcp.errors import Invalid
from clone_mcp.llm.models import SUPPORTED_MODELS, dearest
from clone_mcp.llm.spend import Cap, DailyCap, Dollars, Tokens, parse_cap
from clone_mcp.ports.language_model import Ask, Budget, Spending, Usage

ASK = Ask("s" * 1000, "v" * 1000, {"type": "object"}, "prediction", "claude-sonnet-4-6", max_tokens=1000)
LARGE = Spending("claude-sonnet-4-6", Usage(input_tokens=200_000, output_tokens=26_000))  # 0.99 dollars

usages = st.builds(Usage, *[st.integers(0, 10_000_000)] * 4)
spendings = st.builds(Spending, st.sampled_from([*SUPPORTED_MODELS, "gone"]), usages)
caps = st.one_of(st.builds(Dollars, st.floats(0, 1000)), st.builds(Tokens, st.integers(0, 10_000_000)))


def test_a_fresh_day_allows_a_call_and_a_spent_one_does_not():
    budget: Budget = DailyCap(Dollars(1.00))

    assert budget.allows([], ASK)
    assert not budget.allows([LARGE], ASK)
    assert budget.cost(LARGE) == pytest.approx(0.99)


def test_a_cap_of_nothing_allows_nothing():
    assert not DailyCap(Dollars(0)).allows([], ASK)
    assert not DailyCap(Tokens(0)).allows([], ASK)


def test_a_cap_in_tokens_counts_all_of_them_and_what_the_call_may_need():
    needed = DailyCap(Tokens(0)).worst_case(ASK).total
    spent = Spending("gone", Usage(1, 2, 3, 4))

    assert DailyCap(Tokens(10 + needed)).allows([spent], ASK)
    assert not DailyCap(Tokens(9 + needed)).allows([spent], ASK)


def test_a_model_without_a_price_is_counted_at_the_dearest_one():
    unpriced = Spending("claude-fable-5-2", Usage(output_tokens=10_000))

    assert dearest(unpriced.usage) == 0.5
    assert DailyCap(Dollars(0.6)).cost(unpriced) is None
    assert not DailyCap(Dollars(0.5)).allows([unpriced], ASK)
    assert DailyCap(Dollars(0.6)).allows([unpriced], ASK)


def test_the_worst_case_covers_the_prompt_the_schema_the_answer_and_the_thinking():
    plain = DailyCap(Tokens(0)).worst_case(ASK)
    thinking = DailyCap(Tokens(0)).worst_case(
        Ask("s" * 1000, "v" * 1000, {"type": "object"}, "prediction", "claude-opus-5-5", max_tokens=1000)
    )

    assert plain == Usage(cache_write_tokens=1009, output_tokens=1000)
    assert thinking.output_tokens == 1000 + SUPPORTED_MODELS["claude-opus-5-5"].room


@given(caps, st.lists(spendings, max_size=5), spendings)
def test_spending_more_never_makes_room(cap: Cap, today: list[Spending], more: Spending):
    budget = DailyCap(cap)

    assert budget.allows(today, ASK) or not budget.allows([*today, more], ASK)


@pytest.mark.parametrize(
    ("text", "cap"),
    [
        ("2.50", Dollars(2.5)),
        (" $2 ", Dollars(2)),
        ("0", Dollars(0)),
        ("200000 tokens", Tokens(200_000)),
        ("200_000 Tokens", Tokens(200_000)),
        ("1,000,000tokens", Tokens(1_000_000)),
    ],
)
def test_a_setting_names_a_cap(text: str, cap: Cap):
    assert parse_cap(text) == cap


@pytest.mark.parametrize("text", ["", "much", "-1", "2 euros", "1e3", "nan", "inf", "tokens"])
def test_what_names_no_cap_is_refused(text: str):
    with pytest.raises(Invalid, match="dollars or of tokens"):
        parse_cap(text)
