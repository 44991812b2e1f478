from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from clone_mcp.llm.anthropic_model import AnthropicModel
from tests.support.anthropic_server import KEY, AnthropicServer, anthropic_server


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the machine's proxy is, the loopback address is reached without it."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
async def server() -> AsyncIterator[AnthropicServer]:
    async with anthropic_server() as running:
        yield running


@pytest.fixture
async def model(server: AnthropicServer) -> AsyncIterator[AnthropicModel]:
    opened = AnthropicModel(KEY, base_url=server.url, pauses=(0.01, 0.02), chance=lambda: 0.5)
    yield opened
    await opened.close()
