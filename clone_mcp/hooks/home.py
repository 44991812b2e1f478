"""Where Clone's files lie, for hooks: what settings say, without the packages that settings load.

A test holds this against `Settings`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping


def home(environ: Mapping[str, str]) -> str:
    """The folder that CLONE_HOME names, or the platform's own."""
    if named := environ.get("CLONE_HOME"):
        return os.path.expanduser(named)  # noqa: PTH111 (pathlib alone takes 8 ms)
    if sys.platform == "darwin":
        return os.path.expanduser("~/Library/Application Support/clone")  # noqa: PTH111
    if sys.platform == "win32":
        return f"{environ.get('LOCALAPPDATA') or os.path.expanduser('~/AppData/Local')}\\clone"  # noqa: PTH111
    data = environ.get("XDG_DATA_HOME", "").strip() or os.path.expanduser("~/.local/share")  # noqa: PTH111
    return f"{data}/clone"
