"""The walk in CONTRIBUTING.md is followed to the letter in a copy, and the rules of the house still hold."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.fences import ROOT, Example, examples

pytestmark = pytest.mark.slow

BUNDLE = "clone_mcp/memory/use_cases.py"


def test_a_use_case_is_added_as_the_page_says(tmp_path: Path) -> None:
    for folder in ("clone_mcp", "tests"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    before = _files(tmp_path)
    test, use_case, bundle = (block for block in examples(ROOT / "CONTRIBUTING.md") if block.language == "python")
    named = [_write(tmp_path, block) for block in (test, use_case)]
    (tmp_path / BUNDLE).write_text(_with(before[BUNDLE], bundle.text), encoding="utf-8")

    changed = {path for path, text in _files(tmp_path).items() if before.get(path) != text}
    assert changed == {*named, BUNDLE}
    _pytest(tmp_path, named[0], "tests/architecture/test_size.py")


def _write(root: Path, block: Example) -> str:
    path = block.text.splitlines()[0].removeprefix("# ")
    (root / path).write_text(block.text, encoding="utf-8")
    return path


def _with(source: str, block: str) -> str:
    """The bundle with what the page adds: its import, its field, and its line in the builder."""
    imports, field, built = (
        re.search(pattern, block, re.MULTILINE)
        for pattern in (r"^from .*$", r"^    \w+: \w+$", r"return Memory\((\w+=.*)\)$")
    )
    assert imports and field and built
    source = source.replace(
        "from clone_mcp.memory.markdown.apply", f"{imports[0]}\nfrom clone_mcp.memory.markdown.apply", 1
    )
    source = source.replace("\n    read: ReadMemory", f"\n{field[0]}\n    read: ReadMemory", 1)
    return source.replace("return Memory(\n", f"return Memory(\n        {built[1]},\n", 1)


def _files(root: Path) -> dict[str, str]:
    return {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in root.rglob("*.py")}


def _pytest(root: Path, *paths: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *paths]
    done = subprocess.run(
        command, cwd=root, env=os.environ | {"PYTHONPATH": str(root)}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
