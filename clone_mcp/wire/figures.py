"""Numbers as they go out: six digits behind the point, which is finer than anything that is measured here.

Rounding belongs to the answer alone. What is stored, compared and learned from keeps every digit.
"""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Annotated, Any, cast

from pydantic import AfterValidator

_DIGITS = 6
_STEP = Decimal(1).scaleb(-_DIGITS)


def rounded(value: Any) -> Any:
    """A JSON value, in which every number with a fraction has few digits."""
    match value:
        case float():
            return round(value, _DIGITS)
        case {**fields}:
            return {name: rounded(each) for name, each in fields.items()}
        case list() | tuple():
            return [rounded(each) for each in cast("list[Any]", value)]
        case _:
            return value


def beside(value: float, threshold: float) -> float:
    """A confidence, rounded so that it stays on its side of the threshold: clients act on the number that they get."""
    near = round(value, _DIGITS)
    if (near >= threshold) == (value >= threshold):
        return near
    return float(Decimal(value).quantize(_STEP, ROUND_CEILING if value >= threshold else ROUND_FLOOR))


Figure = Annotated[float, AfterValidator(rounded)]
"""A number that was measured or worked out. What a caller sent goes back as it came."""
Figures = Annotated[dict[str, Any], AfterValidator(rounded)]
"""Such numbers, somewhere in an object."""
