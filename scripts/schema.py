"""Writes schema/ from the event models: JSON Schema, and TypeScript types made from that JSON Schema.

python scripts/schema.py           writes both files
python scripts/schema.py --check   exits 1 when one of them is not what the models say
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from clone_mcp.models.events import CLONE_EVENT

Schema = dict[str, Any]

FOLDER = Path(__file__).resolve().parent.parent / "schema"
ID = "urn:clone-mcp:schema:clone-event"
DESCRIPTION = (
    "One thing that happened where a person works with agents. `type` tells the variants apart; "
    "a field that a variant does not name is refused."
)
TYPESCRIPT_HEADER = """\
// What Clone accepts as an event. Generated from events.schema.json by scripts/schema.py: do not edit.
"""
PRIMITIVES = {
    "string": "string",
    "integer": "number",
    "number": "number",
    "boolean": "boolean",
    "null": "null",
}


def main(arguments: list[str]) -> int:
    """Write the files, or with --check only compare them."""
    stale = {name: text for name, text in files().items() if _read(FOLDER / name) != text}
    if "--check" in arguments:
        for name in stale:
            print(f"schema/{name} is not what the models say. Run `make schema`.", file=sys.stderr)
        return 1 if stale else 0
    FOLDER.mkdir(exist_ok=True)
    for name, text in stale.items():
        (FOLDER / name).write_text(text, encoding="utf-8", newline="\n")
        print(f"wrote schema/{name}")
    return 0


def files() -> dict[str, str]:
    """What belongs into schema/, by file name."""
    schema = event_schema()
    return {
        "events.schema.json": json.dumps(schema, indent=2, ensure_ascii=False) + "\n",
        "events.d.ts": typescript(schema),
    }


def event_schema() -> Schema:
    """JSON Schema 2020-12 of a single event."""
    generated = CLONE_EVENT.json_schema()
    for definition in generated["$defs"].values():
        for field in definition.get("properties", {}).values():
            field.pop("title", None)  # "Session Id" says nothing that session_id does not
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": ID,
        "title": "CloneEvent",
        "description": DESCRIPTION,
        # Without Pydantic's `discriminator`: it is OpenAPI's, and strict validators refuse keywords they don't know.
        "oneOf": generated["oneOf"],
        "$defs": generated["$defs"],
    }


def typescript(schema: Schema) -> str:
    """TypeScript declarations for a schema that `event_schema` made."""
    definitions: Schema = schema["$defs"]
    variants = [_name(option) for option in schema["oneOf"]]
    shared = [name for name in definitions if name not in variants]
    return "\n".join(
        [
            TYPESCRIPT_HEADER,
            *(_declaration(name, definitions[name]) for name in [*shared, *variants]),
            _origin([definitions[name] for name in variants]),
            _doc(schema["description"]),
            "export type CloneEvent = Origin &",
            "  (" + "".join(f"\n    | {name}" for name in variants) + "\n  );\n",
        ]
    )


def _declaration(name: str, definition: Schema) -> str:
    doc = _doc(definition.get("description", ""))
    if "enum" in definition:
        return f"{doc}\nexport type {name} = {_type(definition)};\n"
    required = definition.get("required", [])
    fields = [_field(field, content, required=field in required) for field, content in definition["properties"].items()]
    return "\n".join([doc, f"export interface {name} {{", *fields, "}\n"])


def _field(name: str, content: Schema, *, required: bool) -> str:
    line = f"  {name}{'' if required else '?'}: {_type(content)};"
    words = _words(content)
    return f"{_doc(words, indent='  ')}\n{line}" if words else line


def _words(content: Schema) -> str:
    """What the schema says of a field that a TypeScript type can't."""
    limits = {
        "minLength": "Not empty.",
        "maxLength": f"At most {content.get('maxLength')} characters.",
        "minimum": f"At least {content.get('minimum')}.",
        "format": f"An ISO-8601 {content.get('format')} with its offset from UTC.",
    }
    whole = ["Whole number."] if content.get("type") == "integer" else []
    said = [content["description"]] if "description" in content else []
    return " ".join([*said, *whole, *(text for keyword, text in limits.items() if keyword in content)])


def _origin(variants: list[Schema]) -> str:
    """The rule that every variant states with if/then, as a union of the two cases."""
    rules = {json.dumps([variant["if"], variant["then"]], sort_keys=True) for variant in variants}
    assert len(rules) == 1, "Origin speaks for all variants, so they must share their if/then"  # noqa: S101
    variant = variants[0]
    ((field, case),) = variant["if"]["properties"].items()
    ((detail, demanded),) = variant["then"]["properties"].items()
    value, source = _type(case), _type(variant["properties"][field])
    elsewhere = _type(variant["properties"][detail])
    return "\n".join(
        [
            _doc(f"`{detail}` is required when `{field}` is {value}."),
            "export type Origin =",
            f"  | {{ {field}: {value}; {detail}: {_type(demanded)} }}",
            f"  | {{ {field}: Exclude<{source}, {value}>; {detail}?: {elsewhere} }};\n",
        ]
    )


def _type(content: Schema) -> str:
    if "$ref" in content:
        return _name(content)
    if "const" in content:
        return json.dumps(content["const"])
    if "enum" in content:
        return " | ".join(json.dumps(value) for value in content["enum"])
    if "anyOf" in content:
        return " | ".join(_type(option) for option in content["anyOf"])
    return PRIMITIVES[content["type"]]


def _name(reference: Schema) -> str:
    return reference["$ref"].removeprefix("#/$defs/")


def _doc(text: str, *, indent: str = "") -> str:
    return f"{indent}/** {text} */"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
