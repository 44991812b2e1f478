"""Reading what a client sent as arguments: lenient about form, strict about meaning.

REST's bodies are read in bodies.py, which takes JSON types as they stand.
"""

from __future__ import annotations

import json
from typing import Any, TypeVar, cast

from pydantic import BaseModel, ConfigDict, ValidationError

from clone_mcp.errors import Invalid
from clone_mcp.models.text import clean, clean_payload
from clone_mcp.spelling import closest
from clone_mcp.validation import faults

A = TypeVar("A", bound="Arguments")

_SHOWN = 100
"""Characters of a name of the caller's that are said back."""


class Arguments(BaseModel):
    """The arguments of a tool. Flat, without unions, because several clients drop tools whose schemas have them."""

    model_config = ConfigDict(frozen=True, extra="forbid", coerce_numbers_to_str=True)


class ToolReply(BaseModel):
    """Fields that every reply to a tool call has."""

    ignored_arguments: list[str] = []


def parse(model: type[A], given: Any) -> tuple[A, list[str]]:
    """The arguments, and the names that were ignored. Raises Invalid in words a model can act on.

    Null and "" mean absent, numbers may come as strings, lists as JSON text. A name that is nearly one of ours is
    refused, because a misspelt option that is silently dropped changes the answer.
    """
    if not isinstance(given, dict):
        raise Invalid("The arguments must be a JSON object.")
    known: dict[str, Any] = {}
    ignored: list[str] = []
    for name, value in cast("dict[str, Any]", given).items():
        if name in model.model_fields:
            if value is not None and value != "":
                kind = model.model_fields[name].annotation
                is_list = getattr(kind, "__origin__", None) in (list, tuple)
                known[name] = _read(value, is_list=is_list, is_flag=kind is bool, name=name)
        elif near := closest(name, model.model_fields):
            raise Invalid(f"There is no argument {clean(name)!r}.", hint=f"Did you mean {near!r}?")
        else:
            ignored.append(clean(name[:_SHOWN]))
    try:
        return model.model_validate(known), ignored
    except ValidationError as exc:
        raise Invalid("; ".join(faults(exc)) + ".") from exc


def _read(value: Any, *, is_list: bool, is_flag: bool, name: str) -> Any:
    if isinstance(value, bool) and not is_flag:  # which Python takes for 0 and 1
        raise Invalid(f"{name} can't be true or false.")
    try:
        return clean_payload(_from_json_text(value) if is_list else value)
    except RecursionError as exc:
        raise Invalid(f"{name} is nested too deeply.") from exc


def _from_json_text(value: Any) -> Any:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
