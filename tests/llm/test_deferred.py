"""The model is loaded by whoever asks it first, and only if it is allowed."""

from __future__ import annotations

import subprocess
import sys

import pytest

from clone_mcp.app import open_model
from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.llm.deferred import DeferredModel
from clone_mcp.llm.models import SUPPORTED_MODELS
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.settings import Settings
from tests.llm.asking import ASK, GOOD
from tests.support.anthropic_server import KEY, AnthropicServer, answers


async def test_it_answers_like_the_model_that_it_loads(server: AnthropicServer) -> None:
    server.will(answers(GOOD), answers(GOOD))
    model: LanguageModel = DeferredModel(KEY, base_url=server.url)
    assert [(await model.answer(ASK)).value for _ in range(2)] == [GOOD, GOOD]
    assert tuple(model.models) == tuple(SUPPORTED_MODELS)
    await model.close()


async def test_what_was_never_asked_has_nothing_to_close() -> None:
    await DeferredModel(KEY).close()


async def test_a_model_without_a_key_says_how_to_give_one() -> None:
    model = open_model(Settings(predictor="cascade"))
    assert model is not None
    with pytest.raises(Unavailable) as refused:
        await model.answer(ASK)
    assert "CLONE_ANTHROPIC_API_KEY" in refused.value.hint


def test_no_model_is_opened_where_none_is_allowed() -> None:
    assert open_model(Settings()) is None
    assert open_model(Settings(anthropic_api_key=KEY, predictor="local")) is None
    assert open_model(Settings(anthropic_api_key=KEY)) is not None


@pytest.mark.parametrize("bad", [{"model": "gpt-4"}, {"daily_cap": "a lot"}])
def test_a_model_or_a_cap_that_can_not_be_meant_is_refused_by_its_name(bad: dict[str, str]) -> None:
    with pytest.raises(Invalid) as refused:
        open_model(Settings(**bad))
    assert f"CLONE_{next(iter(bad)).upper()}" in str(refused.value)


def test_allowing_a_model_does_not_load_its_sdk() -> None:
    program = (
        "import sys; from clone_mcp.app import open_model; from clone_mcp.settings import Settings;"
        "open_model(Settings(anthropic_api_key='x')); sys.exit('anthropic' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
