"""The forms of everything that goes over REST (bodies, queries, answers, pages), and the reading of what clients sent.

JSON types are meant as they stand. No name is dropped in silence. One that is nearly one of ours is refused, because a
misspelt option changes the answer. One that Clone knows and that can't be set here is refused too. Any other is
ignored, and the answer lists it. What tools take is read in arguments.py, which is more lenient.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated, Any, ClassVar, Generic, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, RootModel, ValidationError
from pydantic.config import JsonDict

from clone_mcp.errors import Invalid
from clone_mcp.models.events import Moment
from clone_mcp.models.text import clean, clean_payload
from clone_mcp.spelling import closest
from clone_mcp.validation import faults

M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")

_SHOWN = 100
"""Characters of a name of the sender's that are said back."""
_EXACT = 2**53
"""Up to here every whole number is a float of its own."""


class Body(BaseModel):
    """A JSON object. Null stands for a field that is left out, where one may be."""

    model_config = ConfigDict(frozen=True, strict=True)

    exact: ClassVar[bool] = False
    """Whether any unknown name is refused: where one that is ignored would widen what is done."""
    elsewhere: ClassVar[Mapping[str, str]] = {}
    """Names that callers may expect here, and what to do instead."""


def _one_of_them(schema: JsonDict) -> None:
    fields = cast("dict[str, JsonDict]", schema["properties"])
    if not schema.get("required"):
        schema["anyOf"] = [{"required": [name], "properties": {name: {"not": {"type": "null"}}}} for name in fields]


class Patch(Body):
    """Fields to change. One of them has to be there."""

    model_config = ConfigDict(json_schema_extra=_one_of_them)


class Nothing(Body):
    """No field at all. What is no object says nothing, either."""


class ExactlyNothing(Nothing):
    """No field at all, and no name that is ignored."""

    exact = True


class Query(BaseModel):
    """What stands behind the question mark."""

    model_config = ConfigDict(frozen=True)

    exact: ClassVar[bool] = False
    """As for a body; it counts for a body that comes along, too."""


class Listed(RootModel[list[Any]]):
    """A JSON array whose items are looked at one by one."""

    item: ClassVar[str] = "item"


When = Annotated[Moment, Field(strict=False)]
"""A moment in a JSON body, where it is text."""


def _digits(value: object) -> object:
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]{1,18}", value):
        raise ValueError("must be a whole number")
    return value


DIGITS = BeforeValidator(_digits)
"""For whole numbers in a query. Pydantic alone would read "1_0" and " 10 " too."""


class Reply(BaseModel):
    """An answer, filled in from what the core knows under the same names."""

    model_config = ConfigDict(from_attributes=True)


class Page(Reply, Generic[T]):
    """A part of a list."""

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        return f"{params[0].__name__.removesuffix('Reply')}Page"

    results: list[T]
    limit: int
    offset: int
    more: bool = Field(description="Whether there are any behind these.")


class PageQuery(Query):
    limit: Annotated[int, Field(ge=1, le=200, description="How many at most."), DIGITS] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000_000, description="How many to pass over."), DIGITS] = 0


def page(query: PageQuery, found: Sequence[T]) -> Page[T]:
    """The page that was asked for, from what was found when one more was looked for."""
    return Page(
        results=list(found[: query.limit]), limit=query.limit, offset=query.offset, more=len(found) > query.limit
    )


Refused = Mapping[str, str]
"""Names that are refused wherever they come, and what to do instead, where there is anything."""


def unsettable(model: type[BaseModel], reply: type[BaseModel] | None, query: type[BaseModel] | None = None) -> Refused:
    """What an answer shows and a body can't set, what belongs in the address, and what the body says of itself."""
    shown = reply.model_fields if reply else {}
    asked = {name: f"Put it in the address: `?{name}=…`." for name in (query.model_fields if query else ())}
    named = {**dict.fromkeys(shown, ""), **asked, **getattr(model, "elsewhere", {})}
    return {name: instead for name, instead in named.items() if name not in model.model_fields}


