"""Which tests are slow: those that need Postgres, start a process, or serve on a port by uvicorn.

It looks at what the code of a test and of its fixtures names, and whatever of ours these call: nobody keeps a list. A
test that is slow for another reason, such as seconds of arithmetic, is marked by hand.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cache
from types import CodeType

import pytest

STARTERS = {"subprocess", "create_subprocess_exec", "multiprocessing", "fork", "uvicorn"}


def is_slow(item: pytest.Function) -> bool:
    """Whether the test does what takes long."""
    parameters = item.callspec.params.values() if hasattr(item, "callspec") else ()
    if "postgres" in item.fixturenames or "postgres" in parameters:
        return True
    fixtures = item._fixtureinfo.name2fixturedefs.values()  # pytest says nowhere else what a fixture's function is
    return any(starts(each) for each in (item.function, *(fixture.func for known in fixtures for fixture in known)))


@cache
def starts(something: object) -> bool:
    """Whether a function or class of the tests' own names a starter, by itself or through another one."""
    seen, left = set[object](), [something]
    while left:
        function = inspect.unwrap(left.pop())  # type: ignore[arg-type]
        if function in seen or not str(getattr(function, "__module__", "")).startswith("tests."):
            continue
        seen.add(function)
        if inspect.isclass(function):
            left += [each for each in vars(function).values() if inspect.isfunction(each)]
        elif inspect.isfunction(function):
            names = set(_names(function.__code__))
            if names & STARTERS:
                return True
            known = (function.__globals__.get(name) for name in names)
            left += [each for each in known if inspect.isfunction(each) or inspect.isclass(each)]
    return False


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)
