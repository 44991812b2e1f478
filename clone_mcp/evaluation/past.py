"""What a model may be shown while a conversation is replayed: what had been said by then, nothing learned since."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta

from clone_mcp.evaluation.conversations import Turn
from clone_mcp.models.events import Author, Channel
from clone_mcp.models.memory import Bundle, Raw
from clone_mcp.ports import Surroundings

_ROWS = 40
_ELSEWHERE = 20
_LONGEST = 4_000
_UNTIMED = datetime(2000, 1, 1, tzinfo=UTC)


class Past:
    """The newest rows. Facts and the profile stay out of it: they are compiled from all of history, the future too."""

    def __init__(self) -> None:
        self._rows: deque[Raw] = deque(maxlen=_ROWS)
        self._sessions: dict[str, deque[Raw]] = {}

    def add(self, turn: Turn) -> None:
        """One more turn."""
        raw = Raw(
            id=turn.id or f"{turn.session_id}-{turn.index}",
            session_id=turn.session_id,
            text=turn.text[-_LONGEST:],
            author=Author.PERSON if turn.by_person else Author.AGENT,
            channel=Channel.ATTESTED,
            occurred_at=turn.at or _UNTIMED,
        )
        self._rows.append(raw)
        self._sessions.setdefault(turn.session_id, deque(maxlen=_ROWS)).append(raw)

    def around(self, turn: Turn, *, minutes: int) -> Surroundings:
        """The session so far, and what was said elsewhere in the last minutes."""
        since = (turn.at or _UNTIMED) - timedelta(minutes=minutes)
        lately = [raw for raw in self._rows if raw.session_id != turn.session_id and raw.occurred_at >= since]
        bundle = Bundle(None, (), (), tuple(lately[-_ELSEWHERE:]), {})
        return Surroundings(bundle, tuple(self._sessions.get(turn.session_id, ())))
