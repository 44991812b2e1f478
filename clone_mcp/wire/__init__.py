"""What goes over MCP and REST, in Pydantic. It decides nothing: the values themselves are in models/."""
