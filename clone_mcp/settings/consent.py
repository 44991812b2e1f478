"""Whether the person has allowed a language model in `clone-mcp init`. A file says so, because `init` can't set an
environment variable for the clients that will start Clone.
"""

from __future__ import annotations

from pathlib import Path

CONSENT = "model-consent"
"""A file in the home. While it is there, ANTHROPIC_API_KEY may be used."""


def consented(home: Path) -> bool:
    """Whether they have."""
    return (home / CONSENT).is_file()


def consent(home: Path, *, given: bool) -> None:
    """Keep their answer."""
    if given:
        home.mkdir(parents=True, exist_ok=True, mode=0o700)
        (home / CONSENT).write_text("Given in `clone-mcp init`. Without this file, ANTHROPIC_API_KEY is not used.\n")
    else:
        (home / CONSENT).unlink(missing_ok=True)
