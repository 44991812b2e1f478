"""Whose machine it is, and which Clone the clients on it shall use."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Server:
    """This machine's `clone-mcp`, or a Clone elsewhere."""

    command: str
    """The absolute path: clients seldom have a terminal's PATH."""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Person:
    """Where programs keep their files."""

    home: Path
    platform: str = sys.platform
    environ: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def here(cls) -> Person:
        """Whoever runs this."""
        return cls(Path.home(), sys.platform, dict(os.environ))

    def has(self, program: str) -> bool:
        """Whether a program is on PATH."""
        return shutil.which(program, path=self.environ.get("PATH", "")) is not None

    def application_data(self, program: str) -> Path:
        """Where a desktop program keeps its own."""
        match self.platform:
            case "darwin":
                return self.home / "Library" / "Application Support" / program
            case "win32":
                return Path(self.environ.get("APPDATA") or self.home / "AppData" / "Roaming") / program
            case _:
                return Path(self.environ.get("XDG_CONFIG_HOME") or self.home / ".config") / program
