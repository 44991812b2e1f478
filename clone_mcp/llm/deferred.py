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
        return await (await self.loaded()).answer(ask)

    def with_key(self, key: str) -> LanguageModel:
        return _WithKey(self, key)

    async def loaded(self) -> LanguageModel:
        """The model itself."""
        async with self._lock:
            if self._model is None:
                adapter = await asyncio.to_thread(import_module, "clone_mcp.llm.anthropic_model")
                make: Callable[..., LanguageModel] = adapter.AnthropicModel
                self._model = make(self._key, base_url=self._base_url or adapter.BASE_URL)
        return self._model

    async def close(self) -> None:
        if self._model is not None:
            await self._model.close()


class _WithKey:
    """The same on another's account."""

    def __init__(self, shared: DeferredModel, key: str) -> None:
        self._shared = shared
        self._key = key

    @property
    def models(self) -> Sequence[str]:
        return self._shared.models

    async def answer(self, ask: Ask) -> Reply:
        return await (await self._shared.loaded()).with_key(self._key).answer(ask)

    def with_key(self, key: str) -> LanguageModel:
        return _WithKey(self._shared, key)

    async def close(self) -> None:
        """The connections are the shared one's."""
