"""The composition root: settings in, a wired Clone out. Only this file and `adapters.py` name adapters."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from clone_mcp.access.keys import Keys
from clone_mcp.access.passwords import Argon2, Hasher
from clone_mcp.access.spending import PaidModel
from clone_mcp.adapters import open_embedder, open_model, open_sealing
from clone_mcp.clone import Clone
from clone_mcp.errors import Unavailable
from clone_mcp.llm.spend import DailyCap, parse_cap
from clone_mcp.memory.embed import EMBED
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.embedder import Embedder
from clone_mcp.ports.hosting import Sealing
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.recording.backfill import Backfill
from clone_mcp.recording.ingest import Ingest
from clone_mcp.recording.sessions import RecordTurns
from clone_mcp.settings import Settings
from clone_mcp.sources.webhooks.intake import Webhooks
from clone_mcp.wiring import (
    access_over,
    deliver_over,
    hosting_over,
    memory_over,
    predicting_over,
    quota_over,
    worker_over,
)


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def wire(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    secret: bytes,
    *,
    model: LanguageModel | None = None,
    embedder: Embedder | None = None,
    hasher: Callable[[], Hasher] = Argon2,
) -> Clone:
    """The use cases over these adapters. Without a model nothing is ever sent to one."""
    sealing, later = open_sealing(settings), (EMBED,) if embedder else ()
    quota = quota_over(settings, storage, clock)
    ingest = Ingest(storage, clock, redact=settings.redact, later=later, quota=quota)
    paid = _paid(settings, storage, clock, model, sealing) if model else None
    memory = memory_over(settings, storage, clock, paid, embedder)
    keys = Keys(storage.directory, clock, secret)
    predicting = predicting_over(settings, storage, clock, memory.context, paid)
    return Clone(
        storage=storage,
        clock=clock,
        ingest=ingest,
        record=RecordTurns(ingest, clock),
        keys=keys,
        access=access_over(settings, storage, clock, keys, secret, hasher),
        backfill=Backfill(storage, clock, ingest, later=later),
        memory=memory,
        hosting=hosting_over(storage, clock, quota, sealing, memory),
        webhooks=Webhooks(storage, clock, ingest, secret, sealing=sealing),
        worker=worker_over(storage, clock, memory, predicting, quota),
        deliver=deliver_over(settings, ingest, predicting),
        **predicting,
    )


def _paid(
    settings: Settings, storage: Storage, clock: Clock, model: LanguageModel, sealing: Sealing | None
) -> PaidModel:
    cap = DailyCap(parse_cap(settings.daily_cap))
    return PaidModel(storage, clock, model, cap, tokens_per_day=settings.tokens_per_day, sealing=sealing)


async def open_storage(settings: Settings, clock: Clock) -> Storage:
    """The storage that the settings name. SQLAlchemy is loaded here, in a thread, and nowhere earlier."""
    await asyncio.to_thread(_load_storage, settings.url)
    from clone_mcp.storage.sql_storage import SqlStorage  # noqa: PLC0415 (0.2 s that tools/list must not wait for)

    if is_sqlite(settings.url):
        from clone_mcp.storage.sqlite import SqliteDatabase  # noqa: PLC0415

        file = SqliteDatabase(sqlite_path(settings.url), upgrade=_upgrade_sqlite, synchronous=settings.synchronous)
        return await SqlStorage.open(file, clock.now)
    from clone_mcp.storage.postgres import PostgresDatabase  # noqa: PLC0415

    database = PostgresDatabase(
        settings.url,
        pooler=settings.db_pooler,
        worker_url=settings.db_worker_url,
        connections=settings.db_connections,
    )
    return await SqlStorage.open(database, clock.now)


@asynccontextmanager
async def opened(settings: Settings) -> AsyncGenerator[Clone]:
    """A wired Clone, for as long as the block lasts. Raises Unavailable when its files or database can't be opened."""
    clock = SystemClock()
    try:
        secret = secret_of(settings)
        storage = await open_storage(settings, clock)
    except OSError as exc:
        raise Unavailable(
            f"Clone's files or its database can't be opened: {exc.strerror or type(exc).__name__}.",
            hint="Check CLONE_HOME and CLONE_DATABASE_URL: `clone-mcp doctor` shows what they name.",
        ) from exc
    async with AsyncExitStack() as stack:
        stack.push_async_callback(storage.close)
        model = open_model(settings)
        if model is not None:
            stack.push_async_callback(model.close)
        embedder = await asyncio.to_thread(open_embedder, settings.embedder) if settings.embedder else None
        yield wire(settings, storage, clock, secret, model=model, embedder=embedder)


def _upgrade_sqlite(connection: Any) -> None:
    from clone_mcp.storage import migrate  # noqa: PLC0415 (Alembic, which only an old schema needs)

    migrate.upgrade(connection)


def _load_storage(url: str) -> None:
    import_module("clone_mcp.storage.sql_storage")
    import_module("clone_mcp.storage.sqlite" if is_sqlite(url) else "clone_mcp.storage.postgres")


def is_sqlite(url: str) -> bool:
    """Whether the URL names a file, not a Postgres database. Settings let no third kind through."""
    return url.startswith("sqlite")


def sqlite_path(url: str) -> Path:
    """The file that a sqlite URL names."""
    return Path(url.partition(":///")[2]).expanduser()


def secret_of(settings: Settings) -> bytes:
    """What keys are hashed with: from the settings, or from a file in the home that is made at first use."""
    if settings.secret:
        return settings.secret.encode()
    path = settings.home / "secret"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f"secret.{os.getpid()}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(secrets.token_hex(32).encode())
        # Whoever links first wins; everybody then reads the same file, whole.
        with suppress(FileExistsError):
            os.link(draft, path)
        draft.unlink()
    return path.read_bytes()
