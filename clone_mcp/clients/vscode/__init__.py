"""Copilot chat in VS Code."""
