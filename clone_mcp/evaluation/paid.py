"""Answers that cost money: what they may cost, an end when the model keeps failing, and a journal on disk.

A replay of one's own history and one of other people's data pay in the same way. Only the first keeps a journal: what a
run that was cut short has paid for. It holds numbers and no word of anybody's, so that nothing survives in it of what
is deleted from memory.
"""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any, Protocol, TypeVar
from uuid import UUID

from clone_mcp.access.spending import PaidModel, no_model
from clone_mcp.errors import RateLimited, Unavailable, Upstream
from clone_mcp.evaluation.conversations import Exchange
from clone_mcp.evaluation.replay import Attempt, Fits, PredictorAttempts
from clone_mcp.evaluation.report import Hit, Result, is_short
from clone_mcp.models.usage import Purpose, Spending, Usage
from clone_mcp.ports.language_model import LanguageModel

_MOST_FAILURES = 3
"""Failures of the model in a row, after which a run ends."""
TYPICAL = Usage(input_tokens=3_000, output_tokens=700)
"""What one question usually costs, to tell beforehand about how much all of them will."""


class Payer:
    """The model that runs may ask, each on the account of whoever starts it."""

    def __init__(self, paid: PaidModel | None, model: str) -> None:
        """`model` is the name of the language model that predictors ask."""
        self._paid = paid
        self.model = model

    def account(self, tenant: UUID) -> LanguageModel:
        """The model on this account. Raises Unavailable where none may be asked."""
        return self._allowed().of(tenant, Purpose.PREDICT)

    def estimate(self, questions: int) -> float | None:
        """About so many dollars; None for a model that is not on the price list. Raises like `account`."""
        each = self._allowed().cost(Spending(self.model, TYPICAL))
        return None if each is None else each * questions

    def limits(self, max_cost: float | None) -> Limits:
        """Those of one run. Raises like `account`."""
        paid = self._allowed()
        return Limits(lambda usage: paid.cost(Spending(self.model, usage)), max_cost)

    def _allowed(self) -> PaidModel:
        if self._paid is None:
            raise no_model()
        return self._paid


class Answer(Protocol):
    """What a predictor made of a question."""

    @property
    def degraded(self) -> str | None: ...
    @property
    def usage(self) -> Usage | None: ...


A = TypeVar("A", bound=Answer)


class Limits:
    """How often a model may fail in one run, and what it may cost."""

    def __init__(
        self, price: Callable[[Usage], float | None] = lambda _usage: None, max_cost: float | None = None
    ) -> None:
        self._price = price
        self._max_cost = max_cost
        self._failures = 0
        self.failed = 0
        """Questions to which the model gave no answer."""
        self.spent = 0.0
        """Dollars, as far as the price list has the model."""
        self.stopped: str | None = None
        """Why the run has to end."""

    def allow(self) -> bool:
        """Whether one more question may be asked."""
        if self.stopped is None and self._max_cost is not None and self.spent >= self._max_cost:
            self.stopped = f"--max-cost is reached: ${self.spent:.2f}."
        return self.stopped is None

    async def answer(self, asked: Awaitable[A]) -> A | None:
        """What was asked for; None where the model failed."""
        try:
            found = await asked
        except (Unavailable, RateLimited, Upstream) as exc:
            return self._fail(exc.message)
        if found.usage is not None:
            self.spent += self._price(found.usage) or 0.0
        if found.degraded is not None:  # the local predictor's answer is not what was asked for
            return self._fail(found.degraded)
        self._failures = 0
        return found

    def _fail(self, why: str) -> None:
        self.failed += 1
        self._failures += 1
        if self._failures >= _MOST_FAILURES:
            self.stopped = why


class PaidAttempts:
    """Attempts from the journal where it has them, else from a source, within limits."""

    def __init__(self, source: PredictorAttempts, limits: Limits, journal: Journal | None = None) -> None:
        self._source = source
        self._limits = limits
        self._journal = journal

    async def attempt(self, exchange: Exchange, fits: Fits, /) -> Attempt | None:
        """An attempt without a result where the model failed. None once the run has to stop."""
        if self._limits.stopped is not None:
            return None
        known = self._journal.find(exchange) if self._journal else None
        if known is not None:
            return Attempt(exchange, known)
        if not self._limits.allow():
            return None
        made = await self._limits.answer(self._source.attempt(exchange, fits))
        if made is None:
            return Attempt(exchange, None)
        if self._journal and made.result:
            self._journal.add(exchange, made.result)
        return made


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
