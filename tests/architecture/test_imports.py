"""What a client waits for at start-up loads nothing heavy."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clone_mcp import hooks

ADAPTERS = {"sqlalchemy", "alembic", "anthropic", "asyncpg"}


@pytest.mark.parametrize(
    ("module", "heavy"),
    [
        ("clone_mcp.cli", ADAPTERS | {"uvicorn", "argparse", "clone_mcp.app", "clone_mcp.cli.parser"}),
        (
            "clone_mcp.tools.registry",
            ADAPTERS | {"clone_mcp.language.meaning.cut"},
        ),  # mcp's server loads uvicorn itself
    ],
)
def test_importing_it_loads_nothing_heavy(module: str, heavy: set[str]) -> None:
    # In a process of its own: this one has long loaded everything.
    program = f"import {module}, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert (loaded.returncode, loaded.stderr) == (0, "")
    assert heavy & set(loaded.stdout.split()) == set()


def test_hooks_import_only_the_standard_library_and_themselves() -> None:
    """Import contracts name packages that are forbidden; this names the only ones that are allowed."""
    strangers = {
        name
        for path in Path(hooks.__path__[0]).rglob("*.py")
        for name in _imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not f"{name}.".startswith("clone_mcp.hooks.")
    }
    assert strangers == set()


def _imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")
