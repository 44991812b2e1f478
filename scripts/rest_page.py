"""docs/reference/rest.md, from the description that the server itself gives of REST."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from clone_mcp.transports.rest.application import ENDPOINTS
from clone_mcp.transports.rest.openapi import document

Schema = dict[str, Any]

INTRODUCTION = """\
What `clone-mcp serve` answers under `/api/`, beside [MCP](http.md). A running server describes itself: for people at
`/api/docs`, for programs at `/api/openapi.json` (OpenAPI 3.1). How to use it: [the REST API](../howto/rest-api.md).

## Conventions

- A key or an access token comes with every request, as `X-Clone-API-Key: …` or `Authorization: Bearer …`
  ([access](access.md)). What is marked *agent* needs more than a viewer's, what is marked *owner* an owner's, what is
  marked *open* none.
- The slash at the end of an address may be left out.
- Bodies and answers are JSON. Values are taken as they stand: `"3"` is no number. Null stands for a field that is left
  out, where one may be. NUL and halves of surrogate pairs become U+FFFD.
- No field is dropped in silence. Clone refuses a field that only its answers have (such as `importance` of a fact),
  one that belongs in the address or in the body instead, and a name that is nearly right. The error names the field
  and what you can set. Clone ignores any other unknown field and lists it in the header `X-Clone-Ignored-Fields`.
- A `PATCH` needs at least one field that it can change.
- Moments are ISO-8601 with an offset; answers are in UTC.
- Confidences, importances and rates have at most six digits behind the point. Rounding never moves a confidence over
  the threshold of its question: `auto` still means that the number reaches it. Your own threshold comes back as sent.
- Lists come in pages: `limit` and `offset` in, `results`, `limit`, `offset` and `more` out.
- 200 is an answer, 201 something new, 204 done and nothing to say.
- A failure is `{"error": "<what happened> <what to do>"}` with the status of its [kind](errors.md). An id of somebody
  else is answered like one that never was. 429 says in `Retry-After` when to come again, where that is known.
- Every answer has an `X-Request-ID`, which the log names too. One that a proxy sends is kept.
- Bodies have at most 4 MiB, batches of events 32 MiB. The limit holds while they come in, after the key was checked.

## Repeating a request

Nothing is doubled by a retry if it is made so:

| what | why |
| --- | --- |
| `POST /api/recording/events/` | events have ids of their own; known ones count as duplicates |
| feedback, `PATCH`, `DELETE`, retries of jobs | saying it again changes nothing |
| `POST /api/memory/facts/` | a fact that is there is refused with its id |
| `POST` to `/api/predictions/predict/`, `/api/memory/raw/`, `/api/memory/episodes/` | send an `Idempotency-Key` |
| webhook deliveries | known by what was signed |

What is made under an `Idempotency-Key` of your own is made once, because its id follows from the key; asked for again,
it comes back. With other content under the same key the answer is 409.

