"""Group commit: whatever waits when a transaction can start goes into that one transaction.

It knows no database: sql_storage.py hands it the function that commits.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable, Sequence
from typing import Generic, TypeVar

from clone_mcp.errors import Unavailable

Item = TypeVar("Item")
Result = TypeVar("Result")


class GroupCommit(Generic[Item, Result]):
    """Collects items by key and commits each key's together, one transaction of a key at a time.

    A caller gets its result after the commit that made it durable. Alone it waits for nobody; in a crowd it shares.
    A caller that is cancelled leaves its item in: what was handed over is written.
    """

    def __init__(self, commit: Callable[[Sequence[Item]], Awaitable[Sequence[Result]]]) -> None:
        self._commit = commit
        self._waiting: dict[Hashable, list[tuple[Item, asyncio.Future[Result]]]] = {}
        self._workers: set[asyncio.Task[None]] = set()

    async def add(self, key: Hashable, item: Item) -> Result:
        """Commit the item; returns when it is durable."""
        done: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        if key in self._waiting:
            self._waiting[key].append((item, done))
        else:
            self._waiting[key] = [(item, done)]
            worker = asyncio.create_task(self._work(key))
            self._workers.add(worker)
            worker.add_done_callback(self._workers.discard)
        return await done

    async def drain(self) -> None:
        """Wait until everything handed over so far is committed."""
        while self._workers:
            await asyncio.wait(self._workers)

    async def _work(self, key: Hashable) -> None:
        batch: list[tuple[Item, asyncio.Future[Result]]] = []
        try:
            while batch := self._waiting[key]:
                self._waiting[key] = []
                await self._commit_batch(batch)
        finally:
            # Empty, unless the event loop is being shut down: then nobody may be left waiting.
            for _, done in (*batch, *self._waiting.pop(key)):
                done.cancel()

    async def _commit_batch(self, batch: list[tuple[Item, asyncio.Future[Result]]]) -> None:
        try:
            results = await self._commit([item for item, _ in batch])
        except Exception as exc:
            if len(batch) > 1 and not isinstance(exc, Unavailable):
                for single in batch:  # one that can't be written must not take the others with it
                    await self._commit_batch([single])
                return
            for _, done in batch:
                if not done.done():
                    done.set_exception(exc)
            return
        for (_, done), result in zip(batch, results, strict=True):
            if not done.done():
                done.set_result(result)
