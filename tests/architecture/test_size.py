"""Files fit three screens and functions half a one. Who needs more splits by meaning."""

from __future__ import annotations

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "clone_mcp"
FILE_LINES = 300
FUNCTION_LINES = 40

# A migration is a list of what it changes, in one function by Alembic's rule, and is never edited once released.
MIGRATIONS = PACKAGE / "storage" / "migrations" / "versions"


def test_no_file_is_over_300_lines() -> None:
    sizes = {_name(path): len(path.read_text(encoding="utf-8").splitlines()) for path in _files()}
    assert {name: lines for name, lines in sizes.items() if lines > FILE_LINES} == {}


def test_no_function_is_over_40_lines() -> None:
    sizes = {
        f"{_name(path)}:{function.lineno} {function.name}": _lines(function)
        for path in _files()
        if path.parent != MIGRATIONS
        for function in _functions(path)
    }
    assert {name: lines for name, lines in sizes.items() if lines > FUNCTION_LINES} == {}


def _files() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def _functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def _lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (function.end_lineno or function.lineno) - function.lineno + 1


def _name(path: Path) -> str:
    return path.relative_to(PACKAGE.parent).as_posix()
