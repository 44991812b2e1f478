"""Streamable HTTP under load: sixteen clients at once, with keys and without."""

from __future__ import annotations

import asyncio
import json
import re
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.figures import Effort, Figure, against, percentile
from benchmarks.history import fill
from benchmarks.process import CLONE, FLOOR, cpu_seconds, environment, spawn, stop
from benchmarks.stdio import Call
from benchmarks.turns import Turns

CLIENTS = 16


@dataclass(frozen=True, slots=True)
class Burst:
    """What many clients together got."""

    rate: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


class HttpServer:
    """A server on a port of its own, and the headers that it wants."""

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        home: Path | None,
        key: str | None = None,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        self._process = spawn(tuple(command), home, piped=False, settings=settings)
        self._port = port
        self.keys: Sequence[str] = ()
        """One for each client, where each is to be another tenant."""
        self._headers = {"Host": f"127.0.0.1:{port}", **({} if key is None else {"X-Clone-API-Key": key})}

    def stop(self) -> None:
        stop(self._process)

    async def ready(self) -> None:
        """Wait until it listens."""
        for _ in range(200):
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self._port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
        raise RuntimeError("the server does not listen")

    async def burst(self, calls: Sequence[Call]) -> Burst:
        """Make the calls, shared out among the clients, each on a connection that stays open."""
        shares = [[_request(call, self._headers) for call in calls[i::CLIENTS]] for i in range(CLIENTS)]
        before, began = cpu_seconds(self._process.pid), time.perf_counter()
        taken = await asyncio.gather(*(self._client(share) for share in shares))
        wall, cpu = time.perf_counter() - began, cpu_seconds(self._process.pid) - before
        each = [one for client in taken for one in client]
        return Burst(len(each) / wall, percentile(each, 0.5), percentile(each, 0.99), cpu * 1000 / len(each))

    async def mixed(self, calls: Sequence[tuple[str, Any]], clients: int) -> tuple[list[float], float]:
        """Calls of tools and of REST, by path: the waits in milliseconds, and seconds of the processor."""
        shares: list[list[bytes]] = []
        for client in range(clients):
            own = {**self._headers, **({"X-Clone-API-Key": self.keys[client]} if self.keys else {})}
            part = calls[client::clients]
            shares.append([_request(it, own) if path == "/mcp" else _posted(path, it, own) for path, it in part])
        before = cpu_seconds(self._process.pid)
        taken = await asyncio.gather(*(self._client(share) for share in shares))
        return [one for client in taken for one in client], cpu_seconds(self._process.pid) - before

    async def _client(self, requests: Sequence[bytes]) -> list[float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        taken: list[float] = []
        for request in requests:
            began = time.perf_counter()
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            if b" 20" not in head[:20]:
                raise RuntimeError(f"the server refused: {head.decode()}")
            whole = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            body = await reader.readexactly(int(whole[1])) if whole else await _chunks(reader)
            taken.append((time.perf_counter() - began) * 1000)
            if not whole and (b'"isError":true' in body or b'"result"' not in body):
                raise RuntimeError(f"the server refused: {body[:500].decode()}")
        writer.close()
        return taken


def run(effort: Effort, folder: Path) -> Iterator[Figure]:
    """Stateless and with SSE answers on both sides."""
    home = fill(folder / "http", 1000)
    made = subprocess.run(
        [*CLONE, "keys", "create", "--json"], env=environment(home), capture_output=True, check=True, text=True
    )
    key = json.loads(made.stdout)["key"]
    with ExitStack() as stack:
        floor = _started(stack, lambda port: HttpServer([*FLOOR, str(port)], port, None))
        keyed = _started(stack, lambda port: HttpServer([*CLONE, "serve", "--port", str(port)], port, home, key))
        free = _started(stack, lambda port: HttpServer([*CLONE, "serve", "--port", str(port), "--no-auth"], port, home))
        yield from asyncio.run(_figures(effort, floor, keyed, free))


def _started(stack: ExitStack, start: Callable[[int], HttpServer]) -> HttpServer:
    server = start(free_port())
    stack.callback(server.stop)
    return server


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def _figures(effort: Effort, floor: HttpServer, keyed: HttpServer, free: HttpServer) -> list[Figure]:
    turns = Turns(3)
    count = effort.calls * 2
    for server in (floor, keyed, free):
        await server.ready()
    await floor.burst(turns.echoes(100))
    for server in (keyed, free):
        await server.burst(turns.prompts(100))
        await server.burst(turns.predictions(100))
    echoes: list[Burst] = []
    done: dict[str, list[Burst]] = {}
    for _ in range(effort.rounds):
        echoes.append(await floor.burst(turns.echoes(count)))
        for access, server in (("key", keyed), ("no key", free)):
            done.setdefault(f"record, {access}", []).append(await server.burst(turns.prompts(count)))
            done.setdefault(f"predict, {access}", []).append(await server.burst(turns.predictions(count)))
    return [figure for name, bursts in done.items() for figure in _compared(name, bursts, echoes)]


def _compared(name: str, bursts: Sequence[Burst], floor: Sequence[Burst]) -> Iterator[Figure]:
    bench = f"HTTP, {CLIENTS} clients"
    yield against(bench, f"{name}, throughput", "calls/s", [it.rate for it in bursts], [it.rate for it in floor])
    yield against(bench, f"{name}, p50", "ms", [it.p50_ms for it in bursts], [it.p50_ms for it in floor])
    yield against(bench, f"{name}, p99", "ms", [it.p99_ms for it in bursts], [it.p99_ms for it in floor])
    yield against(bench, f"{name}, CPU", "ms", [it.cpu_ms for it in bursts], [it.cpu_ms for it in floor])


def _request(call: Call, own: Mapping[str, str]) -> bytes:
    tool, arguments = call
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}
    return _posted("/mcp", message, own)


def _posted(path: str, message: Any, own: Mapping[str, str]) -> bytes:
    body = json.dumps(message).encode()
    headers = {
        "Content-Type": "application/json",
        "Accept": "application/json, text/event-stream",
        "MCP-Protocol-Version": "2025-11-25",
        "Content-Length": str(len(body)),
        **own,
    }
    head = [f"POST {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(head).encode() + body


async def _chunks(reader: asyncio.StreamReader) -> bytes:
    """A body that comes in chunks."""
    parts: list[bytes] = []
    while size := int(await reader.readline(), 16):
        parts.append(await reader.readexactly(size))
        await reader.readexactly(2)
    await reader.readexactly(2)
    return b"".join(parts)
