"""The surface as OpenAPI 3.1, from the endpoints and the models they name.

The page for people is page.py's. The schemas of the tools are made in tools/registry.py.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode, models_json_schema

from clone_mcp import __version__
from clone_mcp.models.events import CLONE_EVENT
from clone_mcp.transports.rest.endpoint import OWN_KEY, Endpoint, Needs
from clone_mcp.wire.bodies import Listed, may_be_left_out
from clone_mcp.wire.errors import Error

Schema = dict[str, Any]

REF = "#/components/schemas/{model}"
ABOUT = """\
What Clone records, remembers and predicts of one person. A slash at the end of an address may be left out. Moments are
ISO-8601 in UTC. Null stands for a field that is left out, where one may be. Clone refuses a field that only answers
have, and a name that is nearly one of those below. It ignores any other unknown field and lists it in the header
`X-Clone-Ignored-Fields`. An id of somebody else is answered like one that never was. Every answer has an
`X-Request-ID`, which the server's log names too."""
GROUPS = {
    "auth": "Accounts, signing in and out, keys.",
    "access": "Who else belongs to an account.",
    "recording": "Events and sessions as they come in.",
    "memory": "What is known of the person, tier by tier, and where each claim comes from.",
    "predictions": "What the person would type, and what became of it.",
    "sources": "Other services that send what happens there.",
    "monitoring": "How the server is doing.",
    "jobs": "What is done in the background.",
}
_OWN_ID: Schema = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "A text of your own. A request repeated under it makes nothing new and is answered with what is "
    "there.",
    "schema": {"type": "string", "pattern": f"^{OWN_KEY}$"},
}
_MEANINGS = {
    400: "What was sent can't be accepted as it is.",
    401: "No key came, or one that is unknown or revoked.",
    403: "The key is good, but not for this.",
    404: "There is no such thing, or it is somebody else's.",
    409: "It contradicts what is there.",
    413: "What was sent is over a limit.",
    429: "Too much at once; the same call works later.",
    500: "Clone failed inside.",
    502: "A service that Clone asked answered with an error.",
    503: "Something that Clone needs is not there now.",
    504: "A service that Clone asked did not answer in time.",
}


