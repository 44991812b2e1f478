"""The predictor that asks a language model, and believes of its answer only what can be checked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from clone_mcp.access.spending import no_model
from clone_mcp.errors import Upstream
from clone_mcp.language.wording import fold
from clone_mcp.memory.model.prompt import handles, line
from clone_mcp.models.memory import Bundle
from clone_mcp.models.prediction import CitedFact, Guess, Proposal, Question
from clone_mcp.ports import Materials
from clone_mcp.ports.language_model import Ask
from clone_mcp.prediction.predictors import shown
from clone_mcp.prediction.question import presentable

TIMEOUT = 22.0
"""Seconds: some clients give a hook thirty, and reading and storing need some of them."""
MOST_TOKENS = 1500
_REASONING = 300


class ModelPredictor:
    """One question, one call. The wording, the numbers and the citations are the model's; the checks are ours."""

    def __init__(self, model: str, *, nonce: Callable[[], str], redact: bool, timeout: float = TIMEOUT) -> None:
        self._model = model
        self._nonce = nonce
        self._redact = redact
        self._timeout = timeout

    @property
    def name(self) -> str:
        return self._model

    async def propose(self, question: Question, materials: Materials, /, *, now: datetime) -> Proposal:
        """Raises Unavailable where no model is allowed, and what LanguageModel raises."""
        if materials.model is None:
            raise no_model()
        around = await materials.surroundings()
        name = question.model or self._model
        reply = await materials.model.answer(
            Ask(
                stable=shown.stable(around.bundle),
                volatile=shown.volatile(presentable(question, redacted=self._redact), around, self._nonce()),
                schema=shown.CHOSEN if question.options else shown.TYPED,
                name="prediction",
                model=name,
                max_tokens=MOST_TOKENS,
                timeout=self._timeout,
            )
        )
        guesses = _guesses(reply.value, question, around.bundle)
        empty = materials.total == 0 and not around.session and not _knows(around.bundle)
        return Proposal(
            tuple(guess for guess, _ in guesses[: question.k]),
            abstained="No history yet: Clone has not seen this person answer anything." if empty else None,
            stop_recommended=guesses[0][1],
            predictor=name,
            usage=reply.usage,
            snapshot=dict(shown.snapshot(around)),
        )


def _knows(bundle: Bundle) -> bool:
    return bool(bundle.facts or bundle.episodes or bundle.raw)


def _guesses(value: dict[str, Any], question: Question, bundle: Bundle) -> list[tuple[Guess, bool]]:
    """Guesses, the likeliest first, each with whether the person would be satisfied. Raises Upstream without any."""
    found: dict[str, tuple[Guess, bool]] = {}
    cite = _Citations(bundle)
    for each in value["candidates"]:
        response = _response(each, question.options)
        if not response:
            continue
        guess = Guess(response, each["probability"], line(each["reasoning"], _REASONING), *cite(each))
        key = fold(response)
        if key in found:  # the same in other letters: one reply, with the chances of both
            before, satisfied = found[key]
            found[key] = replace(before, score=before.score + guess.score), satisfied
        else:
            found[key] = guess, each["satisfied"]
    if not found:
        raise Upstream("The model named no reply.", hint="Try again.")
    room = 1.0 - value["something_else"]
    total = sum(guess.score for guess, _ in found.values())
    scale = room / total if total > room else 1.0
    scaled = [(replace(guess, score=min(1.0, guess.score * scale)), satisfied) for guess, satisfied in found.values()]
    return sorted(scaled, key=lambda each: -each[0].score)


def _response(candidate: Mapping[str, Any], options: tuple[str, ...]) -> str:
    """What would be typed: an option in the agent's own words, or the model's."""
    if not options:
        return str(candidate["response"]).strip()
    number = int(candidate["option"])
    return options[number - 1] if number <= len(options) else ""


class _Citations:
    """Ids that the model was shown. Any other was made up and is dropped."""

    def __init__(self, bundle: Bundle) -> None:
        self._facts = {fact.id: CitedFact(fact.id, fact.importance, fact.tier) for fact in bundle.facts}
        self._fact_ids = handles(self._facts)
        episodes = [episode.id for episode in bundle.episodes]
        self._episode_ids = handles(episodes) | {each: each for each in episodes}

    def __call__(self, candidate: Mapping[str, Any]) -> tuple[tuple[CitedFact, ...], tuple[str, ...]]:
        facts = {self._fact_ids.get(each, each) for each in candidate["facts"]}
        episodes = [self._episode_ids[each] for each in candidate["episodes"] if each in self._episode_ids]
        known = tuple(fact for fact_id, fact in self._facts.items() if fact_id in facts)
        return known, tuple(dict.fromkeys(episodes))
