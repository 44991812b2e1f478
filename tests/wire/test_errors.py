"""The table from kinds of error to numbers stands in one place."""

from __future__ import annotations

import ast
from pathlib import Path

import clone_mcp
from clone_mcp.wire.errors import STATUS

PACKAGE = Path(clone_mcp.__file__).parent
KINDS = {kind.__name__ for kind in STATUS}


def _numbers_kinds(node: ast.AST) -> bool:
    """Whether this is a table from kinds of error to numbers."""
    return isinstance(node, ast.Dict) and any(
        isinstance(key, ast.Name) and key.id in KINDS and isinstance(value, ast.Constant) and type(value.value) is int
        for key, value in zip(node.keys, node.values, strict=True)
    )


def test_only_one_file_gives_kinds_of_error_their_numbers():
    found = [
        str(path.relative_to(PACKAGE))
        for path in sorted(PACKAGE.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if _numbers_kinds(node)
    ]
    assert found == ["wire/errors.py"]
