"""What goes over MCP and REST, in Pydantic."""
