"""The real Codex in a home of its own, talking to a stub of its model's API."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.vendors import ROOT, program


class Codex:
    """One person's Codex with the plugin, and their Clone."""

    def __init__(self, folder: Path, address: str) -> None:
        self.home = folder / "person"
        self.project = folder / "project"
        for each in (self.home / ".codex", self.project):
            each.mkdir(parents=True, exist_ok=True)
        self.env = {
            "HOME": str(self.home),
            "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
            "TERM": "xterm-256color",
            "LANG": "C.UTF-8",
            "SHELL": "/bin/bash",
            "STUB_KEY": "stub",
        }
        (self.home / ".codex" / "config.toml").write_text(
            f'''model = "stub"
model_provider = "stub"
approval_policy = "never"

[model_providers.stub]
name = "stub"
base_url = "{address}/v1"
wire_api = "responses"
env_key = "STUB_KEY"
supports_websockets = false

[projects."{self.project}"]
trust_level = "trusted"
''',
            encoding="utf-8",
        )

    def run(self, *arguments: str, seconds: float = 60) -> subprocess.CompletedProcess[str]:
        """One codex command."""
        return subprocess.run(
            [str(program("codex")), *arguments],
            env=self.env,
            cwd=self.project,
            capture_output=True,
            text=True,
            stdin=subprocess.DEVNULL,
            timeout=seconds,
            check=False,
        )

    def install_plugin(self) -> None:
        """The plugin, from this repository as a marketplace."""
        for arguments in (("plugin", "marketplace", "add", str(ROOT)), ("plugin", "add", "clone@clone")):
            done = self.run(*arguments)
            assert done.returncode == 0, done.stdout + done.stderr

    def exec(self, prompt: str, *options: str) -> subprocess.CompletedProcess[str]:
        """One headless run, with the hooks trusted as a person would have done in /hooks."""
        trusted = ("--dangerously-bypass-hook-trust", "--skip-git-repo-check")
        return self.run("exec", *trusted, "--json", *options, prompt)