class _Plain(GenerateJsonSchema):
    """Without the titles that repeat each field's name."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False


@cache
def document(endpoints: tuple[Endpoint, ...]) -> Schema:
    """The whole description."""
    refs, components = _components(endpoints)
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        paths.setdefault(endpoint.address, {})[endpoint.method.lower()] = _operation(endpoint, refs)
    groups = list(dict.fromkeys(endpoint.group for endpoint in endpoints))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Clone", "version": __version__, "description": ABOUT},
        "tags": [{"name": group, "description": GROUPS.get(group, "")} for group in groups],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {
                "key": {"type": "apiKey", "in": "header", "name": "X-Clone-API-Key"},
                "bearer": {"type": "http", "scheme": "bearer", "description": "A key, or an access token."},
            },
        },
    }


Refs = Mapping[tuple[Any, JsonSchemaMode], Schema]


def _components(endpoints: Sequence[Endpoint]) -> tuple[Refs, Schema]:
    bodies = {endpoint.body for endpoint in endpoints if endpoint.body is not None}
    replies = {endpoint.reply for endpoint in endpoints if endpoint.reply is not None} | {Error}
    wanted: list[tuple[type[BaseModel], JsonSchemaMode]] = [
        *((model, "validation") for model in bodies if not issubclass(model, Listed)),
        *((model, "serialization") for model in replies),
    ]
    wanted.sort(key=lambda each: (each[0].__name__, each[1]))
    refs, definitions = models_json_schema(wanted, schema_generator=_Plain, ref_template=REF)
    schemas: Schema = definitions["$defs"]
    for model in bodies:
        if issubclass(model, Listed):
            continue
        _let_null_stand_for_absent(schemas[refs[model, "validation"]["$ref"].rpartition("/")[2]])
    event = CLONE_EVENT.json_schema(schema_generator=_Plain, ref_template=REF)
    schemas |= event.pop("$defs")
    return refs, dict(sorted({**schemas, "CloneEvent": event}.items()))


def _let_null_stand_for_absent(schema: Schema) -> None:
    required = schema.get("required", [])
    for name, field in schema.get("properties", {}).items():
        if name in required or {"type": "null"} in field.get("anyOf", []):
            continue
        about = {key: field.pop(key) for key in ("description", "default") if key in field}
        schema["properties"][name] = {"anyOf": [field, {"type": "null"}], **about}


def _operation(endpoint: Endpoint, refs: Refs) -> Schema:
    operation: Schema = {
        "tags": [endpoint.group],
        "operationId": endpoint.name,
        "summary": endpoint.summary,
        "parameters": list(_parameters(endpoint)),
        "responses": dict(_responses(endpoint, refs)),
        "security": [] if endpoint.needs is Needs.NOTHING else [{"key": []}, {"bearer": []}],
        "x-needs": endpoint.needs.value,
    }
    about = [endpoint.description, "Needs an owner's key." if endpoint.needs is Needs.OWNER else ""]
    if text := "\n\n".join(filter(None, about)):
        operation["description"] = text
    if endpoint.body is not None or endpoint.takes("content"):
        operation["requestBody"] = {
            "required": endpoint.body is None or not may_be_left_out(endpoint.body),
            "description": f"At most {endpoint.max_body:,} bytes.",
            "content": {"application/json": {"schema": _body(endpoint, refs)}},
        }
    return operation


def _body(endpoint: Endpoint, refs: Refs) -> Schema:
    model = endpoint.body
    if model is None:
        return {}
    if not issubclass(model, Listed):
        refused = sorted(endpoint.refused_in_body)
        named: Schema = {"propertyNames": {"not": {"enum": refused}}} if refused else {}
        return {**refs[model, "validation"], **named}
    each = {"anyOf": [{"$ref": REF.format(model=model.item)}, {"description": "Anything else is refused by itself."}]}
    return {"type": "array", "minItems": 1, "maxItems": 1000, "items": each, "description": model.__doc__}


def _parameters(endpoint: Endpoint) -> Iterator[Schema]:
    for name in endpoint.in_path:
        yield {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}
    if endpoint.query is not None:
        schema = endpoint.query.model_json_schema(schema_generator=_Plain)
        for name, field in schema["properties"].items():
            yield _parameter(name, field, required=name in schema.get("required", []))
    if endpoint.takes("own_id"):
        yield _OWN_ID


def _parameter(name: str, field: Schema, *, required: bool) -> Schema:
    kinds = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
    schema = {key: value for key, value in field.items() if key not in ("anyOf", "description", "default")}
    schema |= kinds[0] if kinds else {}
    if field.get("default") is not None:
        schema["default"] = field["default"]
    about = {"description": field["description"]} if "description" in field else {}
    return {"name": name, "in": "query", "required": required, "schema": schema, **about}


def _responses(endpoint: Endpoint, refs: Refs) -> Iterator[tuple[str, Schema]]:
    if endpoint.reply is None:
        yield "204", {"description": "Done."}
    else:
        content = {"application/json": {"schema": refs[endpoint.reply, "serialization"]}}
        yield str(endpoint.status), {"description": "The answer.", "content": content}
    error = {"application/json": {"schema": refs[Error, "serialization"]}}
    for status in sorted(_statuses(endpoint)):
        yield str(status), {"description": _MEANINGS[status], "content": error}


def _statuses(endpoint: Endpoint) -> set[int]:
    found = {500, 503}
    if endpoint.needs is not Needs.NOTHING or endpoint.takes("content") or endpoint.takes("sender"):
        found |= {401, 403, 429}
    if endpoint.in_path or endpoint.group == "memory":
        found |= {404}
    if endpoint.query is not None or endpoint.takes("own_id"):
        found |= {400}
    if endpoint.body is not None or endpoint.takes("content"):
        found |= {400, 413}
    if endpoint.method != "GET":
        found |= {400, 404, 409}
    # What is given up with its caller asks a model.
    return found | {502, 504} if endpoint.given_up_with_caller else found
