"""The list of models and prices, held against the installed SDK and against plain arithmetic."""

from __future__ import annotations

import subprocess
import sys
from typing import get_args

from anthropic.resources.messages import DEPRECATED_MODELS
from anthropic.types import ModelParam

from clone_mcp.llm.models import DEFAULT_MODEL, SUPPORTED_MODELS, Thinking, cost, dearest
from clone_mcp.ports.language_model import Usage

EVERYTHING = Usage(1_000_000, 1_000_000, 1_000_000, 1_000_000)


def test_the_sdk_knows_every_model_and_calls_none_deprecated():
    literal, _ = get_args(ModelParam)

    assert set(SUPPORTED_MODELS) <= set(get_args(literal))
    assert set(SUPPORTED_MODELS) & set(DEPRECATED_MODELS) == set()


def test_the_default_is_the_contracts_and_stands_first():
    assert (DEFAULT_MODEL, next(iter(SUPPORTED_MODELS))) == ("claude-sonnet-4-6", "claude-sonnet-4-6")


def test_each_kind_of_token_has_its_price():
    assert cost(Usage(input_tokens=1_000_000), DEFAULT_MODEL) == 3
    assert cost(Usage(output_tokens=1_000_000), DEFAULT_MODEL) == 15
    assert cost(Usage(cache_write_tokens=1_000_000), DEFAULT_MODEL) == 3.75
    assert cost(Usage(cache_read_tokens=1_000_000), DEFAULT_MODEL) == 0.30
    assert cost(Usage(), DEFAULT_MODEL) == 0


def test_what_the_list_does_not_price_costs_an_unknown_amount():
    assert cost(EVERYTHING, "claude-fable-5-2") is None
    assert cost(EVERYTHING, "a-model-of-yesterday") is None
    assert cost(Usage(input_tokens=100_000), "claude-haiku-5-5") == 0.01
    assert cost(Usage(input_tokens=100_000, cache_read_tokens=1), "claude-haiku-5-5") is None


def test_a_cached_token_is_cheaper_to_read_and_dearer_to_write_than_a_plain_one():
    prices = [model.price for model in SUPPORTED_MODELS.values() if model.price]

    assert all(price.cache_read < price.input < price.cache_write < price.output for price in prices)


def test_nothing_on_the_list_costs_more_than_the_dearest():
    costs = [cost(EVERYTHING, name) for name in SUPPORTED_MODELS]

    assert max(amount for amount in costs if amount is not None) == dearest(EVERYTHING)


def test_only_models_that_always_think_get_room_for_it():
    assert {model.room > 0 for model in SUPPORTED_MODELS.values() if model.thinking is Thinking.ALWAYS} == {True}
    assert {model.room for model in SUPPORTED_MODELS.values() if model.thinking is not Thinking.ALWAYS} == {0}


def test_the_list_the_cap_and_the_port_are_imported_without_the_sdk():
    program = "import clone_mcp.llm, clone_mcp.llm.models, clone_mcp.llm.spend, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)

    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert {"anthropic", "httpx2", "jsonschema"} & set(loaded.stdout.split()) == set()
