"""What was read of the last texts, so that a text is read once. It never holds more than ROOM: a limit in memory."""

from __future__ import annotations

from threading import Lock
from typing import Generic, TypeVar

T = TypeVar("T")
ROOM, EACH = 1_000_000, 150
"""Characters that are kept, each text counted with EACH more. At about 20 bytes a character that is some 20 MB."""


class Readings(Generic[T]):
    """Values by their text. When the room is used up, all are forgotten: cheaper than to know which was used last."""

    def __init__(self, room: int = ROOM) -> None:
        self._room = self._left = room
        self._values: dict[str, T] = {}
        self._lock = Lock()

    def get(self, text: str) -> T | None:
        return self._values.get(text)

    def keep(self, text: str, value: T) -> T:
        """Keep a value, and give it back."""
        with self._lock:
            self._left -= len(text) + EACH
            if self._left < 0:
                self._values.clear()
                self._left = self._room - len(text) - EACH
            if self._left >= 0:
                self._values[text] = value
        return value

    def clear(self) -> None:
        with self._lock:
            self._values.clear()
            self._left = self._room
