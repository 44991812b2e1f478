"""`clone-mcp worker`: jobs and nothing else, until a signal comes."""

from __future__ import annotations

import asyncio
import signal
import sys

from clone_mcp.cli import opening
from clone_mcp.settings import Settings
from clone_mcp.transports.background import Background
from clone_mcp.transports.http.metrics import Metrics, listening

GRACE_SECONDS = 25.0
"""What jobs under way have to end: less than a process usually has between SIGTERM and SIGKILL."""


def run(settings: Settings) -> int:
    """Work until told to stop; what is under way is finished first."""
    asyncio.run(_work(settings))
    return 0


async def _work(settings: Settings) -> None:
    stopped = asyncio.Event()
    if sys.platform != "win32":  # where Ctrl-C raises, as everywhere
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    clone = opening(settings)
    background = Background(clone, grace=GRACE_SECONDS)
    async with listening(Metrics(), settings.metrics_address):
        background.start()
        print("Working jobs off. SIGTERM stops it once those under way are done.", file=sys.stderr, flush=True)
        try:
            await stopped.wait()
        finally:
            await background.stop()
            await clone.close()
