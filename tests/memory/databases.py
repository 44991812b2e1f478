from __future__ import annotations

import pytest

on_sqlite = pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
"""Where only our own arithmetic is at stake, one database is enough."""
