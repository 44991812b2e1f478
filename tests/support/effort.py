"""How long tests search. The suite's share is small and always the same; `make fuzz` searches further every time."""

from __future__ import annotations

import os

import hypothesis

LONG = "TEST_LONG" in os.environ
_SEARCH = [hypothesis.Phase.explicit, hypothesis.Phase.generate]


def effort(examples: int, **more: int) -> hypothesis.settings:
    """So many examples in the suite, many times as many when asked."""
    times = int(os.environ.get("TEST_FUZZ_TIMES", "20")) if LONG else 1
    return hypothesis.settings(
        max_examples=examples * times,
        deadline=None,
        derandomize=not LONG,
        suppress_health_check=list(hypothesis.HealthCheck),
        print_blob=LONG,
        # Making a failure small may take minutes. That is for who looks into it.
        phases=[*_SEARCH, hypothesis.Phase.shrink] if LONG else _SEARCH,
        **more,
    )
