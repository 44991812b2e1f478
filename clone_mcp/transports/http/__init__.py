"""MCP over Streamable HTTP, and what a server needs around it: who asks, limits, logs, counts, a clean end.

REST is not here: its endpoints are in `transports/rest/`.
"""
