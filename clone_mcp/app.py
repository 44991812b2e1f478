"""The composition root: settings in, a wired Clone out. The only file that names adapters."""

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

from clone_mcp.access.access import access_by
from clone_mcp.access.keys import Keys
from clone_mcp.access.passwords import Argon2, Hasher
from clone_mcp.access.spending import PaidModel
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid, Unavailable
from clone_mcp.jobs.schedule import with_daily
from clone_mcp.jobs.worker import worker_for
from clone_mcp.llm.deferred import DeferredModel
from clone_mcp.llm.models import SUPPORTED_MODELS
from clone_mcp.llm.spend import DailyCap, parse_cap
from clone_mcp.memory.embed import EMBED
from clone_mcp.ports import Clock, Storage
from clone_mcp.ports.embedder import Embedder
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.prediction.batch import PredictBatch
from clone_mcp.prediction.calibrate import Calibrate
from clone_mcp.prediction.continuation import PredictContinuation
from clone_mcp.prediction.feedback import SubmitFeedback
from clone_mcp.prediction.materials import Gather
from clone_mcp.prediction.settle import Settle
from clone_mcp.prediction.stats import Stats
from clone_mcp.prediction.switches import Switches
from clone_mcp.recording.ingest import Ingest
from clone_mcp.recording.sessions import RecordTurns
from clone_mcp.settings import Settings, listed
from clone_mcp.sources.webhooks.intake import Webhooks
from clone_mcp.wiring import backtest_over, memory_over, predict_over, work_of


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
    ingest = Ingest(storage, clock, redact=settings.redact, later=(EMBED,) if embedder else ())
    paid = PaidModel(storage, clock, model, DailyCap(parse_cap(settings.daily_cap))) if model else None
    memory = memory_over(settings, storage, clock, paid, embedder)
    keys = Keys(storage.directory, clock, secret)
    gather = Gather(storage, clock, memory.context, paid)
    predict = predict_over(settings, storage, clock, gather)
    settle = Settle(storage, clock)
    calibrate = Calibrate(storage, clock, settle, promise=settings.promised)
    kinds = with_daily(work_of(memory, settle, calibrate), storage, clock, model=paid is not None)
    return Clone(
        storage=storage,
        clock=clock,
        ingest=ingest,
        record=RecordTurns(ingest, clock),
        predict=predict,
        predict_batch=PredictBatch(clock, predict),
        continuation=PredictContinuation(storage, clock, redact=settings.redact, gather=gather, shadow=settings.shadow),
        feedback=SubmitFeedback(storage, clock, redact=settings.redact),
        settle=settle,
        calibrate=calibrate,
        switches=Switches(storage, clock),
        stats=Stats(storage, clock, settle, promise=settings.promised),
        backtest=backtest_over(settings, storage, paid),
        keys=keys,
        access=access_by(
            storage.directory,
            clock,
            keys,
            secret=secret,
            token_secrets=listed(settings.token_secrets),
            hasher=hasher,
            mode=settings.signup,
        ),
        memory=memory,
        webhooks=Webhooks(storage, clock, ingest, secret),
        worker=worker_for(storage.work, clock, kinds),
    )


async def open_storage(settings: Settings, clock: Clock) -> Storage:
    """The storage that the settings name. SQLAlchemy is loaded here, in a thread, and nowhere earlier."""
    await asyncio.to_thread(_load_storage, settings.url)
    from clone_mcp.storage.sql_storage import SqlStorage  # noqa: PLC0415 (0.2 s that tools/list must not wait for)

    if is_sqlite(settings.url):
        from clone_mcp.storage.sqlite import SqliteDatabase  # noqa: PLC0415

        file = SqliteDatabase(sqlite_path(settings.url), upgrade=_upgrade_sqlite, synchronous=settings.synchronous)
        return await SqlStorage.open(file, clock.now)
    from clone_mcp.storage.postgres import PostgresDatabase  # noqa: PLC0415

    database = PostgresDatabase(settings.url, pooler=settings.db_pooler, worker_url=settings.db_worker_url)
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
            hint="Check CLONE_HOME and CLONE_DATABASE_URL; `clone-mcp doctor` says more.",
        ) from exc
    async with AsyncExitStack() as stack:
        stack.push_async_callback(storage.close)
        model = open_model(settings)
        if model is not None:
            stack.push_async_callback(model.close)
        embedder = await asyncio.to_thread(open_embedder, settings.embedder) if settings.embedder else None
        yield wire(settings, storage, clock, secret, model=model, embedder=embedder)


def open_embedder(folder: Path) -> Embedder:
    """The sentence model in a folder. Raises Invalid when there is none, or no numpy to run it with."""
    # One thread: the texts are short, and many threads waiting for each other take a hundred times as long.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from clone_mcp.semantic.minilm import MiniLm  # noqa: PLC0415 (numpy, which only this needs)

        return MiniLm(folder)
    except ModuleNotFoundError as exc:
        raise Invalid("CLONE_EMBEDDER needs numpy.", hint="Install `clone-mcp[semantic]`.") from exc
    except (OSError, ValueError, KeyError) as exc:
        raise Invalid(
            f"CLONE_EMBEDDER names no model that can be read: {exc}.",
            hint="It needs config.json, model.safetensors and vocab.txt as all-MiniLM-L6-v2 has them.",
        ) from exc


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


def _upgrade_sqlite(connection: Any) -> None:
    from clone_mcp.storage import migrate  # noqa: PLC0415 (Alembic, which only an old schema needs)

    migrate.upgrade(connection)


async def upgrade_postgres(settings: Settings) -> str:
    """Bring a Postgres schema up to date as its owner, and say which revision it is at."""
    from clone_mcp.storage import migrate  # noqa: PLC0415 (Alembic)

    try:
        return await migrate.upgrade_postgres(settings.db_direct_url or settings.url)
    except OSError as exc:
        raise Unavailable(
            f"The database server can't be reached: {exc.strerror or type(exc).__name__}.",
            hint="Check CLONE_DB_DIRECT_URL or CLONE_DATABASE_URL.",
        ) from exc


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
