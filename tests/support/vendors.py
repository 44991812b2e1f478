"""The real clients and the vendors' own validators, where `scripts/vendors.sh` put them."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDER = Path(
    os.environ.get("TEST_VENDORS")
    or Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "clone-mcp" / "vendors"
)
_PLATFORM = {"linux": "linux", "darwin": "darwin"}.get(sys.platform, sys.platform)


def claude() -> Path:
    """Claude Code's native program: npm's own scripts, which would put it in place, are not run."""
    found = sorted(FOLDER.glob(f"node_modules/@anthropic-ai/claude-code-{_PLATFORM}-*/claude"))
    return _there(found[-1] if found else FOLDER / "claude")


def program(name: str) -> Path:
    """codex, gemini or mcpb, by npm's link."""
    return _there(FOLDER / "node_modules" / ".bin" / name)


def skillsaw() -> Path:
    return _there(FOLDER / "python" / "bin" / "skillsaw")


def _there(path: Path) -> Path:
    """Skipped loudly where absent; in CI its absence is a failure."""
    if not path.exists():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"NOT TRIED with the real program: {path.name} is not there. `make clients` fetches it (900 MB).")
    return path
