"""What may be acted on: the lowest of several fits. It holds no fit of its own and decides nothing.

Agents report outcomes too, and they may be wrong, or want more leave than they have. So one fit goes by the labels that
somebody vouches for and nothing else, and others add the rest. Each of them is a ceiling: whatever is reported beside
the vouched labels can lower what is acted on, and can never raise it above what those say by themselves.
"""

from __future__ import annotations

from collections.abc import Sequence

from clone_mcp.calibration.platt import IDENTITY, Fit, Ridge, Sample, fit
from clone_mcp.models.calibration import Ceiling, StoredFit


def ceilings(nested: Sequence[Sequence[Sample]], ridge: Ridge) -> tuple[Ceiling, ...]:
    """A fit to each of these lists of labels, newest first. One with less than five labels is the score as it is."""
    found = (fit(labels, ridge) for labels in nested)
    return tuple(Ceiling(each.a, each.b, each.n) for each in found)


def worth(fitted: StoredFit | None, score: float) -> float:
    """What a score may be acted on as. A fit that does not say whom its labels are from may only lower it."""
    if fitted is None:
        return IDENTITY.apply(score)
    known = fitted.ceilings
    above = [IDENTITY] if known is None else [Fit(each.a, each.b, each.labels) for each in known]
    return min(each.apply(score) for each in (Fit(fitted.a, fitted.b, fitted.labels), *above))
