"""A line on a terminal's stderr that says how far it is; nothing elsewhere."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from types import TracebackType

from clone_mcp.sources.importing import ImportResult

_WIDTH = 24
_BETWEEN = 0.1
"""Seconds from one drawing to the next."""


def sized(path: Path) -> int:
    """Bytes of a file, or of all files in a folder."""
    try:
        if not path.is_dir():
            return path.stat().st_size
        return sum(Path(folder, name).lstat().st_size for folder, _, names in os.walk(path) for name in names)
    except OSError:
        return 0


class Bar:
    """How much of all files is read."""

    def __init__(self, whole: int) -> None:
        self._whole = max(1, whole)
        self._before = 0
        self._title = ""
        self._drawn = 0.0
        self._shown = sys.stderr.isatty()

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._draw("")

    def begin(self, title: str) -> None:
        """Another source comes."""
        self._title = title

    def end(self, size: int) -> None:
        """That source is through."""
        self._before += size

    def moved(self, done: ImportResult) -> None:
        """So far."""
        now = time.monotonic()
        if not self._shown or now - self._drawn < _BETWEEN:
            return
        self._drawn = now
        share = min(1.0, (self._before + done.log.bytes_read) / self._whole)
        drawn = "#" * round(share * _WIDTH)
        self._draw(f"[{drawn:<{_WIDTH}}] {share:4.0%}  {self._title}  {done.turns:,} turns")

    def say(self, text: str) -> None:
        """Something else goes on."""
        self._draw(text)

    def _draw(self, text: str) -> None:
        if self._shown:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
