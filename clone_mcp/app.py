"""The composition root: settings in, a wired Clone out. The only file that names adapters."""

from __future__ import annotations

import asyncio
import os
import secrets
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path

from clone_mcp.access.keys import Keys
from clone_mcp.clone import Clone, Memory
from clone_mcp.errors import Unavailable
from clone_mcp.jobs.handlers import handlers
from clone_mcp.jobs.worker import Worker
from clone_mcp.memory.context import Context
from clone_mcp.memory.correct import Correct
from clone_mcp.memory.episodes import PromoteEpisodes
from clone_mcp.memory.facts import PromoteFacts
from clone_mcp.memory.forget import Forget
from clone_mcp.memory.markdown.apply import Markdown
from clone_mcp.memory.markdown.restore import Restore
from clone_mcp.memory.profile import CompileProfile
from clone_mcp.memory.review import Reviews
from clone_mcp.memory.search import Search
from clone_mcp.memory.statements import AddFact, State
from clone_mcp.memory.sync import Sync
from clone_mcp.memory.trace import Trace
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.continuation import PredictContinuation
from clone_mcp.prediction.feedback import SubmitFeedback
from clone_mcp.prediction.predict import Predict
from clone_mcp.prediction.predictors.local import LocalPredictor
from clone_mcp.recording.ingest import Ingest
from clone_mcp.recording.sessions import RecordTurns
from clone_mcp.settings import Settings


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()


def wire(settings: Settings, storage: Storage, clock: Clock, secret: bytes) -> Clone:
    """The use cases over these adapters."""
    ingest = Ingest(storage, clock, redact=settings.redact)
    memory = _memory(storage, clock, ingest)
    work = handlers(
        sync=memory.sync,
        episodes=memory.promote_episodes,
        facts=memory.promote_facts,
        profile=memory.compile_profile,
    )
    return Clone(
        storage=storage,
        clock=clock,
        ingest=ingest,
        record=RecordTurns(ingest, clock),
        predict=Predict(storage, clock, LocalPredictor(), redact=settings.redact),
        continuation=PredictContinuation(storage, clock, redact=settings.redact),
        feedback=SubmitFeedback(storage, clock, redact=settings.redact),
        keys=Keys(storage.directory, clock, secret),
        memory=memory,
        worker=Worker(storage.work, clock, work),
    )


def _memory(storage: Storage, clock: Clock, ingest: Ingest) -> Memory:
    state = State(ingest, clock)
    correct, add_fact = Correct(storage, clock, state), AddFact(storage, clock, state)
    return Memory(
        sync=Sync(storage),
        promote_episodes=PromoteEpisodes(storage, clock),
        promote_facts=PromoteFacts(storage, clock),
        compile_profile=CompileProfile(storage, clock),
        context=Context(storage, clock),
        trace=Trace(storage),
        search=Search(storage),
        correct=correct,
        add_fact=add_fact,
        reviews=Reviews(storage, clock),
        forget=Forget(storage, clock),
        markdown=Markdown(storage, clock, correct, add_fact),
        restore=Restore(storage, clock),
    )


async def open_storage(settings: Settings, clock: Clock) -> Storage:
    """The storage that the settings name. SQLAlchemy is loaded here, in a thread, and nowhere earlier."""
    await asyncio.to_thread(_load_storage, settings.url)
    from clone_mcp.storage.sql_storage import SqlStorage  # noqa: PLC0415 (0.2 s that tools/list must not wait for)

    if is_sqlite(settings.url):
        from clone_mcp.storage.sqlite import SqliteDatabase  # noqa: PLC0415

        return await SqlStorage.open(
            SqliteDatabase(sqlite_path(settings.url), synchronous=settings.synchronous), clock.now
        )
    from clone_mcp.storage.postgres import PostgresDatabase  # noqa: PLC0415

    return await SqlStorage.open(PostgresDatabase(settings.url, pooler=settings.db_pooler), clock.now)


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
    try:
        yield wire(settings, storage, clock, secret)
    finally:
        await storage.close()


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
