"""What a backtest's answers came to, kept on disk so that a run that was cut short never pays for them again.

Numbers only. The file holds no word of anybody's, so that nothing of what is deleted from memory survives in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clone_mcp.errors import Unavailable
from clone_mcp.evaluation.conversations import Turn
from clone_mcp.evaluation.replay import Hit
from clone_mcp.evaluation.results import Result, is_short


class Journal:
    """One file for each predictor. An answer is found again as long as nothing that came before it has changed."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, dict[str, Any]] = {}
        self._chain = hashlib.sha256()

    def open(self, *, restart: bool) -> None:
        """Read what is there, or begin anew. A line that was cut off is no line."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if restart:
                self._path.unlink(missing_ok=True)
            self._known = dict(self._read())
        except OSError as exc:
            raise Unavailable(f"The backtest's journal can't be used: {exc.strerror or exc}.") from exc

    def pass_by(self, turn: Turn) -> str:
        """Go on by one turn. What is known of a question goes by everything up to it."""
        self._chain.update(f"{len(turn.id)}:{turn.id}".encode())
        return self._chain.copy().hexdigest()[:32]

    def find(self, key: str, turn: Turn) -> Result | None:
        """What the question came to in a run before."""
        row = self._known.get(key)
        if row is None:
            return None
        return Result(
            session_id=turn.session_id,
            at=turn.at,
            short=is_short(turn.text),
            predictor=row["predictor"],
            raw=row["raw"],
            confidence=row["confidence"],
            hits=tuple(Hit(bool(exact), bool(soft)) for exact, soft in row["hits"]),
            abstained=row["abstained"],
            attested=turn.attested,
        )

    def keep(self, key: str, result: Result) -> None:
        """Write down what a question came to."""
        row = {
            "key": key,
            "predictor": result.predictor,
            "raw": result.raw,
            "confidence": result.confidence,
            "hits": [[int(exact), int(soft)] for exact, soft in result.hits],
            "abstained": result.abstained,
        }
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def _read(self) -> Iterator[tuple[str, dict[str, Any]]]:
        if not self._path.exists():
            return
        for line in self._path.read_text(encoding="utf-8", errors="replace").split("\n"):
            try:
                row = json.loads(line)
                yield row["key"], row
            except (ValueError, KeyError, TypeError):
                continue
