"""What a model says about the person, believed as far as it can be checked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clone_mcp.language.claim_keys import key_of, opposite, parsed
from clone_mcp.memory.distill.claims import LONGEST
from clone_mcp.memory.distill.gates import gate_of
from clone_mcp.memory.model.prompt import line
from clone_mcp.models.memory import Claim, FactKind, Gate, Raw

_MOST_TAGS = 3

_FIELDS: dict[str, Any] = {
    "kind": {"type": "string", "enum": [kind.value for kind in FactKind]},
    "text": {"type": "string", "minLength": 1},
    "meaning": {"type": "string", "minLength": 1},
    "rows": {"type": "array", "items": {"type": "string"}},
    "tags": {"type": "array", "items": {"type": "string"}},
} | {flag: {"type": "boolean"} for flag in ("against", "explicit", "local", "sensitive", "authorises")}

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "claims": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": _FIELDS,
                "required": list(_FIELDS),
                "additionalProperties": False,
            },
        }
    },
    "required": ["claims"],
    "additionalProperties": False,
}


def claim_in(said: Mapping[str, Any], citable: Mapping[str, Raw]) -> Claim | None:
    """The claim, or None: when it cites a line that it was not shown as the person's, none at all, or says nothing."""
    cited = list(dict.fromkeys(said["rows"]))
    if not cited or any(handle not in citable for handle in cited):
        return None
    rows = [citable[handle] for handle in cited]
    kind = FactKind(said["kind"])
    domain = "use" if kind in (FactKind.SKILL, FactKind.ARTIFACT) and not said["against"] else "want"
    key = key_of(domain, said["meaning"], against=said["against"])
    text = line(said["text"], LONGEST)
    if not text or not parsed(key).parts or not all(parsed(key).parts):
        return None
    return Claim(
        kind=kind,
        text=text,
        key=key,
        raw_ids=tuple(raw.id for raw in rows),
        explicit=said["explicit"],
        opposes=opposite(key),
        gate=_gate(said, [text, said["meaning"], *(raw.text for raw in rows)]),
        tags=tuple(dict.fromkeys(line(tag, 40).casefold() for tag in said["tags"] if tag.strip()))[:_MOST_TAGS],
        project=rows[0].project if said["local"] else None,
    )


def _gate(said: Mapping[str, Any], texts: list[str]) -> Gate | None:
    """The strictest gate that the rules find in any of these words; the model may only add to that."""
    found = {gate_of(text) for text in texts}
    if said["authorises"] or Gate.GROUNDING in found:
        return Gate.GROUNDING
    return Gate.SENSITIVE if said["sensitive"] or Gate.SENSITIVE in found else None
