"""A thread with a database connection of its own.

Transactions begin and end in sqlite.py, its only user: Postgres needs no such thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

from clone_mcp.storage.failures import translated

T = TypeVar("T")

_Errand = tuple[Callable[[sa.Connection], Any], asyncio.Future[Any]]


class ConnectionThread:
    """What is submitted runs in order, and runs even if nobody waits for it any more. So a cancelled caller does no
    harm: its rollback stands in line behind whatever still runs.

    An executor would do the same, and take half as long again for the way there and back.
    """

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._connection: sa.Connection | None = None
        self._line: SimpleQueue[_Errand | None] = SimpleQueue()
        self._thread: Thread | None = None

    def submit(self, function: Callable[[sa.Connection], T]) -> asyncio.Future[T]:
        """Run the function over the connection."""
        if self._thread is None:
            self._thread = Thread(target=self._work, name="clone-sqlite", daemon=True)
            self._thread.start()
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        self._line.put((function, done))
        return done

    async def close(self) -> None:
        """Close the connection once everything that was submitted has run."""
        if self._connection is not None:
            await self.submit(sa.Connection.close)
            self._connection = None
        if self._thread is not None:
            self._line.put(None)
            self._thread.join()
            self._thread = None

    def _work(self) -> None:
        while self._next():
            pass

    def _next(self) -> bool:
        """Run what is next in line. A call of its own, so that no result is held on to while the line is empty."""
        errand = self._line.get()
        if errand is None:
            return False
        function, done = errand
        try:
            told, outcome = done.set_result, self._call(function)
        except BaseException as exc:
            told, outcome = done.set_exception, exc
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            done.get_loop().call_soon_threadsafe(_tell, done, told, outcome)
        return True

    def _call(self, function: Callable[[sa.Connection], T]) -> T:
        try:
            if self._connection is None:
                self._connection = self._engine.connect()
            return function(self._connection)
        except SQLAlchemyError as exc:
            raise translated(exc) from exc


def _tell(done: asyncio.Future[Any], told: Callable[[Any], None], outcome: Any) -> None:
    if not done.done():  # whoever waited was cancelled
        told(outcome)
