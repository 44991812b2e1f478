"""Everything Clone reads from its environment, once and frozen. `from_env` reads it; consent.py keeps what init asked.

This package names no adapter and opens no file but the one that tells of the person's consent.
"""

from clone_mcp.settings.environment import FOREIGN, FOREIGN_PREFIXES, SHARED_KEY, from_env, unknown, variables
from clone_mcp.settings.own import OwnSettings
from clone_mcp.settings.server import Settings, listed

__all__ = [
    "FOREIGN",
    "FOREIGN_PREFIXES",
    "SHARED_KEY",
    "OwnSettings",
    "Settings",
    "from_env",
    "listed",
    "unknown",
    "variables",
]
