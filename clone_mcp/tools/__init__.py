"""The MCP tools, one file each, named like the tool. `registry.py` is the whole surface."""
