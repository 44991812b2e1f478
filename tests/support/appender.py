"""A process that appends to a database and says on stdout what was acknowledged: appender.py HOME NAME TIMES."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from pathlib import Path

from clone_mcp.app import SystemClock, open_storage
from clone_mcp.models.access import LOCAL_TENANT
from clone_mcp.models.events import Record
from clone_mcp.settings import Settings
from tests.support.records import record


async def main(home: str, name: str, times: int) -> None:
    storage = await open_storage(Settings(home=Path(home)), SystemClock())
    for number in range(times):
        event = replace(record().event, id=f"{name}-{number}", session_id=name)
        if await storage.append(LOCAL_TENANT, [Record(event, reply=record().reply)]) == [True]:
            sys.stdout.write(f"{event.id}\n")
            sys.stdout.flush()
    await storage.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], int(sys.argv[3])))
