"""MCP over standard input and output: one person, local. Nothing here loads a part of the HTTP server."""
