"""What every history reads as: turns, and a log of what was left out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from clone_mcp.models.events import Author

_NAMED = 20
"""So many malformed places are named; the others are counted."""
_REMEMBERED = 500_000
"""Names, which take some 40 MB. After that many, copies are no longer told from first records."""


@dataclass(frozen=True, slots=True)
class Turn:
    """Something that was typed or said, in a session of its client's."""

    session: str
    author: Author
    """PERSON typed it, AGENT said it, CLONE guessed it and the person took the guess."""
    text: str
    at: datetime
    own_id: str = ""
    """The client's own name for it. Without one, its text and time stand for it."""
    project: str | None = None
    pasted: tuple[str, ...] = ()
    """Parts of the text that the person is known to have pasted."""
    decision: bool = False
    """A yes or no to a tool's use: it says nothing of how the person replies to an agent's words."""

    @property
    def identity(self) -> str:
        """What names this turn within its session."""
        return self.own_id or fallback_id(self.text, self.at)


def fallback_id(text: str, at: datetime) -> str:
    """A name for a turn that its client gave none."""
    digest = blake2b(text.encode(errors="surrogatepass"), digest_size=12).hexdigest()
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%S%f}-{digest}"


@dataclass(slots=True)
class Log:
    """What became of what was read. One for a whole import."""

    bytes_read: int = 0
    malformed: int = 0
    places: list[str] = field(default_factory=list[str])
    """The first malformed places, as `file:line: reason`."""
    dropped: Counter[str] = field(default_factory=Counter[str])
    """What was left out on purpose, by reason."""
    shared: dict[object, object] = field(default_factory=dict[object, object])
    """What readers look up once and need for many files."""
    _met: set[bytes] = field(default_factory=set[bytes])

    def bad(self, path: Path | str, place: int, reason: str) -> None:
        """Something can't be read."""
        self.malformed += 1
        if len(self.places) < _NAMED:
            self.places.append(printable(f"{path}:{place}: {reason}"))

    def drop(self, reason: str) -> None:
        """Something is left out, for this reason."""
        self.dropped[reason] += 1

    def first_time(self, name: str) -> bool:
        """Whether this is the first record of that name. Clients copy a session's records when they fork it."""
        digest = blake2b(name.encode(errors="surrogatepass"), digest_size=10).digest()
        if digest in self._met:
            return False
        if len(self._met) < _REMEMBERED:
            self._met.add(digest)
        return True


def printable(text: str) -> str:
    """The text without what would steer a terminal, or what it can't show. Names of files are anybody's."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


def moment(value: object) -> datetime | None:
    """A time as clients write it: ISO 8601, seconds or milliseconds since 1970. None for anything else."""
    try:
        if isinstance(value, str):
            if value.replace(".", "", 1).isdigit():
                return moment(float(value))
            read = datetime.fromisoformat(value)
            return read.astimezone(UTC) if read.tzinfo else read.replace(tzinfo=UTC)
        if isinstance(value, int | float) and not isinstance(value, bool):
            return datetime.fromtimestamp(value / 1000 if value > 1e11 else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
