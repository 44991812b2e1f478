"""Everything Clone reads from its environment, once and frozen: `from_env` reads it.

This package names no adapter and opens no file but the one that tells of the person's consent.
"""

from clone_mcp.settings.environment import FOREIGN, FOREIGN_PREFIXES, from_env, unknown, variables
from clone_mcp.settings.server import Settings, listed

__all__ = ["FOREIGN", "FOREIGN_PREFIXES", "Settings", "from_env", "listed", "unknown", "variables"]
