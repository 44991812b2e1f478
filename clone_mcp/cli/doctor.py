"""`clone-mcp doctor`: what is set up, what is wrong, and how to mend it.

It repairs nothing: each finding says what to do. Probes over HTTP are in transports/http/lifecycle.py.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import shlex
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from clone_mcp import __version__
from clone_mcp.app import is_sqlite, open_model, opened, sqlite_path
from clone_mcp.cli.running import OWNER
from clone_mcp.cli.switches import describe
from clone_mcp.cli.terminal import as_json, command, show
from clone_mcp.errors import CloneError
from clone_mcp.hooks.hook_call import SPOOL
from clone_mcp.hooks.spool import MOST_BYTES, Spool
from clone_mcp.settings import Settings, from_env, unknown


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was checked."""

    what: str
    ok: bool
    said: str
    mend: str = ""


def add(actions: Any) -> None:
    """The command and its options."""
    as_json(command(actions, "doctor", "check the set-up and say how to mend it", _run), "print the findings as JSON")


def _run(arguments: argparse.Namespace) -> int:
    """Check everything that can be checked; exit code 1 when something is wrong."""
    findings = list(_findings())
    show(arguments, [asdict(finding) for finding in findings], _lines(findings))
    return 0 if all(finding.ok for finding in findings) else 1


def _lines(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in findings:
        yield f"{'ok   ' if finding.ok else 'WRONG'} {finding.what}: {finding.said}"
        if finding.mend:
            yield f"      → {finding.mend}"


def _findings() -> Iterator[Finding]:
    yield _versions()
    try:
        settings = from_env(os.environ)
    except CloneError as exc:
        yield Finding("settings", ok=False, said=exc.message, mend=exc.hint)
        return
    yield _settings(settings)
    if strangers := unknown(os.environ):
        yield Finding("unknown settings", ok=True, said=f"{', '.join(strangers)} mean nothing to Clone and are ignored")
    yield (model := _model(settings))
    for what, check in (("permissions", _files), ("hooks", _hooks)):
        try:
            yield from check(settings)
        except OSError as exc:
            yield _unusable(what, exc)
    if model.ok:  # else it can't be opened, and that has been said
        yield from asyncio.run(_database(settings))


def _versions() -> Finding:
    packages = ", ".join(f"{name} {version(name)}" for name in ("mcp", "sqlalchemy", "pydantic"))
    return Finding(
        "versions",
        ok=sys.version_info >= (3, 11),
        said=f"clone-mcp {__version__}, Python {platform.python_version()}, {packages}",
        mend="" if sys.version_info >= (3, 11) else "Install Python 3.11 or newer.",
    )


def _settings(settings: Settings) -> Finding:
    where = str(sqlite_path(settings.url)) if is_sqlite(settings.url) else "Postgres"
    redaction = "secrets are redacted" if settings.redact else "SECRETS ARE STORED AS THEY COME"
    return Finding(
        "settings",
        ok=settings.redact,
        said=f"transport {settings.transport}, database {where}, {redaction}",
        mend="" if settings.redact else "Run `unset CLONE_REDACT`.",
    )


def _model(settings: Settings) -> Finding:
    try:
        allowed = open_model(settings)
    except CloneError as exc:
        return Finding("model", ok=False, said=exc.message, mend=exc.hint)
    if allowed is None:
        return Finding("model", ok=True, said="none is asked; nothing leaves this machine")
    key = bool(settings.anthropic_api_key)
    return Finding(
        "model",
        ok=key,
        said=f"{settings.model} {'may be asked' if key else 'has no key'} (predictor {settings.predictor}, "
        f"at most {settings.daily_cap} a day)",
        mend="" if key else "Run `export CLONE_ANTHROPIC_API_KEY=…`, or `export CLONE_PREDICTOR=local`.",
    )


def _files(settings: Settings) -> list[Finding]:
    paths = [settings.home, settings.home / "secret"]
    if is_sqlite(settings.url):
        paths.append(sqlite_path(settings.url))
    return [_private(path) for path in paths if path.exists() and sys.platform != "win32"]


def _hooks(settings: Settings) -> list[Finding]:
    """What clients' hooks left, and could not leave."""
    spool = Spool(str(settings.home / SPOOL))
    failures = spool.failures()
    if failures:
        said = f"{len(failures)} notes can't be taken in; the last: {failures[-1].get('reason', '')[:200]}"
        mend = f"Read them: `cat {shlex.quote(str(spool.aside))}`. Then remove that file."
        return [Finding("hooks", ok=False, said=said, mend=mend)]
    if spool.waiting() >= MOST_BYTES:
        mend = "Start a client or `clone-mcp serve`, or take them in with `clone-mcp jobs --run`."
        return [Finding("hooks", ok=False, said="the spool is full: what happens now is lost", mend=mend)]
    return [Finding("hooks", ok=True, said=f"{spool.waiting():,} bytes of notes wait for a server")]


def _private(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    closed = mode & 0o077 == 0
    return Finding(
        "permissions",
        ok=closed,
        said=f"{path} is {'yours alone' if closed else f'open to others ({mode:o})'}",
        mend="" if closed else f"chmod go= '{path}'",
    )


async def _database(settings: Settings) -> list[Finding]:
    try:
        async with opened(settings) as clone:
            await clone.jobs.health.check()
            revision = await clone.jobs.health.revision()
            switched = await clone.prediction.switches.now(OWNER)
    except CloneError as exc:
        if isinstance(exc.__cause__, OSError) and exc.__cause__.filename is not None:
            return [_unusable("database", exc.__cause__)]
        where = f"{sqlite_path(settings.url)}: " if is_sqlite(settings.url) else ""
        return [Finding("database", ok=False, said=f"{where}{exc.message}", mend=exc.hint)]
    except OSError as exc:
        return [_unusable("database", exc)]
    opens = Finding("database", ok=True, said=f"opens and answers, schema {revision}")
    return [opens, Finding("switches", ok=True, said=describe(switched))]


def _unusable(what: str, exc: OSError) -> Finding:
    """A file that the system refuses. Its folder is shown too: that is where the fault often lies."""
    path = Path(os.fsdecode(exc.filename or "."))
    look = " ".join(shlex.quote(str(each)) for each in (path.parent, path))
    said = f"{path} can't be used: {_confused(exc) or exc.strerror or type(exc).__name__}"
    return Finding(what, ok=False, said=said, mend=f"See what they are and whose: `ls -ld {look}`.")


def _confused(exc: OSError) -> str:
    if isinstance(exc, IsADirectoryError):
        return "a folder is where a file has to be"
    return "a file is where a folder has to be" if isinstance(exc, FileExistsError | NotADirectoryError) else ""
