"""Every endpoint there is."""

from __future__ import annotations

from clone_mcp.transports.rest import access, accounts, predictions, recording

ENDPOINTS = (*recording.ENDPOINTS, *predictions.ENDPOINTS, *accounts.ENDPOINTS, *access.ENDPOINTS)
