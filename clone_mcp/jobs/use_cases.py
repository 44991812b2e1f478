"""What Jobs offers to everybody outside it: one bundle, and how it is built."""

from __future__ import annotations

from dataclasses import dataclass

from clone_mcp.access.limits import Quota
from clone_mcp.hooks.hook_call import SPOOL
from clone_mcp.hooks.spool import Spool
from clone_mcp.jobs.deliver import Deliver
from clone_mcp.jobs.handlers import handlers
from clone_mcp.jobs.health import Health
from clone_mcp.jobs.inspect import InspectJobs
from clone_mcp.jobs.schedule import with_daily
from clone_mcp.jobs.worker import Worker, worker_for
from clone_mcp.memory.use_cases import Memory
from clone_mcp.ports import Clock, Storage
from clone_mcp.prediction.use_cases import Prediction
from clone_mcp.recording.use_cases import Recording
from clone_mcp.settings import Settings


@dataclass(frozen=True, slots=True)
class Jobs:
    """What is done later, and how the server itself is doing."""

    worker: Worker
    inspect: InspectJobs
    deliver: Deliver
    """What hooks left, to be taken in."""
    health: Health


def jobs_over(
    settings: Settings,
    storage: Storage,
    clock: Clock,
    quota: Quota,
    *,
    recording: Recording,
    memory: Memory,
    prediction: Prediction,
) -> Jobs:
    """The work of these layers that nobody waits for."""
    kinds = handlers(
        settle=prediction.settle,
        calibrate=prediction.calibrate,
        sync=memory.sync,
        episodes=memory.promote_episodes,
        facts=memory.promote_facts,
        profile=memory.compile_profile,
        model=memory.read_daily,
        embed=memory.embed,
        purge=memory.purge,
    )
    daily = with_daily(kinds, storage, clock, model=memory.read_daily is not None, quota=quota)
    return Jobs(
        worker=worker_for(storage.work, clock, daily),
        inspect=InspectJobs(storage, clock),
        deliver=Deliver(Spool(str(settings.home / SPOOL)), recording.ingest, prediction.feedback),
        health=Health(storage),
    )
