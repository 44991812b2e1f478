"""The composition root: settings in, a wired Clone out. Only this file names adapters."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from clone_mcp.access.passwords import Argon2
from clone_mcp.access.sealing import Sealing
from clone_mcp.access.spending import PaidModel
from clone_mcp.access.use_cases import access_over
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.evaluation.use_cases import evaluation_over
from clone_mcp.jobs.use_cases import jobs_over
from clone_mcp.llm.deferred import DeferredModel
from clone_mcp.llm.models import SUPPORTED_MODELS
from clone_mcp.llm.spend import DailyCap, parse_cap
from clone_mcp.memory.sync import EMBED
from clone_mcp.memory.use_cases import memory_over
from clone_mcp.ports import Clock, ScratchStorage, Storage
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.ports.rows import Embedder
from clone_mcp.prediction.use_cases import prediction_over
from clone_mcp.recording.use_cases import recording_over
from clone_mcp.settings import Settings
from clone_mcp.sources.use_cases import sources_over


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
    hasher: Callable[[], Argon2] = Argon2,
) -> Clone:
    """The layers over these adapters. Without a model nothing is ever sent to one."""
    sealing, later = open_sealing(settings), (EMBED,) if embedder else ()
    access = access_over(settings, storage, clock, secret, sealing=sealing, hasher=hasher)
    recording = recording_over(storage, clock, redact=settings.redact, later=later, quota=access.quota)
    paid = _paid(settings, storage, clock, model, sealing) if model else None
    memory = memory_over(settings, storage, clock, open_scratch, paid, embedder, _nonce)
    prediction = prediction_over(settings, storage, clock, memory.context, paid, _nonce)
    return Clone(
        access=access,
        recording=recording,
        memory=memory,
        prediction=prediction,
        evaluation=evaluation_over(settings, storage, memory.promote, memory.offers, memory.as_of, paid, _nonce),
        sources=sources_over(storage, clock, recording.ingest, secret, sealing),
        jobs=jobs_over(
            settings, storage, clock, access.quota, recording=recording, memory=memory, prediction=prediction
        ),
    )


def _nonce() -> str:
    return secrets.token_hex(16)


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


def open_scratch(now: Callable[[], datetime]) -> AbstractAsyncContextManager[ScratchStorage]:
    """An empty storage in memory. SQLAlchemy is loaded by then: what is copied into it lies in the storage."""
    from clone_mcp.storage.scratch import scratch  # noqa: PLC0415

    return scratch(now)


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


def open_embedder(folder: Path) -> Embedder:
    """The sentence model in a folder. Raises Invalid when there is none."""
    from clone_mcp.semantic.minilm import MiniLm  # noqa: PLC0415 (loaded when it is chosen)

    try:
        return MiniLm(folder)
    except (OSError, ValueError, KeyError) as exc:
        raise Invalid(
            f"CLONE_EMBEDDER names no model that can be read: {exc}.",
            hint="It needs config.json, model.safetensors and vocab.txt as all-MiniLM-L6-v2 has them.",
        ) from exc


def open_sealing(settings: Settings) -> Sealing | None:
    """What tenants' secrets are encrypted with, if the settings say so. Raises Invalid for keys that are none."""
    return Sealing.of(settings.encryption_keys) if settings.encryption_keys else None


def open_model(settings: Settings) -> LanguageModel | None:
    """The model that the settings allow, if they allow one. Raises Invalid for a name or a cap that can't be meant."""
    if settings.model not in SUPPORTED_MODELS:
        raise Invalid(
            f"CLONE_MODEL names {settings.model!r}, which Clone does not ask.",
            hint=f"Use {', '.join(SUPPORTED_MODELS)}.",
        )
    try:
        parse_cap(settings.daily_cap)
    except Invalid as exc:
        raise Invalid(f"CLONE_DAILY_CAP can't be read: {exc.message}", hint=exc.hint) from exc
    if not settings.asks_a_model:
        return None
    return DeferredModel(settings.anthropic_api_key, base_url=settings.model_base_url)


async def upgrade_postgres(settings: Settings) -> str:
    """Bring a Postgres schema up to date as its owner, and say which revision it is at."""
    from clone_mcp.storage import migrate  # noqa: PLC0415 (Alembic)

    return await migrate.upgrade_postgres(settings.db_direct_url or settings.url)


def back_up(database: Path, copy: Path) -> None:
    """Write a copy of a SQLite database."""
    from clone_mcp.storage import backup  # noqa: PLC0415

    backup.back_up(database, copy)


def restore(copy: Path, database: Path) -> None:
    """Put a copy in the place of a SQLite database."""
    from clone_mcp.storage import backup  # noqa: PLC0415

    backup.restore(copy, database)


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
