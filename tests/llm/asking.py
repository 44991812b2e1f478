"""The question that these tests ask, with every kind of limit in its schema."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from clone_mcp.llm.models import DEFAULT_MODEL
from clone_mcp.ports.language_model import Ask

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "candidates": {
            "type": "array",
            "minItems": 2,
            "maxItems": 5,
            "items": {
                "type": "object",
                "properties": {
                    "response": {"type": "string", "minLength": 1, "maxLength": 40},
                    "probability": {"type": "number", "minimum": 0, "maximum": 1},
                    "cited_facts": {"type": "array", "items": {"type": "string"}},
                },
                "required": ["response", "probability", "cited_facts"],
            },
        },
    },
    "required": ["candidates"],
}

ASK = Ask(
    stable="You predict what this person types next. They prefer tabs.",
    volatile="The agent said: shall I commit?",
    schema=SCHEMA,
    name="prediction",
    model=DEFAULT_MODEL,
    max_tokens=500,
    timeout=20,
)


def ask(**changes: Any) -> Ask:
    return replace(ASK, **changes)


def candidates(*responses: str, probability: float = 0.4, cited: tuple[str, ...] = ()) -> dict[str, Any]:
    return {
        "candidates": [
            {"response": response, "probability": probability, "cited_facts": list(cited)} for response in responses
        ]
    }


GOOD = candidates("commit", "not yet")
