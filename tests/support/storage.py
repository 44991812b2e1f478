"""Behind the door: tests look at what is stored, which nobody outside a layer may."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from clone_mcp.clone import Clone
from clone_mcp.ports import Clock, Storage


def storage_of(clone: Clone) -> Storage:
    """The storage that a Clone stands on."""
    return cast("Storage", vars(clone.jobs.inspect)["_storage"])


def clock_of(clone: Clone) -> Clock:
    """The clock that a Clone goes by."""
    return cast("Clock", vars(clone.jobs.inspect)["_clock"])


def with_prediction(clone: Clone, **others: Any) -> Clone:
    """The same Clone with other use cases of Prediction, such as one that a test scripts."""
    return replace(clone, prediction=replace(clone.prediction, **others))
