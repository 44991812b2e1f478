"""Procrastinate's worker over our handlers. Imported only where jobs are worked off."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

import psycopg
from procrastinate import App, BaseRetryStrategy, JobContext, PsycopgConnector, RetryDecision
from procrastinate.exceptions import ConnectorException
from procrastinate.jobs import Job

from clone_mcp.errors import Unavailable
from clone_mcp.logs import log_failure
from clone_mcp.ports.work import DAILY, KEPT, MOST_ATTEMPTS, Handlers, retry_after

log = logging.getLogger(__name__)

CONCURRENCY = 4
"""Jobs at a time, and connections that the worker holds."""
HEARTBEAT_SECONDS = 10.0
"""A third of the time below, so that two may get lost."""
STALLED_SECONDS = 30.0
"""A worker that has not been heard of for so long is gone, and its jobs are anybody's."""
_BEGIN_DAY = "clone_begin_day"
_AT_THREE = "0 3 * * *"
_A_DAY = 24 * 3600

_RESCUE = """
UPDATE procrastinate_jobs j SET status = (CASE WHEN attempts + 1 < %(most)s THEN 'todo' ELSE 'failed' END)
        ::procrastinate_job_status,
    attempts = attempts + 1, scheduled_at = now(), worker_id = NULL, args = args || '{"error": "WorkerLost"}'
WHERE status = 'doing' AND (
    NOT EXISTS (SELECT FROM procrastinate_workers w WHERE w.id = j.worker_id
        AND w.last_heartbeat > now() - make_interval(secs => %(stalled)s))
    OR (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id AND e.type = 'started')
        < now() - interval '1 hour'
)
"""
_NOTE_ERROR = "UPDATE procrastinate_jobs SET args = args || %(error)s WHERE id = %(id)s"
_GIVE_EVERYBODY = "SELECT clone_enqueue(id, %(kind)s, '{}', %(kind)s, NULL, interval '0') FROM tenants"
_FORGET = """
DELETE FROM procrastinate_jobs j WHERE status NOT IN ('todo', 'doing')
    AND (SELECT max(at) FROM procrastinate_events e WHERE e.job_id = j.id) < now() - make_interval(days => %(days)s)
"""


async def run(url: str, handlers: Handlers, *, pooler: bool, grace: float, look_seconds: float) -> None:
    """Until cancelled; a job under way is then cut off after `grace` seconds, and due again.

    Whatever goes wrong with the database, it is tried again after `look_seconds`.
    """
    while True:
        try:
            async with _Work(url, handlers, pooler=pooler).opened() as work:
                await work.for_ever(grace, look_seconds)
        except (ConnectorException, psycopg.Error, OSError) as exc:
            log.warning("The worker lost the database: %s", type(exc).__name__)
        except Exception as exc:
            log_failure(log, "The worker", exc)
        await asyncio.sleep(look_seconds)


async def drain(url: str, handlers: Handlers, *, pooler: bool) -> int:
    """Do what is due; how many tries that was."""
    try:
        async with _Work(url, handlers, pooler=pooler).opened() as work:
            await work.rescue()
            await work.once()
            return work.tries
    except (ConnectorException, psycopg.Error, OSError) as exc:
        raise Unavailable("The jobs can't be reached right now.", hint="Try again.") from exc


class _Work:
    """Procrastinate's application, with a task for each kind of job."""

    def __init__(self, url: str, handlers: Handlers, *, pooler: bool) -> None:
        driver, colon, rest = url.partition(":")
        # Behind a pooler nothing may outlive its transaction: no prepared statement, and no LISTEN either.
        session: dict[str, Any] = {"application_name": "clone-worker"}
        if pooler:
            session["prepare_threshold"] = None
        conninfo = driver.partition("+")[0] + colon + rest
        self._listens = not pooler
        self._connector = PsycopgConnector(conninfo=conninfo, kwargs=session, min_size=1, max_size=CONCURRENCY)
        self._app = App(connector=self._connector, periodic_defaults={"max_delay": _A_DAY})
        self._queues = [*handlers, _BEGIN_DAY]
        self._handlers = handlers
        self.tries = 0
        for kind in handlers:
            self._app.task(name=kind, queue=kind, pass_context=True, retry=_Retry())(self._task(kind))

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[_Work]:
        try:
            async with self._app.open_async():
                yield self
        finally:
            # Opening that is cut short leaves its connections' tasks behind, and the process would wait for them.
            await self._connector.close_async()

    async def for_ever(self, grace: float, look_seconds: float) -> None:
        if DAILY in self._handlers:
            begin = self._app.task(name=_BEGIN_DAY, queue=_BEGIN_DAY, retry=_Retry())(self._begin_day)
            # Several workers defer it once, and one that was away at the time does so when it comes back.
            self._app.periodic(cron=_AT_THREE)(begin)
        rescuer = asyncio.create_task(self._rescue_for_ever())
        try:
            await self._work(
                wait=True,
                concurrency=CONCURRENCY,
                listen_notify=self._listens,
                fetch_job_polling_interval=look_seconds,
                shutdown_graceful_timeout=grace,
            )
        finally:
            rescuer.cancel()

    async def once(self) -> None:
        # One at a time, so that it is through only when what the last job enqueued is done too.
        await self._work(wait=False, concurrency=1, listen_notify=False)

    async def _work(self, **how: Any) -> None:
        await self._app.run_worker_async(
            queues=self._queues,
            install_signal_handlers=False,  # they are the server's
            update_heartbeat_interval=HEARTBEAT_SECONDS,
            stalled_worker_timeout=STALLED_SECONDS,
            **how,
        )

    def _task(self, kind: str) -> Any:
        async def task(context: JobContext, tenant: str, payload: dict[str, Any], **_id_and_error: str) -> None:
            self.tries += 1
            try:
                await self._handlers[kind](UUID(tenant), payload)
            except Exception as exc:
                log_failure(log, f"Job {kind}, try {context.job.attempts + 1},", exc)
                error = {"error": type(exc).__name__}
                await self._connector.execute_query_async(_NOTE_ERROR, id=context.job.id, error=error)
                raise

        return task

    async def _begin_day(self, timestamp: int) -> None:
        """Every tenant gets its daily job; jobs that were finished long ago are forgotten."""
        await self._connector.execute_query_async(_GIVE_EVERYBODY, kind=DAILY)
        await self._connector.execute_query_async(_FORGET, days=KEPT.days)

    async def rescue(self) -> None:
        """Free the jobs of workers that are gone. One statement, so that two rescuers never free a job twice."""
        await self._connector.execute_query_async(_RESCUE, most=MOST_ATTEMPTS, stalled=STALLED_SECONDS)

    async def _rescue_for_ever(self) -> None:
        while True:
            try:
                await self.rescue()
            except Exception as exc:
                log.warning("Nobody looked for abandoned jobs: %s", type(exc).__name__)
            await asyncio.sleep(STALLED_SECONDS / 2)


class _Retry(BaseRetryStrategy):
    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        if isinstance(exception, asyncio.CancelledError):  # the worker was told to stop: no fault of the job
            return RetryDecision(retry_in={"seconds": 0})
        wait = retry_after(job.attempts + 1)
        return None if wait is None else RetryDecision(retry_in={"seconds": int(wait.total_seconds())})
