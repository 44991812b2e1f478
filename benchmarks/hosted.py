"""The service on Postgres: one server and two, MCP and REST, many clients, and many tenants.

Like the floor, each server is a process of its own; clients share themselves out among the servers.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from benchmarks.figures import Effort, Figure, against, alone, percentile
from benchmarks.history import answer, events, question
from benchmarks.http import Burst, HttpServer, free_port
from benchmarks.process import CLONE, FLOOR
from benchmarks.turns import Turns
from clone_mcp.app import SystemClock, opened
from clone_mcp.memory.context import Context
from clone_mcp.models.access import LOCAL_TENANT, Caller, Scope
from clone_mcp.models.memory import ContextRequest
from clone_mcp.models.prediction import Question
from clone_mcp.settings import Settings

CLIENTS = (16, 64)
RECORD, PREDICT, RLS, FLAT = 0.5, 0.25, 1.10, 2.0
"""Goals: throughput against the echo's, time against that without policies, p99 against that of one small tenant."""


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Everything on one Postgres of its own."""
    from tests.support.postgres import started

    with (
        tempfile.TemporaryDirectory(prefix="clone-pg-", ignore_cleanup_errors=True) as place,
        started(Path(place)) as server,
    ):
        database = server.database()
        settings = Settings(
            home=folder / "hosted", secret="bench", database_url=database.url, db_direct_url=database.owner_url
        )
        yield from _servers(effort, settings)
        yield from _policies(effort, settings, server, database)
        yield from asyncio.run(_tenants(effort, settings))


def _servers(effort: Effort, settings: Settings) -> Iterator[Figure]:
    keys = asyncio.run(_prepared(settings))
    env = {"CLONE_DATABASE_URL": settings.database_url, "CLONE_SECRET": settings.secret}
    for processes in (1, 2):
        with ExitStack() as stack:

            def start(
                command: Sequence[str], own: Sequence[str], stack: ExitStack = stack, count: int = processes
            ) -> list[HttpServer]:
                found: list[HttpServer] = []
                for _ in range(count):
                    port = free_port()
                    options = ["serve", "--port", str(port)] if own else [str(port)]
                    found.append(HttpServer([*command, *options], port, settings.home, None, env))
                    found[-1].keys = own
                    stack.callback(found[-1].stop)
                return found

            floor, clone = start(FLOOR, ()), start(CLONE, keys)
            yield from asyncio.run(_loaded(effort, processes, floor, clone))


async def _prepared(settings: Settings) -> list[str]:
    """A key for each client, each of another tenant with a history to predict from."""
    keys: list[str] = []
    async with opened(settings) as clone:
        for _ in range(max(CLIENTS)):
            tenant = (await clone.access.tenants.add("bench")).id
            source = events(7)
            await clone.recording.ingest.batch(Caller(tenant, Scope.RECORDER), [next(source) for _ in range(300)])
            keys.append((await clone.access.api_keys.create(tenant, "bench", Scope.RECORDER))[1])
    return keys


async def _loaded(
    effort: Effort, processes: int, floor: Sequence[HttpServer], clone: Sequence[HttpServer]
) -> list[Figure]:
    turns, chance = Turns(processes), random.Random(processes)
    for server in (*floor, *clone):
        await server.ready()
    kinds: dict[str, Callable[[int], list[tuple[str, Any]]]] = {
        "MCP record": lambda count: [("/mcp", call) for call in turns.prompts(count)],
        "MCP predict": lambda count: [("/mcp", call) for call in turns.predictions(count)],
        "REST record": lambda count: [("/api/recording/events/", [_event(chance)]) for _ in range(count)],
        "REST predict": lambda count: [("/api/predictions/predict/", _question(chance)) for _ in range(count)],
    }
    figures: list[Figure] = []
    for clients in CLIENTS:
        count = max(effort.calls * 2, clients * 4)
        echoes: list[Burst] = []
        done: dict[str, list[Burst]] = {name: [] for name in kinds}
        for number in range(effort.rounds // 2 + 1):
            echo = await _burst(floor, [("/mcp", call) for call in turns.echoes(count)], clients)
            bursts = {name: await _burst(clone, made(count), clients) for name, made in kinds.items()}
            if number:  # the first warms up
                echoes.append(echo)
                for name, burst in bursts.items():
                    done[name].append(burst)
        figures += _compared(f"Postgres, {processes} server(s), {clients} clients", done, echoes)
    return figures


async def _burst(servers: Sequence[HttpServer], calls: Sequence[tuple[str, Any]], clients: int) -> Burst:
    """The calls on all servers at once, as evenly as may be."""
    shares = [calls[number :: len(servers)] for number in range(len(servers))]
    each = clients // len(servers)
    began = time.perf_counter()
    bursts = await asyncio.gather(*(server.mixed(share, each) for server, share in zip(servers, shares, strict=True)))
    wall = time.perf_counter() - began
    waits = [wait for waited, _ in bursts for wait in waited]
    cpu = sum(spent for _, spent in bursts)
    return Burst(len(waits) / wall, percentile(waits, 0.5), percentile(waits, 0.99), cpu * 1000 / len(waits))


def _compared(bench: str, done: Mapping[str, Sequence[Burst]], echoes: Sequence[Burst]) -> Iterator[Figure]:
    for name, bursts in done.items():
        goal = RECORD if "record" in name else PREDICT
        # As time for a call, so that goals are upper bounds like all others.
        times, floor = [1000 / it.rate for it in bursts], [1000 / it.rate for it in echoes]
        yield alone(bench, f"{name}, throughput", "calls/s", [it.rate for it in bursts])
        yield against(bench, f"{name}, time for a call", "ms", times, floor, goal=1 / goal)
        yield against(bench, f"{name}, p99", "ms", [it.p99_ms for it in bursts], [it.p99_ms for it in echoes])
        yield against(bench, f"{name}, CPU", "ms", [it.cpu_ms for it in bursts], [it.cpu_ms for it in echoes])


def _event(chance: random.Random) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "session_id": "rest",
        "occurred_at": datetime.now(UTC).isoformat(),
        "source": "cli",
        "type": "agent.prompt",
        "agent": "codex",
        "prompt": answer(chance),
    }


def _question(chance: random.Random) -> dict[str, Any]:
    return {"agent": "codex", "agent_input": question(chance), "k": 3}


def _policies(effort: Effort, settings: Settings, server: Any, database: Any) -> Iterator[Figure]:
    """The same work with a login that row-level security does not bind."""
    free = f"clone_bench_{os.getpid()}"
    asyncio.run(server.execute(f"CREATE ROLE {free} LOGIN BYPASSRLS IN ROLE clone_app"))
    past = settings.model_copy(
        update={"database_url": server.owner.set(database=database.name, username=free).render_as_string(False)}
    )
    bound, unbound = asyncio.run(_with_and_without(effort, settings, past))
    asyncio.run(server.execute(f"DROP ROLE {free}"))
    for name in bound:
        yield against("row-level security", f"{name}, p50", "ms", bound[name], unbound[name], goal=RLS)


async def _with_and_without(effort: Effort, *both: Settings) -> list[dict[str, list[float]]]:
    took: list[dict[str, list[float]]] = [{"record": [], "predict": []} for _ in both]
    chance, me = random.Random(1), Caller(LOCAL_TENANT, Scope.RECORDER)
    async with opened(both[0]) as one, opened(both[1]) as other:
        for number in range(effort.rounds + 1):
            for clone, found in zip((one, other), took, strict=True):
                record, predict = [], []
                for _ in range(effort.calls // 4):
                    began = time.perf_counter()
                    await clone.recording.ingest.batch(me, [_event(chance)])
                    between = time.perf_counter()
                    await clone.prediction.predict(me, Question("codex", question(chance), "rest"))
                    record.append((between - began) * 1000)
                    predict.append((time.perf_counter() - between) * 1000)
                if number:
                    found["record"].append(percentile(record, 0.5))
                    found["predict"].append(percentile(predict, 0.5))
    return took


_COPY = (
    "INSERT INTO {table} SELECT t.id{columns} FROM {table} o CROSS JOIN tenants t "
    "WHERE o.tenant_id = '{model}' AND t.name = 'copy'"
)


async def _tenants(effort: Effort, settings: Settings) -> list[Figure]:
    """A bundle of one of many tenants with a long history, against that of a tenant with a short one."""
    from tests.support.storage import storage_of

    count, size = effort.tenants
    async with opened(settings) as clone:
        small, model = [(await clone.access.tenants.add(name)).id for name in ("small", "model")]
        for tenant, events_of in ((small, 100), (model, size)):
            source, me = events(11), Caller(tenant, Scope.RECORDER)
            for start in range(0, events_of, 1000):
                await clone.recording.ingest.batch(me, [next(source) for _ in range(min(1000, events_of - start))])
        moment = await _end(clone, small)
        context = Context(storage_of(clone), _At(moment))
        before = [await _waits(context, [small], effort.calls, number) for number in range(effort.rounds)]
        copies = [(await clone.access.tenants.add("copy")).id for _ in range(count - 1)]
        await _copied(settings, model)
        after_ = Context(storage_of(clone), _At(await _end(clone, model)))
        after = [await _waits(after_, copies or [model], effort.calls, number) for number in range(effort.rounds)]
    bench = f"{count:,} tenants × {size:,} events"
    floor_p50, floor_p99 = [percentile(it, 0.5) for it in before], [percentile(it, 0.99) for it in before]
    return [
        against(bench, "bundle, p50", "ms", [percentile(it, 0.5) for it in after], floor_p50, goal=FLAT),
        against(bench, "bundle, p99", "ms", [percentile(it, 0.99) for it in after], floor_p99, goal=FLAT),
    ]


class _At:
    """A clock that stands where a history ends."""

    def __init__(self, moment: datetime) -> None:
        self._moment = moment

    def now(self) -> datetime:
        return self._moment

    def monotonic(self) -> float:
        return SystemClock().monotonic()


async def _end(clone: Any, tenant: UUID) -> datetime:
    [newest] = await clone.recording.read.sessions(tenant, limit=1)
    found = await clone.recording.read.session_events(tenant, newest.id, limit=500)
    return found[-1].occurred_at + timedelta(minutes=1)


async def _waits(context: Context, tenants: Sequence[UUID], calls: int, seed: int) -> list[float]:
    chance, waits = random.Random(seed), []
    for _ in range(calls):
        began = time.perf_counter()
        await context(chance.choice(tenants), ContextRequest(query=question(chance), recency_minutes=60))
        waits.append((time.perf_counter() - began) * 1000)
    return waits


async def _copied(settings: Settings, model: UUID) -> None:
    """The model's rows for every copy, by the database itself: minutes instead of hours."""
    import asyncpg

    connection = await asyncpg.connect(settings.db_direct_url)
    for table in ("sessions", "events", "replies", "phrases", "counters"):
        found = await connection.fetch(
            "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND column_name <> 'tenant_id' "
            "ORDER BY ordinal_position",
            table,
        )
        columns = "".join(f", o.{json.dumps(row[0])}" for row in found)
        await connection.execute(_COPY.format(table=table, columns=columns, model=model), timeout=7200)
    await connection.execute("VACUUM ANALYZE", timeout=7200)
    await connection.close()
