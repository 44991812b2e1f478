"""The model, loaded by whoever asks it first. Nothing heavy is imported here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module

from clone_mcp.llm.models import SUPPORTED_MODELS
from clone_mcp.ports.language_model import Ask, LanguageModel, Reply


class DeferredModel:
    """A LanguageModel whose SDK takes a second to import: recording and local answers must not wait for it."""

    def __init__(self, api_key: str, *, base_url: str = "") -> None:
        self._key = api_key
        self._base_url = base_url
        self._lock = asyncio.Lock()
        self._model: LanguageModel | None = None

    @property
    def models(self) -> Sequence[str]:
        return tuple(SUPPORTED_MODELS)

    async def answer(self, ask: Ask) -> Reply:
        async with self._lock:
            if self._model is None:
                adapter = await asyncio.to_thread(import_module, "clone_mcp.llm.anthropic_model")
                make: Callable[..., LanguageModel] = adapter.AnthropicModel
                self._model = make(self._key, base_url=self._base_url or adapter.BASE_URL)
        return await self._model.answer(ask)

    async def close(self) -> None:
        if self._model is not None:
            await self._model.close()