## Addresses
"""


def rest() -> str:
    """The page."""
    described = _without_names_of_words(document(ENDPOINTS))
    parts = [INTRODUCTION]
    for group in described["tags"]:
        parts.append(f"### /api/{group['name']}/\n\n{group['description']}\n")
        parts.append(_table(("address", "needs", "what it does"), _addresses(described, group["name"])) + "\n")
    parts.append("## Bodies and parameters\n\nA * marks what is required. Behind a semicolon stands the default.")
    parts += _inputs(described)
    parts.append("\n## Answers")
    parts += _answers(described)
    return "\n".join(parts)


def _without_names_of_words(described: Schema) -> Schema:
    """The description with each named choice of words in the places that name it."""
    schemas = described["components"]["schemas"]

    def told(node: Any) -> Any:
        if isinstance(node, dict):
            named = schemas.get(_name(node), {})
            if "enum" in named:
                return {**{key: each for key, each in node.items() if key != "$ref"}, "enum": named["enum"]}
            return {key: told(each) for key, each in node.items()}
        return [told(each) for each in node] if isinstance(node, list) else node

    return told(described)


def _operations(described: Schema) -> Iterator[tuple[str, Schema]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def _addresses(described: Schema, group: str) -> Iterator[tuple[str, ...]]:
    needs = {"nothing": "open", "a key": "a key", "a key of more than a viewer": "agent", "an owner's key": "owner"}
    for address, operation in _operations(described):
        if group in operation["tags"]:
            yield f"`{address}`", needs[operation["x-needs"]], operation["summary"]


def _inputs(described: Schema) -> Iterator[str]:
    schemas = described["components"]["schemas"]
    for address, operation in _operations(described):
        rows = [
            (f"`{each['name']}`", _with_default(each["schema"]), each.get("description", ""))
            for each in operation["parameters"]
            if each["in"] == "query"
        ]
        body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if "$ref" in body:
            rows += _fields(schemas[_name(body)], starred=True)
        if rows:
            yield f"\n### `{address}`\n\n{_table(('name', 'type', 'what it is'), rows)}"


def _answers(described: Schema) -> Iterator[str]:
    schemas = described["components"]["schemas"]
    for name in sorted(_reached({_name(schema) for schema in _answered(described)}, schemas)):
        users = [address for address, operation in _operations(described) if _answers_with(operation, name)]
        parts = [
            f"\n### {name}",
            schemas[name].get("description", ""),
            f"Of {', '.join(f'`{address}`' for address in users)}." if 0 < len(users) < _MANY else "",
            _table(("field", "type", "what it is"), _fields(schemas[name], starred=False)),
        ]
        yield "\n\n".join(filter(None, parts))


def _answers_with(operation: Schema, name: str) -> bool:
    return any(
        _name(response.get("content", {}).get("application/json", {}).get("schema", {})) == name
        for status, response in operation["responses"].items()
        if status.startswith("2")
    )


def _answered(described: Schema) -> Iterator[Schema]:
    for _, operation in _operations(described):
        for response in operation["responses"].values():
            schema = response.get("content", {}).get("application/json", {}).get("schema", {})
            if "$ref" in schema:
                yield schema


def _reached(names: set[str], schemas: Schema) -> set[str]:
    """These shapes and those they are made of."""
    found, waiting = set(names), list(names)
    while waiting:
        for inner in _named_in(schemas[waiting.pop()]):
            if inner not in found:
                found.add(inner)
                waiting.append(inner)
    return found


def _named_in(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if "$ref" in node:
            yield _name(node)
        for each in node.values():
            yield from _named_in(each)
    elif isinstance(node, list):
        for each in node:
            yield from _named_in(each)


def _fields(schema: Schema, *, starred: bool) -> list[tuple[str, ...]]:
    required = schema.get("required", []) if starred else []
    return [
        (f"`{name}`{' *' if name in required else ''}", _with_default(field), field.get("description", ""))
        for name, field in schema.get("properties", {}).items()
    ]


def _with_default(schema: Schema) -> str:
    default = schema.get("default")
    return _type(schema) + ("" if default in (None, "", [], False) else f"; {default}")


def _type(schema: Schema) -> str:
    if "$ref" in schema:
        return f"[{_name(schema)}](#{_name(schema).lower()})"
    for union in ("anyOf", "oneOf"):
        if union in schema:
            return " or ".join(_type(each) for each in schema[union] if each != {"type": "null"})
    if "enum" in schema:
        return " or ".join(f"`{value}`" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    limits = [f"{word} {schema[key]:,}" for key, word in _LIMITS.items() if key in schema]
    return ", ".join([schema.get("format", schema.get("type", "anything")), *limits])


_MANY = 6
_LIMITS = {"minimum": "from", "maximum": "to", "minLength": "at least", "maxLength": "at most"}


def _name(schema: Schema) -> str:
    return schema.get("$ref", "").rpartition("/")[2]


def _table(heads: tuple[str, ...], rows: Any) -> str:
    lines = [heads, ("---",) * len(heads), *rows]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)
