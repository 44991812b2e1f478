"""Everything that can be done with a text that a caller sends, such as an id: found by walking ports and use cases.

What a method is given follows from its annotations, so a new method is tried without anybody adding it here.
"""

from __future__ import annotations

import dataclasses
import hashlib
import inspect
import types
import typing
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Any
from uuid import UUID

from clone_mcp.clone import Clone
from clone_mcp.models.access import Caller
from clone_mcp.models.memory import Layer
from clone_mcp.ports import UnitOfWork
from clone_mcp.resources import registry
from tests.support.events import NINE, typed
from tests.support.storage import storage_of

GIVEN: dict[str, Callable[[str], Any]] = {
    "Ingest.batch.items": lambda it: [typed("hello", id=it), typed("hello", it)],
    "Tombstone.digest": lambda it: hashlib.sha256(it.encode()).hexdigest(),
    "Question.model": lambda _it: None,  # would be refused before anything is looked up
}
"""Where an annotation does not tell what makes sense."""

WITHOUT = {
    "access.api_keys.create": "makes up a secret, so no two answers are alike",
    "access.keys.create": "likewise",
    "access.members.invite": "likewise",
    "access.api_keys.caller": "asks whose key it is, before a tenant is known",
    "recording.ingest.one": "takes an event that is well formed already, as `turns` makes them",
    "memory.context.understand": "reads nothing",
}
"""What is not tried, and why."""


@dataclass(frozen=True)
class Operation:
    """Something to do for a caller with a text of theirs."""

    name: str
    run: Callable[[Clone, Caller, str], Awaitable[Any]]


def operations(clone: Clone) -> list[Operation]:
    """All of them, in an order that never changes."""
    return sorted([*_stored(), *_use_cases(clone), *_addresses()], key=lambda operation: operation.name)


def _stored() -> Iterator[Operation]:
    """The methods of everything in a unit of work."""
    for path, port in _ports(UnitOfWork):
        for name, method in inspect.getmembers(port, inspect.iscoroutinefunction):
            yield from _tried(f"uow.{path}.{name}", method, _in_unit(path, name))


def _ports(port: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, member in inspect.getmembers(port, lambda member: isinstance(member, property)):
        inner = typing.get_type_hints(member.fget)["return"]
        yield path + name, inner
        yield from _ports(inner, f"{path}{name}.")


def _in_unit(path: str, name: str) -> Callable[..., Awaitable[Any]]:
    async def run(clone: Clone, me: Caller, arguments: dict[str, Any]) -> Any:
        async with storage_of(clone).begin(me.tenant) as uow:
            return await getattr(_at(uow, path), name)(**arguments)

    return run


def _use_cases(clone: Clone) -> Iterator[Operation]:
    """The use cases, and what the directory and the queue do for a tenant."""
    for path, case in [*_parts(clone), ("storage.work", storage_of(clone).work)]:
        for name, method in inspect.getmembers(type(case), inspect.iscoroutinefunction):
            if not name.startswith("_") or name == "__call__":
                yield from _tried(f"{path}.{name}".replace(".__call__", ""), method, _of_case(path, name))


def _parts(whole: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for field in dataclasses.fields(whole):
        part = getattr(whole, field.name)
        if dataclasses.is_dataclass(part):
            yield from _parts(part, f"{path}{field.name}.")
        elif field.name != "worker":
            yield path + field.name, part


def _of_case(path: str, name: str) -> Callable[..., Awaitable[Any]]:
    async def run(clone: Clone, _me: Caller, arguments: dict[str, Any]) -> Any:
        case = storage_of(clone).work if path == "storage.work" else _at(clone, path)
        return await getattr(case, name)(**arguments)

    return run


def _at(root: Any, path: str) -> Any:
    for name in path.split("."):
        root = getattr(root, name)
    return root


def _addresses() -> Iterator[Operation]:
    for template in registry.TEMPLATES:

        async def read(clone: Clone, me: Caller, it: str, prefix: str = template.prefix) -> str:
            return await registry.read(clone, me, prefix + it)

        async def complete(clone: Clone, me: Caller, it: str, uri: str = template.uri) -> list[str]:
            return await registry.complete(clone, me, uri, it)

        yield Operation(f"read {template.uri}", read)
        yield Operation(f"complete {template.uri}", complete)


def _tried(name: str, method: Any, run: Callable[..., Awaitable[Any]]) -> Iterator[Operation]:
    """The method, once for every layer if it asks for one. Not at all if it takes nothing that a caller sends."""
    hints = {key: hint for key, hint in typing.get_type_hints(method).items() if key != "return"}
    for_tenant = name.startswith("uow.") or {Caller, UUID} & set(hints.values())
    if name in WITHOUT or not for_tenant or Path in (*hints.values(), *map(_first, hints.values())):
        return
    required = {key for key, it in inspect.signature(method).parameters.items() if it.default is it.empty}
    for layer in Layer if "Layer" in str(hints) or "Ref" in str(hints) else [None]:
        made = _Arguments(method.__qualname__, hints, required, layer)
        if made(None, "x") and made.sent:
            yield Operation(f"{name} {layer}" if layer else name, _called(run, made))


def _first(hint: Any) -> Any:
    return next(iter(typing.get_args(hint)), None)


def _called(run: Callable[..., Awaitable[Any]], made: _Arguments) -> Callable[[Clone, Caller, str], Awaitable[Any]]:
    return lambda clone, me, it: run(clone, me, made(me, it))


class _Arguments:
    """What a method is called with."""

    def __init__(self, owner: str, hints: dict[str, Any], required: set[str], layer: Layer | None) -> None:
        self._owner = owner
        self._hints = hints
        self._required = required
        self._layer = layer
        self.sent = False
        """Whether the text is part of it."""

    def __call__(self, me: Caller | None, it: str) -> dict[str, Any]:
        self._me, self._it = me, it
        return self._all(self._owner, self._hints, self._required)

    def _all(self, owner: str, hints: dict[str, Any], required: set[str]) -> dict[str, Any]:
        return {
            name: self._one(f"{owner}.{name}", hint)
            for name, hint in hints.items()
            if name in required or str in (hint, *typing.get_args(hint))
        }

    def _one(self, place: str, hint: Any) -> Any:
        if place in GIVEN:
            self.sent = True
            return GIVEN[place](self._it)
        origin, inner = typing.get_origin(hint), typing.get_args(hint)
        if origin in (typing.Union, types.UnionType):
            return self._one(place, str) if str in inner else None
        if origin is tuple and inner[-1] is not Ellipsis:
            return tuple(self._one(place, each) for each in inner)
        if origin in (Sequence, tuple, list):
            return (self._one(place, inner[0]),)
        if origin is dict:
            return {}
        if origin is Callable:
            return lambda *_: ()
        return self._plain(hint)

    def _plain(self, kind: Any) -> Any:
        if kind is str:
            self.sent = True
            return self._it
        if kind is Layer:
            return self._layer
        if dataclasses.is_dataclass(kind) and kind is not Caller:
            fields = dataclasses.fields(kind)
            required = {f.name for f in fields if f.default is f.default_factory is dataclasses.MISSING}
            return kind(**self._all(kind.__name__, typing.get_type_hints(kind), required))
        if issubclass(kind, Enum):
            return next(iter(kind))
        simple = {Caller: self._me, UUID: self._me and self._me.tenant, datetime: NINE, bytes: b"", bool: False}
        return {**simple, int: 5, float: 0.5}[kind]
