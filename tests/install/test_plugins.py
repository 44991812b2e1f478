"""What is published is what the code says, and the vendors' own validators take it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.vendors import ROOT, claude, program, skillsaw

PLUGINS = ROOT / "plugins"


def test_the_published_plugins_are_what_the_code_says() -> None:
    done = run(Path(sys.executable), "scripts/plugins.py", "--check")
    assert (done.returncode, done.stderr) == (0, "")


def test_launchers_can_be_run_and_hooks_bother_nobody_where_clone_is_not_installed(tmp_path: Path) -> None:
    for launcher in PLUGINS.glob("*/bin/clone-mcp"):
        assert os.access(launcher, os.X_OK)
        alone = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
        done = run(launcher, "hook", "Stop", env=alone)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
        assert "uv tool install clone-mcp" in run(launcher, "status", env=alone).stderr


def test_launchers_find_what_install_noted(tmp_path: Path) -> None:
    noted = tmp_path / "a folder" / "clone-mcp"
    noted.parent.mkdir()
    noted.write_text('#!/bin/sh\necho "ran $*"\n')
    noted.chmod(0o755)
    (tmp_path / "command").write_text(f"{noted}\n")
    env = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin", "CLONE_HOME": str(tmp_path)}
    assert run(PLUGINS / "claude-code/bin/clone-mcp", "hook", "Stop", env=env).stdout == "ran hook Stop\n"


@pytest.mark.parametrize("folder", ["plugins/claude-code", "."])
def test_claude_code_takes_the_plugin_and_its_marketplace(folder: str, tmp_path: Path) -> None:
    done = run(claude(), "plugin", "validate", "--strict", folder, env=sandbox(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "TS2" not in done.stdout  # the module's types, of which it only warns


def test_gemini_takes_the_extension(tmp_path: Path) -> None:
    done = run(program("gemini"), "extensions", "validate", "plugins/gemini-cli", env=sandbox(tmp_path))
    assert done.returncode == 0, done.stdout + done.stderr


def test_claude_desktops_bundle_is_valid_and_packed(tmp_path: Path) -> None:
    made = tmp_path / "clone.mcpb"
    for arguments in (
        ("validate", "plugins/claude-desktop/manifest.json"),
        ("pack", "plugins/claude-desktop", str(made)),
    ):
        done = run(program("mcpb"), *arguments, env=sandbox(tmp_path))
        assert done.returncode == 0, done.stdout + done.stderr
    assert made.stat().st_size > 1000


@pytest.mark.parametrize("plugin", ["claude-code", "cursor"])
def test_skillsaw_finds_no_error(plugin: str, tmp_path: Path) -> None:
    done = run(skillsaw(), "lint", f"plugins/{plugin}", env=sandbox(tmp_path))
    assert done.returncode == 0, done.stdout
    assert "Errors:   0" in done.stdout


def sandbox(folder: Path) -> dict[str, str]:
    return {"HOME": str(folder), "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin", "NO_COLOR": "1", "CI": "true"}


def run(program: Path, *arguments: str, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(program), *arguments], cwd=ROOT, env=env, capture_output=True, text=True, check=False, timeout=120,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
