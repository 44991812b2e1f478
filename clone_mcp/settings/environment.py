"""Settings read from environment variables, once at start: which variable is which setting, and what is no setting.

Whether the person has allowed a language model in `clone-mcp init`, a file says, because `init` can't set a variable
for the clients that will start Clone.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import ValidationError

from clone_mcp.errors import Invalid
from clone_mcp.settings.server import Settings
from clone_mcp.spelling import closest
from clone_mcp.validation import faults

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


# Settings of other Clone programs: clients hand the whole environment over, so these are not misspellings of ours.
FOREIGN = ("CLONE_API_URL", "CLONE_MCP_URL", "CLONE_DASHBOARD_URL")
FOREIGN_PREFIXES = ("CLONE_LOOP_",)

# The key that other programs use. Having one is not consent to send Clone's memory anywhere.
SHARED_KEY = "ANTHROPIC_API_KEY"


def variables() -> dict[str, str]:
    """The environment variable of each setting."""
    return {field.alias or f"CLONE_{name.upper()}": name for name, field in Settings.model_fields.items()}


def from_env(environ: Mapping[str, str]) -> Settings:
    """Settings as the environment says. Raises Invalid on a bad value and on a near miss of a setting's name."""
    known = variables()
    for stranger in unknown(environ):
        if near := closest(stranger, known):
            raise Invalid(f"{stranger} is not a setting of Clone.", hint=f"Did you mean {near}?")
    given = {name: environ[variable] for variable, name in known.items() if environ.get(variable)}
    if given.get("predictor") in ("model", "cascade") and environ.get(SHARED_KEY):
        given.setdefault("anthropic_api_key", environ[SHARED_KEY])
    try:
        read = Settings.model_validate(given, by_alias=False, by_name=True)
        if "predictor" in given or not environ.get(SHARED_KEY) or not consented(read.home):
            return read
        allowed = {"anthropic_api_key": environ[SHARED_KEY], **given}
        return Settings.model_validate(allowed, by_alias=False, by_name=True)
    except ValidationError as exc:
        raise _bad(exc, {name: variable for variable, name in known.items()}) from exc


def unknown(environ: Mapping[str, str]) -> list[str]:
    """`CLONE_*` variables that are neither ours nor those of another Clone program."""
    known = variables()
    return sorted(
        name
        for name in environ
        if name.startswith("CLONE_")
        and name not in known
        and name not in FOREIGN
        and not name.startswith(FOREIGN_PREFIXES)
    )


def _bad(exc: ValidationError, names: Mapping[str, str]) -> Invalid:
    told = "; ".join(faults(exc, named=lambda field: names.get(field, field)))
    wrong = dict.fromkeys(names.get(str(error["loc"][0]), "") for error in exc.errors() if error["loc"])
    return Invalid(f"Bad settings: {told}.", hint=f"Correct them, or run `unset {' '.join(wrong)}` to use the default.")
