"""A bound on work, counted in processor time of this process so that a busy machine changes nothing."""

from __future__ import annotations

from contextlib import contextmanager
from time import process_time

import pytest


@pytest.fixture
def cpu_limit():
    @contextmanager
    def limit(seconds=6.0):
        start = process_time()
        yield
        assert process_time() - start < seconds

    return limit
