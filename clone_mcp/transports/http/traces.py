"""OpenTelemetry traces, for those who ask for them.

The MCP SDK makes a span for each message, which costs next to nothing until somebody collects them. A span tells the
method, the tool and how it ended, nothing of what was said. Where they go is told by OpenTelemetry's own variables.
"""

from __future__ import annotations

from typing import Any

from clone_mcp import __version__
from clone_mcp.errors import Invalid


def send() -> None:
    """Collect the spans of this process and send them on. Raises Invalid when the extra is not installed."""
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 (an extra)
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise Invalid("CLONE_TRACES needs OpenTelemetry.", hint="Install `clone-mcp[otel]`.") from exc
    collect(BatchSpanProcessor(OTLPSpanExporter()))


def collect(processor: Any) -> None:
    """Hand every span of this process to a processor."""
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415

    resource = Resource.create({"service.name": "clone-mcp", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
