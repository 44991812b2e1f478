"""The predictor that asks a language model: what it reads for one question, and what of its answer is believed.

It reads a part that stays, which a provider may keep for the next question, and a part that is new every time. Of its
answer only that is believed which can be checked.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from clone_mcp.access.spending import no_model
from clone_mcp.errors import Upstream
from clone_mcp.language.wording import fold
from clone_mcp.memory.model.prompt import fenced, handles, line, prompt, quoted
from clone_mcp.models.memory import Bundle, Raw, Tier
from clone_mcp.models.prediction import CitedFact, Guess, Proposal, Question
from clone_mcp.ports import Materials
from clone_mcp.ports.language_model import Ask
from clone_mcp.ports.predictions import Surroundings
from clone_mcp.prediction.record import presentable

TIMEOUT = 22.0
"""Seconds: some clients give a hook thirty, and reading and storing need some of them."""
MOST_TOKENS = 1500
_REASONING = 300
VERSION = "1"
"""Of the prompts. One that changes what is answered gets a new number, and with it a new fit."""

PROMPTS = Path(__file__).parents[1] / "prompts"
_TURNS = 30
_LONGEST = 500
_MOST = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/-]{0,39}")

_NO_HISTORY = "No history yet: Clone has not seen this person answer anything."
_SEVERAL = "Several may be taken here, and a model names one."


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
                stable=_stable(around.bundle),
                volatile=_volatile(presentable(question, redacted=self._redact), around, self._nonce()),
                schema=_CHOSEN if question.options else _TYPED,
                name="prediction",
                model=name,
                max_tokens=MOST_TOKENS,
                timeout=self._timeout,
            )
        )
        guesses = _guesses(reply.value, question, around.bundle)
        shown = around.bundle
        empty = not (materials.total or around.session or shown.facts or shown.episodes or shown.raw)
        return Proposal(
            tuple(guess for guess, _ in guesses[: question.k]),
            abstained=_NO_HISTORY if empty else (_SEVERAL if question.several else None),
            stop_recommended=guesses[0][1],
            predictor=f"{name}/options" if question.options else name,  # their scores have a fit of their own
            usage=reply.usage,
            snapshot=_snapshot(around),
        )


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


_CITATIONS = {"type": "array", "items": {"type": "string"}}
_REST: dict[str, Any] = {
    "reasoning": {"type": "string"},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "facts": _CITATIONS,
    "episodes": _CITATIONS,
    "satisfied": {"type": "boolean"},
}


def _schema(what: str, shape: dict[str, Any]) -> dict[str, Any]:
    """The shape of an answer whose candidates name `what`. Always the same, since a new shape is a new cache."""
    fields = {what: shape, **_REST}
    candidate = {"type": "object", "properties": fields, "required": list(fields), "additionalProperties": False}
    return {
        "type": "object",
        "properties": {
            "candidates": {"type": "array", "minItems": 1, "maxItems": _MOST, "items": candidate},
            "something_else": {"type": "number", "minimum": 0, "maximum": 1},
        },
        "required": ["candidates", "something_else"],
        "additionalProperties": False,
    }


_TYPED = _schema("response", {"type": "string", "minLength": 1})
_CHOSEN = _schema("option", {"type": "integer", "minimum": 1})


def _stable(bundle: Bundle) -> str:
    """Instructions, the card and the facts. Nothing in it depends on the question, or on outcomes that move ranks."""
    card = bundle.profile.soul_card.splitlines() if bundle.profile else []
    short = {fact_id: handle for handle, fact_id in handles(fact.id for fact in bundle.facts).items()}
    facts = sorted(bundle.facts, key=lambda fact: (fact.created_at, fact.id))
    return prompt(PROMPTS / "system.md").substitute(
        card=_lines(quoted(line=each) for each in card),
        facts=_lines(
            quoted(id=short[fact.id], text=fact.text, tentative=fact.tier is Tier.TENTATIVE) for fact in facts
        ),
    )


def _volatile(question: Question, around: Surroundings, nonce: str) -> str:
    """What was said lately, and the question, which stands last."""
    bundle = around.bundle
    here = {raw.id for raw in around.session}
    short = {episode_id: handle for handle, episode_id in handles(each.id for each in bundle.episodes).items()}
    options = (f"Option {number}: {line(option, _LONGEST)}" for number, option in enumerate(question.options, 1))
    told = (f"{short[each.id]} {each.ended_at:%Y-%m-%d} {line(each.summary, _LONGEST)}" for each in bundle.episodes)
    return prompt(PROMPTS / "question.md").substitute(
        episodes=fenced(told, nonce),
        elsewhere=fenced((_transcript_line(raw) for raw in bundle.raw if raw.id not in here), nonce),
        session=fenced((_transcript_line(raw) for raw in around.session[-_TURNS:]), nonce),
        agent=_agent(question.agent),
        question=fenced([question.agent_input, *options], nonce),
        task=_task(question),
    )


def _snapshot(around: Surroundings) -> dict[str, Any]:
    """Ids and versions of what was shown."""
    bundle = around.bundle
    return {
        "prompt": VERSION,
        "profile": bundle.profile.updated_at.isoformat() if bundle.profile else None,
        "facts": {fact.id: fact.updated_at.isoformat() for fact in bundle.facts},
        "episodes": [episode.id for episode in bundle.episodes],
        "raw": [raw.id for raw in (*bundle.raw, *around.session[-_TURNS:])],
    }


def _agent(name: str) -> str:
    """A caller's own word for itself, which stands outside the marks: shown only if it can't be a sentence."""
    return f"The agent {quoted(name=name)}" if _NAME.fullmatch(name) else "The agent"


def _transcript_line(raw: Raw) -> str:
    return f"{raw.occurred_at:%H:%M} {raw.author}: {line(raw.text, _LONGEST)}"


def _task(question: Question) -> str:
    if question.options:
        return "Which of the numbered options does the person choose? Name all that are likely, by their numbers."
    return f"What does the person type? Name {max(3, question.k)} different replies, fewer if fewer are likely at all."


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or "(nothing yet)"
