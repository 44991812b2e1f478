"""What a server lets its operator see: counts for Prometheus, and OpenTelemetry traces for those who ask for them.

request_log.py counts the requests and logs them. Only `serve` and `worker` import this: prometheus_client takes 15 to
30 ms to import.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    generate_latest,
)

from clone_mcp import __version__, stderr
from clone_mcp.errors import Invalid

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
"""Seconds: from answers out of memory to those that wait for a language model."""
_LONGEST_HEAD = 8192
_PATIENCE_SECONDS = 5.0

disable_created_metrics()  # a second series for each, which this text format has no type for


class Metrics:
    """The counts of one process. Nothing in them names a tenant, nor grows with what callers send."""

    def __init__(self) -> None:
        every = self._registry = CollectorRegistry()  # one of our own: two servers in one process count apart
        answered = ("method", "route", "status")
        self.requests = Counter("clone_http_requests", "Requests answered.", answered, registry=every)
        self.under_way = Gauge("clone_http_requests_under_way", "Requests being answered.", registry=every)
        self.seconds = Histogram(
            "clone_http_request_seconds",
            "Time until a request was answered.",
            ("route",),
            buckets=_BOUNDS,
            registry=every,
        )
        self.tools = Counter("clone_tool_calls", "Tool calls by outcome.", ("tool", "outcome"), registry=every)
        Info("clone_build", "The version that runs.", registry=every).info({"version": __version__})

        self._dropped = Counter("clone_log_lines_dropped", "Log lines that nobody read in time.", registry=every)
        self._told_of = 0

    def text(self) -> str:
        """All of it, as Prometheus reads it."""
        dropped = stderr.dropped()
        self._dropped.inc(dropped - self._told_of)
        self._told_of = dropped
        return generate_latest(self._registry).decode()


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


def send_traces() -> None:
    """Collect the spans of this process and send them on. Raises Invalid when the extra is not installed.

    The MCP SDK makes a span for each message, which costs next to nothing until somebody collects them. A span tells
    the method, the tool and how it ended, nothing of what was said. OpenTelemetry's own variables say where they go.
    """
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 (an extra)
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise Invalid("CLONE_TRACES needs OpenTelemetry.", hint="Install `clone-mcp[otel]`.") from exc
    collect_spans(BatchSpanProcessor(OTLPSpanExporter()))


def collect_spans(processor: Any) -> None:
    """Hand every span of this process to a processor."""
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    resource = Resource.create({"service.name": "clone-mcp", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
