"""What a server counts, in the text format that Prometheus reads."""

from __future__ import annotations

import asyncio
from bisect import bisect_left
from collections import defaultdict
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import asynccontextmanager

from clone_mcp import __version__, stderr
from clone_mcp.errors import Invalid

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_LONGEST_HEAD = 8192
_PATIENCE_SECONDS = 5.0


class Counter:
    """A number for each combination of labels. It may be set down again where it counts what is under way."""

    def __init__(self, name: str, kind: str, what: str, labels: Sequence[str] = ()) -> None:
        self._head = f"# HELP {name} {what}\n# TYPE {name} {kind}"
        self._name = name
        self._labels = labels
        self._values: dict[tuple[str, ...], float] = defaultdict(float)

    def add(self, *labels: str, by: float = 1) -> None:
        self._values[labels] += by

    def lines(self) -> Iterator[str]:
        yield self._head
        for labels, value in sorted(self._values.items()):
            yield f"{self._name}{_shown(self._labels, labels)} {value:g}"


class Histogram:
    """How long things took, by label."""

    def __init__(self, name: str, what: str, label: str) -> None:
        self._head = f"# HELP {name} {what}\n# TYPE {name} histogram"
        self._name = name
        self._label = label
        self._counts: dict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._sums: dict[str, float] = defaultdict(float)

    def add(self, label: str, seconds: float) -> None:
        self._counts[label][bisect_left(_BOUNDS, seconds)] += 1
        self._sums[label] += seconds

    def lines(self) -> Iterator[str]:
        yield self._head
        for label, counts in sorted(self._counts.items()):
            total = 0
            for bound, count in zip((*map(str, _BOUNDS), "+Inf"), counts, strict=True):
                total += count
                yield f"{self._name}_bucket{_shown((self._label, 'le'), (label, bound))} {total}"
            yield f"{self._name}_sum{_shown((self._label,), (label,))} {self._sums[label]:.6f}"
            yield f"{self._name}_count{_shown((self._label,), (label,))} {total}"


class Metrics:
    """The counts of one process. Nothing in them names a tenant, nor grows with what callers send."""

    def __init__(self) -> None:
        self.requests = Counter(
            "clone_http_requests_total", "counter", "Requests answered.", ("method", "route", "status")
        )
        self.under_way = Counter("clone_http_requests_under_way", "gauge", "Requests being answered.")
        self.seconds = Histogram("clone_http_request_seconds", "Time until a request was answered.", "route")
        self.tools = Counter("clone_tool_calls_total", "counter", "Tool calls by outcome.", ("tool", "outcome"))
        self._build = Counter("clone_build_info", "gauge", "The version that runs.", ("version",))
        self._build.add(__version__)

    def text(self) -> str:
        dropped = Counter("clone_log_lines_dropped_total", "counter", "Log lines that nobody read in time.")
        dropped.add(by=stderr.dropped())
        parts = (self._build, self.requests, self.under_way, self.seconds, self.tools, dropped)
        return "\n".join(line for part in parts for line in part.lines()) + "\n"


@asynccontextmanager
async def listening(metrics: Metrics, address: str) -> AsyncGenerator[None]:
    """Serve the counts at an address of their own for as long as the block lasts; nowhere, if it is empty."""
    if not address:
        yield
        return
    host, _, port = address.rpartition(":")
    if not (host and port.isdigit()):
        raise Invalid("CLONE_METRICS_ADDRESS can't be read.", hint="Write it as 127.0.0.1:9464.")
    server = await asyncio.start_server(_Listener(metrics), host.strip("[]"), int(port), limit=_LONGEST_HEAD)
    async with server:
        yield


class _Listener:
    """Just enough HTTP for a scraper: one request a connection."""

    def __init__(self, metrics: Metrics) -> None:
        self._metrics = metrics

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(self._answer(head.split(b"\r\n", 1)[0]))
                await writer.drain()
        except (TimeoutError, OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            pass  # whoever that was, it was no scraper
        finally:
            writer.close()

    def _answer(self, request: bytes) -> bytes:
        path = request.split(b" ")[1:2]
        if path == [b"/metrics"]:
            status, body = "200 OK", self._metrics.text().encode()
        elif path == [b"/healthz"]:
            status, body = "200 OK", b"ok\n"
        else:
            status, body = "404 Not Found", b"There is /metrics and /healthz.\n"
        head = f"HTTP/1.1 {status}\r\nContent-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
        return f"{head}Connection: close\r\n\r\n".encode() + body


def _shown(names: Sequence[str], values: Sequence[str]) -> str:
    if not names:
        return ""
    pairs = ",".join(f'{name}="{_escaped(value)}"' for name, value in zip(names, values, strict=True))
    return "{" + pairs + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
