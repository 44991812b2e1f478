"""What a client may send: mostly what a schema asks for, and every so often what nobody asked for, as JSON text."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st

TEXTS = st.text(max_size=80) | st.sampled_from(
    ["", " ", "\x00", "\ud800", "\udfff\ud800", "\u202e\u2066", "a\u0300" * 50,
     "'; DROP TABLE events; --", "../../x", "%s%n", "{}", "null"]
)  # fmt: skip

NOBODY_ASKED = [
    "1" * 5000, "-1e400", "1e999", "-0.0", "NaN", "Infinity", "9" * 400,
    '"' + "x" * 300_000 + '"', "[" * 3000 + "]" * 3000,
    '{"a":' * 2000 + "1" + "}" * 2000, '"\\ud800"', '"\\u0000"', '"\\udc00\\ud800"',
    "[null, [], {}]", "true", "null", '""',
    '[' + ",".join(["0"] * 20_000) + "]", '{"":{"":{"":""}}}', '"' + "\\u0000" * 5000 + '"', "1.7976931348623157e308",
    '{"__proto__": 1, "$ref": "#"}', '"2026-13-45T99:99:99Z"', '"' + "🦄" * 20_000 + '"',
]  # fmt: skip
"""JSON, or what Python takes for it, as it stands in the body."""


def asked_for(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """JSON text of a value that the schema asks for, or nearly."""
    if "enum" in schema:
        return st.sampled_from([json.dumps(each) for each in schema["enum"]])
    match schema.get("type"):
        case "integer":
            return st.integers(-2, 12).map(json.dumps) | st.integers().map(json.dumps)
        case "number":
            return st.floats(0, 1).map(json.dumps) | st.floats(allow_nan=False, allow_infinity=False).map(json.dumps)
        case "array":
            return st.lists(asked_for(schema.get("items", {})), max_size=5).map(lambda items: f"[{','.join(items)}]")
        case "object":
            return objects(schema)
        case "boolean":
            return st.sampled_from(["true", "false"])
        case _:
            return TEXTS.map(json.dumps)


def objects(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    """An object with most of its fields, some of them absurd, and sometimes one too many."""
    names = sorted(schema.get("properties", {}))
    fields = {name: asked_for(schema["properties"][name]) | st.sampled_from(NOBODY_ASKED) for name in names}
    optional = [name for name in names if name not in schema.get("required", [])]
    return st.builds(
        _object,
        st.fixed_dictionaries(
            {name: fields[name] for name in names if name not in optional},
            optional={**{name: fields[name] for name in optional}, "unasked": st.sampled_from(NOBODY_ASKED)},
        ),
    )


def _object(fields: dict[str, str]) -> str:
    return "{" + ", ".join(f"{json.dumps(name)}: {value}" for name, value in fields.items()) + "}"


ANYTHING = st.sampled_from(NOBODY_ASKED) | st.binary(max_size=60).map(lambda data: data.decode("latin-1"))
