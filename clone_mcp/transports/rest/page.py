"""The same description for people: one page without scripts, and nothing from elsewhere.

It sees only the document that openapi.py makes, never an endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

Schema = dict[str, Any]

_STYLE = """\
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1rem }
code { font: 14px/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
summary { cursor: pointer; padding: .3rem 0 }
summary b { display: inline-block; min-width: 4.5rem }
details { border-bottom: 1px solid #8884 }
details > div { padding: 0 0 1rem 1rem }
table { border-collapse: collapse; display: block; overflow-x: auto }
td, th { text-align: left; vertical-align: top; padding: .15rem 1rem .15rem 0 }
.owner { color: #b60; font-size: 85% }
"""


def html(document: Schema) -> str:
    """The page for an OpenAPI document."""
    schemas = document["components"]["schemas"]
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clone REST API</title>',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f"<style>{_STYLE}</style></head><body><h1>Clone REST API</h1>",
        f"<p>{escape(document['info']['description'])}</p>",
        "<p>Send a key as <code>X-Clone-API-Key</code> or <code>Authorization: Bearer</code>. "
        'For programs: <a href="/api/openapi.json">openapi.json</a>.</p>',
    ]
    for group in document["tags"]:
        parts.append(f"<h2>{escape(group['name'])}</h2><p>{escape(group['description'])}</p>")
        for path, methods in document["paths"].items():
            for method, operation in methods.items():
                if group["name"] in operation["tags"]:
                    parts += _operation(method, path, operation)
    parts.append("<h2>Shapes</h2>")
    for name, schema in schemas.items():
        parts += _shape(name, schema)
    return "".join([*parts, "</body></html>"])


def _operation(method: str, path: str, operation: Schema) -> Iterator[str]:
    owner = ' <span class="owner">owner</span>' if operation["x-needs"] == "an owner's key" else ""
    yield f"<details><summary><b>{method.upper()}</b> <code>{escape(path)}</code>{owner}<br>"
    yield f"{escape(operation['summary'])}</summary><div>"
    if "description" in operation:
        yield f"<p>{escape(operation['description'])}</p>"
    if operation["parameters"]:
        rows = [(each["name"], each["schema"], each.get("description", each["in"])) for each in operation["parameters"]]
        yield _table(rows)
    if "requestBody" in operation:
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        yield f"<p>Body: {_kind(schema)}. {escape(operation['requestBody']['description'])}</p>"
    for status, response in operation["responses"].items():
        content = response.get("content", {}).get("application/json")
        answer = f" {_kind(content['schema'])}" if content and status.startswith("2") else ""
        yield f"<div><code>{status}</code>{answer} {escape(response['description'])}</div>"
    yield "</div></details>"


def _shape(name: str, schema: Schema) -> Iterator[str]:
    yield f'<details id="{escape(name)}"><summary><code>{escape(name)}</code></summary><div>'
    if "description" in schema:
        yield f"<p>{escape(schema['description'])}</p>"
    if "properties" in schema:
        required = schema.get("required", [])
        yield _table(
            (field if field not in required else f"{field} *", each, each.get("description", ""))
            for field, each in schema["properties"].items()
        )
    else:
        yield f"<p>{_kind(schema)}</p>"
    yield "</div></details>"


def _table(rows: Any) -> str:
    cells = "".join(
        f"<tr><td><code>{escape(name)}</code></td><td>{_kind(schema)}</td><td>{escape(about)}</td></tr>"
        for name, schema, about in rows
    )
    return f"<table>{cells}</table>"


def _kind(schema: Schema) -> str:
    """A type in words, with a link to what it names."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f'<a href="#{name}">{name}</a>'
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(_kind(each) for each in schema[union])
    if "enum" in schema:
        return " or ".join(f"<code>{escape(str(value))}</code>" for value in schema["enum"])
    if "const" in schema:
        return f"<code>{escape(str(schema['const']))}</code>"
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    limits = [f"{word} {schema[key]}" for key, word in _LIMITS.items() if key in schema]
    return escape(", ".join([schema.get("format", schema.get("type", "anything")), *limits]))


_LIMITS = {"minimum": "from", "maximum": "to", "minLength": "at least", "maxLength": "at most"}
