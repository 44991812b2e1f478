"""How a history is replayed, question by question. Start reading at `replay`, the one loop of every backtest.

1. conversations.py turns what was said into exchanges: a question, the reply, and what was known before it.
2. A `Source` of attempts answers the question from that alone (`PredictorAttempts` here, `PaidAttempts` in paid.py).
3. The guesses are compared with what the person typed: that is the label (`hit` in report.py).
4. The label goes into the fit of that predictor, so that it moves the confidence of later questions only.

report.py sums up the results; backtest.py calls this for one person and for a file of many.
"""

from __future__ import annotations

from collections import deque
from collections.abc import AsyncIterable, AsyncIterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Protocol

from clone_mcp.calibration.platt import IDENTITY, MOST_LABELS, Fit, Ridge, Sample, fit
from clone_mcp.evaluation.conversations import UNTIMED, Exchange, Timeline, Turn
from clone_mcp.evaluation.report import Result, example, hit, is_short
from clone_mcp.evaluation.settled import SettledSoFar
from clone_mcp.language.choices import offered
from clone_mcp.language.pasted import own_words
from clone_mcp.memory.earlier import EarlierMemory
from clone_mcp.models.act import CountableAnswer
from clone_mcp.models.memory import ContextRequest
from clone_mcp.models.prediction import Guess, Question
from clone_mcp.models.usage import Usage
from clone_mcp.ports import Materials, Predictor, Surroundings
from clone_mcp.ports.language_model import LanguageModel
from clone_mcp.prediction.calibrate import ridge_of
from clone_mcp.prediction.materials import QUERY, scored_by
from clone_mcp.prediction.weighing import held_by_precedent
from clone_mcp.stakes.precedent import Precedents

