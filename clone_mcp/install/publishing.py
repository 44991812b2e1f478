"""What the plugins of several clients have in common. One place says it, and `scripts/plugins.py` writes it out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from clone_mcp import __version__

Files = dict[str, str]
"""Texts by their path within a plugin."""

NAME = "clone"
DESCRIPTION = "Clone knows how you answer: agents ask it before they interrupt you."
AUTHOR = "The Clone authors"
SIGNED = {"author": {"name": AUTHOR}, "license": "Apache-2.0"}
COMMAND = "clone-mcp"
KEYWORDS = ["prediction", "memory", "calibration", "agents"]
EXECUTABLE = "bin/clone-mcp"
KEY_HEADER = "X-Clone-API-Key"
KEY_VARIABLE = "CLONE_API_TOKEN"


@dataclass(frozen=True, slots=True)
class Server:
    """The Clone that a client shall use: this machine's `clone-mcp`, or one elsewhere."""

    command: str
    """The absolute path: clients seldom have a terminal's PATH."""
    url: str = ""


HERE = Server(COMMAND)
"""As a plugin that is published names it: it can't know a path."""


def about(**more: Any) -> dict[str, Any]:
    """What every manifest says of the plugin."""
    return {"name": NAME, "version": __version__, "description": DESCRIPTION, **more}


def as_json(value: Any) -> str:
    """JSON as files have it."""
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"


def packaged(client: str) -> Files:
    """The files of a client's plugin that are published as they lie in plugins/ beside this file."""
    return dict(_texts(files(__package__ or "") / "plugins" / client, ""))


def _texts(folder: Traversable, path: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        if entry.name == "__pycache__":
            continue
        if entry.is_dir():
            found += _texts(entry, f"{path}{entry.name}/")
        else:
            found.append((path + entry.name, entry.read_text(encoding="utf-8")))
    return found
