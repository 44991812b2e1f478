"""What messages to other people have in common: only the person's own are taken, a day of a chat is a session.

Each service's format is read in its own file, such as slack.py. Chats with assistants are in assistants.py.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b

from clone_mcp.clients.turns import Turn
from clone_mcp.models.events import Author


def message(chat: str, words: str, at: datetime, own_id: str = "") -> Turn:
    """A message of the person's. A chat goes by a digest: the names of others are theirs."""
    digest = blake2b(chat.encode(errors="surrogatepass"), digest_size=6).hexdigest()
    return Turn(f"{digest}-{at.astimezone(UTC):%Y-%m-%d}", Author.PERSON, words, at, own_id)


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are the same name."""
    return bool(one) and one.strip().casefold() == other.strip().casefold()
