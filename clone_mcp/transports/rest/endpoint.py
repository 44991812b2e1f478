"""What an endpoint is: a method, an address, and a plain function whose signature says the rest.

A function is given what it names:

    clone       the wired Clone, opened for it if need be
    caller      who asks, where the endpoint needs a key
    body        the JSON body, as the model it is annotated with
    query       what stands behind the question mark, likewise
    sender      the address that the request comes from
    content     the body as it came, and
    headers     what came with it: for what is signed
    own_id      an id that is the same whenever the caller repeats a request under one Idempotency-Key, else None
    <name>      the part of the address between braces

Its annotated answer is a model, or None for 204.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, get_args, get_type_hints

from pydantic import BaseModel

from clone_mcp.wire.bodies import Listed, Nothing, Refused, unsettable

KIB = 1024
MAX_BODY = 4 * KIB * KIB
MAX_FORM = 16 * KIB
"""Of a body that holds a few short fields: credentials, a code, a name."""
OWN_KEY = "[!-~]{1,200}"
"""What an Idempotency-Key may be."""


class Needs(StrEnum):
    """What a request has to bring."""

    NOTHING = "nothing"
    KEY = "a key"
    WRITER = "a key of more than a viewer"
    OWNER = "an owner's key"


@dataclass(frozen=True)
class Endpoint:
    """One method on one address."""

    method: str
    path: str
    function: Callable[..., Awaitable[Any]]
    needs: Needs = Needs.KEY
    status: int = 200
    max_body: int = MAX_BODY
    chunk: str = "Send it in parts."
    """What to do about a body that is too long."""
    given_up_with_caller: bool = False
    """Whether a caller who hangs up takes the work with them: worth it where a model is paid."""

    @property
    def name(self) -> str:
        return self.function.__name__

    @property
    def group(self) -> str:
        """The layer that it belongs to: the second part of its address."""
        return self.path.split("/")[2]

    @property
    def summary(self) -> str:
        return inspect.cleandoc(self.function.__doc__ or "").partition("\n")[0]

    @property
    def description(self) -> str:
        return inspect.cleandoc(self.function.__doc__ or "").partition("\n")[2].strip()

    @property
    def address(self) -> str:
        """The path as people write it. That some ids may hold anything is the router's business."""
        return self.path.replace(":text}", "}")

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        return tuple(re.findall(r"\{(\w+)", self.path))

    @cached_property
    def body(self) -> type[BaseModel] | None:
        return self._hints.get("body")

    @cached_property
    def query(self) -> type[BaseModel] | None:
        return self._hints.get("query")

    @cached_property
    def reply(self) -> type[BaseModel] | None:
        reply = self._hints["return"]
        return None if reply is type(None) else reply

    @cached_property
    def refused_in_body(self) -> Refused:
        """Names that a body is refused for. What stands in the address already may be said again."""
        refused = unsettable(self.body or Nothing, self.reply, self.query)
        return {name: instead for name, instead in refused.items() if name not in self.in_path}

    @cached_property
    def refused_in_query(self) -> Refused:
        """Names that parameters are refused for: those of the body, and what a list shows and is not narrowed by."""
        shown = self.reply.model_fields.get("results") if self.reply and self.query else None
        item = next(iter(get_args(shown.annotation)), None) if shown else None
        belonging = dict.fromkeys(
            self.body.model_fields if self.body and not issubclass(self.body, Listed) else (), "Put it in the body."
        )
        return {**unsettable(self.query or Nothing, item), **belonging}

    @property
    def reads_a_body(self) -> bool:
        """Whether what comes as a body is looked at. Where none is asked for, that is only to refuse."""
        return self.method != "GET" and not self.takes("content")

    def takes(self, name: str) -> bool:
        """Whether the function names it."""
        return name in self._hints

    @cached_property
    def _hints(self) -> dict[str, Any]:
        # What a function names only to say its type may not be loaded yet.
        return get_type_hints(self.function)
