"""The model, loaded by whoever asks it first. Nothing heavy is imported here."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from importlib import import_module

from clone_mcp.llm.models import SUPPORTED_MODELS
from clone_mcp.ports.language_model import Ask, LanguageModel, Reply


class DeferredModel:
    """A LanguageModel whose SDK takes a second to import: recording and local answers must not wait for it."""

    def __init__(self, api_key: str, *, base_url: str = "", shared: DeferredModel | None = None) -> None:
        """`shared` is one whose connections are used, and closed by itself."""
        self._key = api_key
        self._base_url = base_url
        self._shared = shared
        self._lock = asyncio.Lock()
        self._model: LanguageModel | None = None

    @property
    def models(self) -> Sequence[str]:
        return tuple(SUPPORTED_MODELS)

    async def answer(self, ask: Ask) -> Reply:
        return await (await self._loaded()).answer(ask)

    def with_key(self, key: str) -> LanguageModel:
        return DeferredModel(key, shared=self._shared or self)

    async def _loaded(self) -> LanguageModel:
        async with self._lock:
            if self._model is None and self._shared:
                self._model = (await self._shared._loaded()).with_key(self._key)
            if self._model is None:
                adapter = await asyncio.to_thread(import_module, "clone_mcp.llm.anthropic_model")
                make: Callable[..., LanguageModel] = adapter.AnthropicModel
                self._model = make(self._key, base_url=self._base_url or adapter.BASE_URL)
        return self._model

    async def close(self) -> None:
        if self._model is not None and self._shared is None:
            await self._model.close()
