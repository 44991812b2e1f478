"""Taking back events that were only claimed, so that the same events can be stored as attested.

Unlike an erasure this buries nothing: the event returns under its id in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from clone_mcp.models.events import Author, Channel
from clone_mcp.models.memory import Layer
from clone_mcp.storage.memory_schema import links
from clone_mcp.storage.schema import events
from clone_mcp.storage.scope import Scope, in_parts, remove

_IDS: sa.BindParameter[str] = sa.bindparam("ids", expanding=True)
# What counts as the person's has been learned from, and that would have to be taken back, too.
_DROP = remove(events).where(
    events.c.id.in_(_IDS), events.c.channel == Channel.CLAIMED.value, events.c.author != Author.PERSON.value
)
# Their episodes no longer hold what they are made of, so they are written and read for facts again.
_UNCITE = remove(links).where(
    links.c.citing_layer == Layer.EPISODE.value, links.c.cited_layer == Layer.RAW.value, links.c.cited_id.in_(_IDS)
)


def withdraw(scope: Scope, ids: Sequence[str]) -> None:
    """Remove those of the events that are claims and nobody's words."""
    for part in in_parts(ids):
        scope.run(_DROP, ids=part)
        scope.run(_UNCITE, ids=part)
