from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from clone_mcp.settings import Settings
from tests.support.stdio import CLONE, environment, running


@pytest.fixture
def local(tmp_path: Path) -> Settings:
    """One person's settings on a fresh SQLite file."""
    return Settings(home=tmp_path / "home", secret="test")


@pytest.fixture
def address(local: Settings) -> Iterator[str]:
    """`clone-mcp serve --no-auth` in a process of its own."""
    command = (*CLONE, "serve", "--no-auth", "--port", "0")
    with running(environment(local), command, stderr=subprocess.PIPE) as server:
        for line in server.errors():
            if found := re.search(r"running on (http://\S+)", line):
                yield f"{found[1]}/mcp"
                return
        pytest.fail("the server did not start")


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """An environment in which node's programs write nowhere else."""
    return {"HOME": str(tmp_path), "PATH": str(Path(sys.executable).parent), "NO_COLOR": "1", "CI": "true"}
