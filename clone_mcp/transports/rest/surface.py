"""Every endpoint there is."""

from __future__ import annotations

from clone_mcp.transports.rest import access, accounts, memory, operations, predictions, recording, sources, switches

ENDPOINTS = (
    *accounts.ENDPOINTS,
    *access.ENDPOINTS,
    *recording.ENDPOINTS,
    *memory.ENDPOINTS,
    *predictions.ENDPOINTS,
    *switches.ENDPOINTS,
    *sources.ENDPOINTS,
    *operations.ENDPOINTS,
)
