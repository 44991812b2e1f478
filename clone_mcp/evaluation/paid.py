"""Attempts that cost money: a limit on what they cost, an end when the model keeps failing, and a journal on disk.

The journal keeps what a run that was cut short has paid for. It holds numbers only, no word of anybody's, so that
nothing survives in it of what is deleted from memory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from clone_mcp.errors import RateLimited, Unavailable, Upstream
from clone_mcp.evaluation.conversations import Exchange
from clone_mcp.evaluation.replay import Attempt, Fits, Source
from clone_mcp.evaluation.report import Hit, Result, is_short
from clone_mcp.models.usage import Usage

_MOST_FAILURES = 3
"""Failures of the model in a row, after which the run ends."""


class PaidAttempts:
    """Attempts from the journal where it has them, else from a source that is paid for each."""

    def __init__(
        self, source: Source, journal: Journal, price: Callable[[Usage], float | None], max_cost: float | None
    ) -> None:
        self._source = source
        self._journal = journal
        self._price = price
        self._max_cost = max_cost
        self._failures = 0
        self.stopped: str | None = None
        """Why the run ended early."""
        self.spent = 0.0
        """Dollars, as far as the price list has the model."""

    async def attempt(self, exchange: Exchange, fits: Fits, /) -> Attempt | None:
        """An attempt without a result where the model failed. None once the run has to stop."""
        if self.stopped is not None:
            return None
        known = self._journal.find(exchange)
        if known is not None:
            return Attempt(exchange, known)
        if self._max_cost is not None and self.spent >= self._max_cost:
            self.stopped = f"--max-cost is reached: ${self.spent:.2f}."
            return None
        return await self._new(exchange, fits)

    async def _new(self, exchange: Exchange, fits: Fits) -> Attempt | None:
        try:
            attempt = await self._source.attempt(exchange, fits)
        except (Unavailable, RateLimited, Upstream) as exc:
            return self._failure(exchange, exc.message)
        if attempt is None or attempt.result is None:
            return attempt
        if attempt.degraded is not None:  # the local predictor's answer is not what was asked for
            return self._failure(exchange, attempt.degraded)
        self._failures = 0
        if attempt.usage is not None:
            self.spent += self._price(attempt.usage) or 0.0
        self._journal.add(exchange, attempt.result)
        return attempt

    def _failure(self, exchange: Exchange, why: str) -> Attempt:
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self.stopped = why
        return Attempt(exchange, None)


class Journal:
    """One file for each predictor. It knows a result as long as nothing that came before the question has changed.

    Results of a version that judged by resemblance are passed over: no words are kept to judge them again by.
    """

    def __init__(self, path: Path, *, restart: bool) -> None:
        """Reads the file, or deletes it. Raises Unavailable when neither is possible."""
        self._path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            if restart:
                path.unlink(missing_ok=True)
            self._known = dict(self._read())
        except OSError as exc:
            raise Unavailable(f"The backtest's journal can't be used: {exc.strerror or exc}.") from exc

    def find(self, exchange: Exchange) -> Result | None:
        """The result of an earlier run."""
        row = self._known.get(exchange.key)
        if row is None:
            return None
        return Result(
            session_id=exchange.reply.session_id,
            at=exchange.reply.at,
            short=is_short(exchange.reply.text),
            predictor=row["predictor"],
            raw=row["raw"],
            confidence=row["confidence"],
            hits=tuple(Hit(*map(bool, hit)) for hit in row["hits"]),
            abstained=row["abstained"],
            attested=exchange.reply.attested,
        )

    def add(self, exchange: Exchange, result: Result) -> None:
        """Write a result down."""
        row = {
            "key": exchange.key,
            "predictor": result.predictor,
            "raw": result.raw,
            "confidence": result.confidence,
            "hits": [list(map(int, hit)) for hit in result.hits],
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
                if all(len(hit) == len(Hit._fields) for hit in row["hits"]):
                    yield row["key"], row
            except (ValueError, KeyError, TypeError):  # a line that a crash cut off
                continue
