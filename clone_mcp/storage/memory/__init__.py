"""The Memory port: statements over memory's tables, the same on both databases."""

from __future__ import annotations

from clone_mcp.storage.memory.episodes import SqlEpisodes
from clone_mcp.storage.memory.facts import SqlFacts
from clone_mcp.storage.memory.links import SqlLinks
from clone_mcp.storage.memory.profiles import SqlProfiles
from clone_mcp.storage.memory.raws import SqlRaws
from clone_mcp.storage.memory.reviews import SqlReviews
from clone_mcp.storage.memory.tombstones import SqlTombstones
from clone_mcp.storage.scope import InScope


class SqlMemory:
    """Memory within one unit of work."""

    def __init__(self, run: InScope) -> None:
        self.raws = SqlRaws(run)
        self.episodes = SqlEpisodes(run)
        self.facts = SqlFacts(run)
        self.links = SqlLinks(run)
        self.profiles = SqlProfiles(run)
        self.reviews = SqlReviews(run)
        self.tombstones = SqlTombstones(run)
