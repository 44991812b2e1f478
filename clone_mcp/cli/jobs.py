"""`clone-mcp jobs` and `worker`: what Clone does in the background.

The kinds of jobs are listed in jobs/handlers.py. The loop that runs them is in jobs/worker.py.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from dataclasses import asdict
from typing import Any

from clone_mcp.cli.running import settings, with_clone
from clone_mcp.cli.serving import become_server, opening
from clone_mcp.cli.terminal import as_json, command, count, show, shown
from clone_mcp.clone import Clone
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.ports.work import JobState
from clone_mcp.transports.background import Background

GRACE_SECONDS = 25.0
"""What jobs under way have to end: less than a process usually has between SIGTERM and SIGKILL."""


def add(actions: Any) -> None:
    """`jobs` and its options."""
    jobs = command(actions, "jobs", "what Clone does in the background", _jobs)
    jobs.add_argument("--run", action="store_true", help="take in what hooks left, and do what is due now")
    jobs.add_argument("--retry", metavar="ID", help="make a failed job due again")
    jobs.add_argument("--limit", type=count, default=20, help="how many to list (default: 20)")
    as_json(jobs)


def add_worker(actions: Any) -> None:
    """`worker`, which is listed with the servers."""
    command(actions, "worker", "work jobs off until told to stop; as many as you like on Postgres", _worker)


def _jobs(arguments: argparse.Namespace) -> None:
    if arguments.run:
        print(f"Worked off: {with_clone(_work_off)}.")
        return
    if arguments.retry:
        with_clone(lambda clone: clone.jobs.inspect.retry(LOCAL_TENANT, arguments.retry))
        print("Due again.")
        return
    listed = with_clone(lambda clone: clone.jobs.inspect.listed(LOCAL_TENANT, limit=arguments.limit))
    lines = [f"{job.id}  {job.kind:<10}  {_progress(job)}" for job in listed]
    show(arguments, [asdict(job) for job in listed], lines or ["No jobs."])


async def _work_off(clone: Clone) -> int:
    """Do what is due, with what hooks left taken in before."""
    await clone.jobs.deliver()
    return await clone.jobs.worker.drain()


def _progress(job: JobState) -> str:
    """What became of it, or when it is due. Of a job that failed before, why."""
    tried = f"try {job.attempts}: {job.error}" if job.error else ""
    if job.finished_at:
        return f"failed {shown(job.finished_at)}, {tried}" if tried else f"done {shown(job.finished_at)}"
    state = "running" if job.running else f"due {shown(job.run_at)}"
    return f"{state}, {tried}" if tried else state


def _worker(_arguments: argparse.Namespace) -> None:
    """Work until told to stop; what is under way is finished first."""
    asyncio.run(_work())


async def _work() -> None:
    from clone_mcp.transports.http.telemetry import Metrics, listening  # prometheus_client takes 15 to 30 ms

    become_server()
    read = settings()
    stopped = asyncio.Event()
    if sys.platform != "win32":  # where Ctrl-C raises, as everywhere
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clone = opening(read)
    background = Background(clone, grace=GRACE_SECONDS)
    async with listening(Metrics(), read.metrics_address):
        background.start()
        print("Working jobs off. SIGTERM stops it once those under way are done.", file=sys.stderr, flush=True)
        try:
            await stopped.wait()
        finally:
            await background.stop()
            await clone.close()
