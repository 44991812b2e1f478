"""What a model reads for one question: the part that stays, and the part that is new every time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clone_mcp.memory.model.prompt import fenced, handles, line, prompt, quoted
from clone_mcp.models.memory import Bundle, Raw, Tier
from clone_mcp.models.prediction import Question
from clone_mcp.ports.predictions import Surroundings

VERSION = "1"
"""Of the prompts. One that changes what is answered gets a new number, and with it a new fit."""

PROMPTS = Path(__file__).parents[1] / "prompts"
_TURNS = 30
_LONGEST = 500
_MOST = 10
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@/-]{0,39}")

_CITATIONS = {"type": "array", "items": {"type": "string"}}
_REST: dict[str, Any] = {
    "reasoning": {"type": "string"},
    "probability": {"type": "number", "minimum": 0, "maximum": 1},
    "facts": _CITATIONS,
    "episodes": _CITATIONS,
    "satisfied": {"type": "boolean"},
}


def schema(what: str, shape: dict[str, Any]) -> dict[str, Any]:
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


TYPED = schema("response", {"type": "string", "minLength": 1})
CHOSEN = schema("option", {"type": "integer", "minimum": 1})


def stable(bundle: Bundle) -> str:
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


def volatile(question: Question, around: Surroundings, nonce: str) -> str:
    """What was said lately, and the question, which stands last."""
    bundle = around.bundle
    here = {raw.id for raw in around.session}
    short = {episode_id: handle for handle, episode_id in handles(each.id for each in bundle.episodes).items()}
    told = (f"{short[each.id]} {each.ended_at:%Y-%m-%d} {line(each.summary, _LONGEST)}" for each in bundle.episodes)
    return prompt(PROMPTS / "question.md").substitute(
        episodes=fenced(told, nonce),
        elsewhere=fenced((_said(raw) for raw in bundle.raw if raw.id not in here), nonce),
        session=fenced((_said(raw) for raw in around.session[-_TURNS:]), nonce),
        agent=_agent(question.agent),
        question=fenced([question.agent_input, *_options(question)], nonce),
        task=_task(question),
    )


def snapshot(around: Surroundings) -> Mapping[str, Any]:
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


def _said(raw: Raw) -> str:
    return f"{raw.occurred_at:%H:%M} {raw.author}: {line(raw.text, _LONGEST)}"


def _options(question: Question) -> list[str]:
    return [f"Option {number}: {line(option, _LONGEST)}" for number, option in enumerate(question.options, 1)]


def _task(question: Question) -> str:
    if question.options:
        return "Which of the numbered options does the person choose? Name all that are likely, by their numbers."
    return f"What does the person type? Name {max(3, question.k)} different replies, fewer if fewer are likely at all."


def _lines(lines: Iterable[str]) -> str:
    return "\n".join(lines) or "(nothing yet)"