K = 5
"""Guesses for each question."""
_AGENT = "backtest"
_REFIT_SHARE = 20
"""A fit is made again once 1/20 of its labels are new: refitting at each label would cost more than the predictions."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """An answer to one question: the guesses, and what they are worth."""

    exchange: Exchange
    result: Result | None
    """None if there was no answer."""
    guesses: tuple[tuple[Guess, float], ...] = ()
    """Best first, each with its calibrated confidence. Empty if the result comes from the journal."""
    degraded: str | None = None
    usage: Usage | None = None


class Source(Protocol):
    """Where attempts come from."""

    async def attempt(self, exchange: Exchange, fits: Fits, /) -> Attempt | None:
        """Answer a question, knowing only the exchange and the fits. None ends the replay."""
        ...


async def replay(
    turns: AsyncIterable[Turn], source: Source, *, skip: int = 0, with_rows: bool = False
) -> AsyncIterator[Attempt]:
    """Answer each question of a history with what was known then. The first `skip` questions are only learned from.

    `with_rows`: also keep the rows that a model is shown.
    """
    timeline, fits = Timeline(with_rows=with_rows), Fits()
    async for turn in turns:
        exchange = timeline.advance(turn)
        if exchange is None:
            continue
        if skip:
            skip -= 1
            continue
        attempt = await source.attempt(exchange, fits)
        if attempt is None:
            return
        yield attempt
        if attempt.result is not None:  # after the answer, never before
            fits.add(attempt.result)


class PredictorAttempts:
    """Attempts of one predictor, made now."""

    def __init__(
        self,
        predictor: Predictor,
        *,
        threshold: float = 0.8,
        model: LanguageModel | None = None,
        past: EarlierMemory | None = None,
    ) -> None:
        """`past` is the memory of whoever was asked. Without it a model is shown the recent rows, and no facts."""
        self._past = past
        self._predictor = predictor
        self._threshold = threshold
        self._model = model
        self._precedents = Precedents()
        self._settled = SettledSoFar()

    async def attempt(self, exchange: Exchange, fits: Fits, /) -> Attempt:
        """What the predictor would have said. Raises what the predictor raises."""

        async def surroundings() -> Surroundings:
            return exchange.surroundings if self._past is None else await _remembered(self._past, exchange)

        reply = exchange.reply
        options = tuple(wording for _, wording in offered(exchange.agent_input))  # as the client's hook would ask it
        question = Question(_AGENT, exchange.agent_input, reply.session_id, options, k=K, threshold=self._threshold)
        materials = Materials.of(
            exchange.history, surroundings=surroundings, model=self._model, calibrate=fits.calibrate
        )
        proposal = await self._predictor.propose(question, materials, now=reply.at or UNTIMED)
        name = proposal.predictor or self._predictor.name
        guesses = tuple(scored_by(name, proposal, fits.calibrate))
        result = _result(exchange, name, guesses, abstained=proposal.abstained is not None)
        answer = _answer(exchange)
        offered_now = self._settled.ask(exchange.agent_input, options, session_id=reply.session_id, at=answer.at)
        held = held_by_precedent(question, guesses[:1], self._precedents)
        result = replace(result, held=held, settled=self._settled.judge(offered_now, answer.reply))
        self._precedents.add(answer)  # after the answer, never before
        self._settled.learn(answer)
        return Attempt(exchange, result, guesses, proposal.degraded, proposal.usage)


async def _remembered(past: EarlierMemory, exchange: Exchange) -> Surroundings:
    """The session so far, and what memory would have shown beside it when the question was asked."""
    async with past.at(exchange.reply.at or UNTIMED) as then:
        bundle = await then.bundle(ContextRequest(query=exchange.agent_input[-QUERY:]))
    return Surroundings(bundle, exchange.surroundings.session)


class Fits:
    """A calibration for each predictor, always from the labels so far."""

    def __init__(self) -> None:
        self._of: dict[str, _FitSoFar] = {}

    def calibrate(self, predictor: str, score: float) -> float:
        """What a score is worth, going by the labels so far."""
        known = self._of.get(predictor)
        return (known.fit if known else IDENTITY).apply(score)

    def add(self, result: Result) -> None:
        self.learn(result.predictor, result.raw, right=result.right)

    def learn(self, predictor: str, score: float, *, right: bool) -> None:
        """One more label."""
        if predictor not in self._of:
            self._of[predictor] = _FitSoFar(ridge_of(predictor))
        self._of[predictor].add(Sample(score, float(right)))


class _FitSoFar:
    def __init__(self, ridge: Ridge) -> None:
        self.fit: Fit = IDENTITY
        self._ridge = ridge
        self._newest_first: deque[Sample] = deque(maxlen=MOST_LABELS)
        self._new = 0

    def add(self, sample: Sample) -> None:
        self._newest_first.appendleft(sample)
        self._new += 1
        if self._new * _REFIT_SHARE >= len(self._newest_first):
            self.fit = fit(list(self._newest_first), self._ridge)
            self._new = 0


def _answer(exchange: Exchange) -> CountableAnswer:
    reply = exchange.reply
    at = reply.at or UNTIMED + timedelta(seconds=exchange.history.total)
    typed = own_words(reply.text)
    return CountableAnswer(
        exchange.key, reply.session_id, at, attested=True, question=exchange.agent_input, reply=typed
    )


def _result(exchange: Exchange, predictor: str, guesses: tuple[tuple[Guess, float], ...], *, abstained: bool) -> Result:
    first, confidence = guesses[0]
    reply = exchange.reply
    # As outcomes are told: a log below a "yes" is no part of the answer. A mere paste was no guess's to foresee.
    typed = own_words(reply.text) or reply.text
    return Result(
        session_id=reply.session_id,
        at=reply.at,
        short=is_short(reply.text),
        predictor=predictor,
        raw=first.score,
        confidence=confidence,
        hits=tuple(hit(guess.response, typed, exchange.agent_input) for guess, _ in guesses),
        abstained=abstained,
        attested=reply.attested,
        example=example(exchange.agent_input, first.response, reply.text),
    )
