"""The security page promises nothing that is not tested."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "explanation" / "security.md"


def known() -> set[str]:
    """The name of every test there is."""
    found: set[str] = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
                found.add(node.name)
    return found


def test_every_test_that_the_security_page_names_exists() -> None:
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", PAGE.read_text(encoding="utf-8")))
    assert len(named) > 30
    assert named - known() == set()


def test_every_attack_on_the_security_page_names_its_test() -> None:
    text = PAGE.read_text(encoding="utf-8")
    rows = [line for part in text.split("## What a")[1:] for line in part.splitlines() if line.startswith("| ")]
    attacks = [line for line in rows if not line.startswith(("| attack", "| fault"))]
    assert len(attacks) > 20
    assert [line for line in attacks if "`test_" not in line] == []
