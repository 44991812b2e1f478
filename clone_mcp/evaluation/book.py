"""What the store would have kept of one person's replies, in memory."""

from __future__ import annotations

from collections import deque
from datetime import UTC, datetime, timedelta

from clone_mcp.language.asked import question_in
from clone_mcp.models.prediction import Answer, History, Phrase
from clone_mcp.prediction.materials import ANSWERS, PHRASES
from clone_mcp.recording.ingest import reply_in

_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)


class Book:
    """Replies counted as they are said. A test holds it against the real store."""

    def __init__(self) -> None:
        self._answers: deque[Answer] = deque(maxlen=ANSWERS)
        self._phrases: dict[str, Phrase] = {}
        self._waiting: dict[str, bytes] = {}
        self._last: dict[str, str] = {}
        self._turns = self._total = 0

    def said(self, session_id: str, response: str) -> None:
        """An agent said this, and waits."""
        self._turns += 1
        self._waiting[session_id] = question_in(response)

    def typed(self, session_id: str, prompt: str) -> None:
        """The person typed this."""
        self._turns += 1
        question = self._waiting.pop(session_id, b"")
        reply = reply_in(prompt)
        if reply is None:
            return
        previous = self._last.get(session_id)
        self._last[session_id] = reply.key
        self._total += 1
        self._answers.appendleft(
            Answer(str(self._turns), reply.key, reply.text, session_id, reply.keep(question), previous, attested=True)
        )
        if reply.phrase:
            times = self._phrases[reply.key].times if reply.key in self._phrases else 0
            at = _BEGINNING + timedelta(seconds=self._turns)
            self._phrases[reply.key] = Phrase(reply.key, reply.text, times + 1, at)

    def history(self) -> History:
        """What a question asked now may know."""
        phrases = self._phrases.values()
        ranked = sorted(phrases, key=lambda phrase: (-phrase.times, _BEGINNING - phrase.last_at, phrase.key))
        return History(tuple(ranked[:PHRASES]), tuple(self._answers), self._total)
