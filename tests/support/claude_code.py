"""The real Claude Code in a home of its own, talking to a stub of its model's API."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import AbstractContextManager
from pathlib import Path

from tests.support.terminal import Terminal, terminal
from tests.support.vendors import claude

KEY = "sk-ant-api03-stub-key-for-tests-0123456789abcdefghij"
CLONE = Path(sys.executable).parent / "clone-mcp"


class ClaudeCode:
    """One person's Claude Code with the plugin, and their Clone."""

    def __init__(self, folder: Path, address: str, *, clone: Path | None = None, **settings: str) -> None:
        self.home = folder / "person"
        self.project = folder / "project"
        self.clone_home = clone or folder / "clone"
        for each in (self.home / ".claude", self.project):
            each.mkdir(parents=True, exist_ok=True)
        self.env = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            "ANTHROPIC_BASE_URL": address,
            "ANTHROPIC_API_KEY": KEY,
            "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "CLAUDE_CODE_ENABLE_PROMPT_SUGGESTION": "false",
            "DISABLE_AUTOUPDATER": "1",
            "CLONE_HOME": str(self.clone_home),
            **settings,
        }
        known = {"hasTrustDialogAccepted": True, "hasCompletedProjectOnboarding": True}
        state = {
            "hasCompletedOnboarding": True,
            "theme": "dark",
            "customApiKeyResponses": {"approved": [KEY[-20:]], "rejected": []},
            "projects": {str(self.project): known},
        }
        (self.home / ".claude.json").write_text(json.dumps(state))

    def install(self) -> None:
        """As a person does it."""
        done = subprocess.run(
            [str(CLONE), "install", "claude-code"],
            env=self.env,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    def print(self, prompt: str, *options: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """One headless run."""
        return subprocess.run(
            [str(claude()), "-p", prompt, *options],
            env=self.env,
            cwd=self.project,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )

    def window(self, *options: str) -> AbstractContextManager[Terminal]:
        """An interactive window."""
        return terminal([str(claude()), *options], env=self.env, folder=self.project)

    def transcript(self) -> list[dict[str, object]]:
        """What Claude Code itself kept of all sessions."""
        files = sorted((self.home / ".claude" / "projects").rglob("*.jsonl"), key=os.path.getmtime)
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]