def body(model: type[M], content: bytes, refused: Refused) -> tuple[M, list[str]]:
    """A request's body, and the names in it that were ignored. Raises Invalid in words that name the field."""
    listed = issubclass(model, Listed)
    try:
        absent = b"{}" if may_be_left_out(model) else b""
        value = json.loads(content or absent, parse_constant=_no_constant, parse_float=None if listed else _number)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as exc:
        raise Invalid("The body is not JSON in UTF-8.") from exc
    if listed:
        if not isinstance(value, list):
            raise Invalid("The body must be a JSON array.")
        return model.model_construct(cast("list[Any]", value)), []
    return checked(model, value, refused)


def nothing(content: bytes, refused: Refused, *, exact: bool = False) -> list[str]:
    """The names that were ignored where no body is asked for. What can't be read as an object asks for nothing."""
    try:
        value = json.loads(content or b"{}")
    except (ValueError, RecursionError):
        return []
    return checked(ExactlyNothing if exact else Nothing, value, refused)[1] if isinstance(value, dict) else []


def may_be_left_out(model: type[BaseModel]) -> bool:
    """Where every field may be left out, so may the body."""
    return not (issubclass(model, Listed | Patch) or any(field.is_required() for field in model.model_fields.values()))


def checked(model: type[M], value: Any, refused: Refused) -> tuple[M, list[str]]:
    """A JSON value as the model has it, and the names in it that were ignored. Raises Invalid."""
    if not isinstance(value, dict):
        raise Invalid("The body must be a JSON object.")
    try:
        given: dict[str, Any] = clean_payload(value)
    except RecursionError:
        raise _too_deep() from None
    _refuse(given, refused, "here", model)
    _refuse_near_misses(given, model)
    optional = {name for name, field in model.model_fields.items() if not field.is_required()}
    known = {name: value for name, value in given.items() if not (value is None and name in optional)}
    if issubclass(model, Patch) and not known.keys() & model.model_fields.keys():
        raise Invalid("Nothing that can be changed was sent.", hint=_settable(model))
    return _validated(model, known), _ignored(given, model)


def query(model: type[M], given: Mapping[str, str], refused: Refused) -> M:
    """The parameters behind the question mark. Raises Invalid."""
    _refuse(given, refused, "in the address", model)
    _refuse_near_misses(given, model)
    _ignored(given, model)
    return _validated(model, {clean(name): clean(value) for name, value in given.items()})


def _ignored(given: Iterable[str], model: type[BaseModel]) -> list[str]:
    """The names that mean nothing here. Raises Invalid where there may be none."""
    names = [clean(name[:_SHOWN]) for name in given if name not in model.model_fields]
    if names and getattr(model, "exact", False):
        raise Invalid(f"{in_words(names)} can't be set here.", hint=_settable(model))
    return names


def _validated(model: type[M], given: dict[str, Any]) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as exc:
        raise Invalid("; ".join(faults(exc)) + ".") from exc
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> Invalid:
    return Invalid("The body is nested too deeply.")


def _refuse(given: Iterable[str], refused: Refused, where: str, model: type[BaseModel]) -> None:
    names = [name for name in given if name in refused]
    if names:
        hints = dict.fromkeys(refused[name] or _settable(model) for name in names)
        raise Invalid(f"{in_words(names)} can't be set {where}.", hint=" ".join(hints))


def _settable(model: type[BaseModel]) -> str:
    names = list(model.model_fields)
    return f"You can set {in_words(names)}." if names else "Nothing can be set here."


def in_words(names: Sequence[str]) -> str:
    """Names as a sentence has them."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def _refuse_near_misses(given: Iterable[str], model: type[BaseModel]) -> None:
    for name in given:
        if name not in model.model_fields and (near := closest(name, model.model_fields)):
            raise Invalid(f"There is no field {clean(name[:_SHOWN])!r}.", hint=f"Did you mean {near!r}?")


def _number(text: str) -> float | int:
    """To JSON 5.0 is a whole number."""
    value = float(text)
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
