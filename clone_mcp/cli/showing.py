"""Results as JSON on standard output, for whoever asked for `--json`."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from clone_mcp.wire.figures import rounded


def show_json(value: Any, *, default: Callable[[Any], Any] | None = None) -> None:
    """Print it on one line. `default` says what becomes of a value that JSON has no word for."""
    print(json.dumps(rounded(value), default=default))
