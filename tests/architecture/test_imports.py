"""What a client waits for at start-up loads nothing heavy."""

from __future__ import annotations

import subprocess
import sys

import pytest

ADAPTERS = {"sqlalchemy", "alembic", "anthropic", "asyncpg"}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("clone_mcp.cli", ADAPTERS | {"uvicorn", "argparse", "clone_mcp.app", "clone_mcp.cli.parser"}),
        ("clone_mcp.tools.registry", ADAPTERS),  # the mcp package's server loads uvicorn itself
    ],
)
def test_importing_it_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    # In a process of its own: this one has long loaded everything.
    program = f"import {module}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert heavy & set(loaded.stdout.split()) == set()
