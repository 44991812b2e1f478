"""Databases that can be copied, so that every death finds the same one."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from uuid import uuid4

from clone_mcp.app import open_storage, wire
from clone_mcp.clone import Clone
from clone_mcp.settings import Settings
from tests.durability.deaths import Task
from tests.support.clock import FixedClock
from tests.support.postgres import TEMPLATE, Database, Postgres

_numbers = count()


@dataclass(frozen=True)
class Place:
    """A database, the folder of an export beside it, and the hour."""

    base: Path
    now: str
    database: Database | None = None

    @property
    def folder(self) -> Path:
        return self.base / "export"

    @property
    def settings(self) -> Settings:
        urls = {"database_url": self.database.url, "db_direct_url": self.database.owner_url} if self.database else {}
        return Settings(home=self.base / "home", secret="test", **urls)

    def clock(self) -> FixedClock:
        from datetime import datetime

        return FixedClock(datetime.fromisoformat(self.now))

    def task(self, act: str, step: str = "", number: int = 0) -> Task:
        settings = self.settings
        return Task(
            act, str(settings.home), self.now, str(self.folder), settings.database_url, settings.db_direct_url,
            step, number,
        )  # fmt: skip

    def within(self, act: Callable[[Clone, FixedClock], Awaitable[object]]) -> Place:
        """Do something in it. Gives the place back at the hour at which that ended."""
        clock = self.clock()

        async def run() -> None:
            storage = await open_storage(self.settings, clock)
            try:
                await act(wire(self.settings, storage, clock, b"test"), clock)
            finally:
                await storage.close()

        asyncio.run(run())
        return replace(self, now=clock.now().isoformat())

    @contextmanager
    def copied(self) -> Iterator[Place]:
        """Another that is the same, for as long as the block lasts."""
        base = self.base.with_name(f"copy-{next(_numbers)}")
        shutil.copytree(self.base, base)
        copy = replace(self, base=base, database=self.database and duplicate(self.database.server, self.database.name))
        yield copy
        shutil.rmtree(base)
        if copy.database:
            copy.database.drop()

    def emptied(self) -> Place:
        """The same folder with a database in which nothing is."""
        base = self.base.with_name(f"empty-{next(_numbers)}")
        shutil.copytree(self.folder, base / "export")
        return replace(self, base=base, database=self.database and self.database.server.database())


def duplicate(server: Postgres, template: str = TEMPLATE) -> Database:
    name = f"clone_{uuid4().hex}"
    asyncio.run(server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"'))
    return Database(server, name)
