"""Tells the person what is claimed inside their project folders, and asks whether they typed it."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from clone_mcp.cli.terminal import agreed, counted
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import printable
from clone_mcp.sources.importing import Claims, ImportResult
from clone_mcp.sources.vouching import Vouching

_MOST = 10
"""So many folders are asked about, those with most prompts first."""
_SHOWN = 70
"""Characters of a sample, so that each stays on one line."""
_PATIENCE_SECONDS = 10
"""For git: a large repository takes a second, and a broken one must not hold up an import."""


def together(done: Iterable[ImportResult]) -> dict[Path, Claims]:
    """What is claimed in each folder, whatever client left it there; the most first."""
    found: dict[Path, Claims] = {}
    for folder, claims in (item for each in done for item in each.claims.items() if item[1].prompts):
        held = found.setdefault(folder, Claims())
        held.files += claims.files
        held.prompts += claims.prompts
        held.samples += claims.samples
    return dict(sorted(found.items(), key=lambda item: (-item[1].prompts, item[0])))


def show_claims(claims: Mapping[Path, Claims], named: Sequence[Path] = (), *, within: Sequence[object] = ()) -> None:
    """Say what is claimed and how to vouch for it: also inside the folders that were named, `within` what was read."""
    if not claims:
        return
    prompts = sum(each.prompts for each in claims.values())
    print(
        f"\nClone learns nothing from {counted(prompts, 'prompt')} in these folders. Files there can come with "
        "somebody else's repository or archive.\nUntil you vouch for a folder, what it says you typed is only claimed:"
    )
    for folder, each in claims.items():
        print(f"  {_line(folder, each)}")
    if any(folder.is_relative_to(each) for folder in claims for each in named):
        print("Your word for a folder does not cover other repositories inside it. Name each of them.")
    first = next(iter(claims)) if len(claims) == 1 else "PATH"
    again = shlex.join(printable(str(each)) for each in ("clone-mcp", "import", *within, "--vouch", first))
    print(f"If you typed them yourself: {again}")


def agreed_folders(claims: Mapping[Path, Claims], machine: Machine) -> list[Path]:
    """What the person vouches for when asked about each folder.

    Where they did not say yes to a folder inside another one, their word covers the outer one's present files alone.
    """
    yes = _asked(claims) if claims else []
    doubtful = [path for folder, each in claims.items() if folder not in yes for path in each.files]
    found: list[Path] = []
    for folder in yes:
        alone = Vouching(machine, [folder])
        overruled = any(alone.covers(path) for path in doubtful)
        found += [path.resolve() for path in claims[folder].files] if overruled else [folder]
    return found


def _asked(claims: Mapping[Path, Claims]) -> list[Path]:
    """The folders of which the person says that they typed what is in them. Return alone means no."""
    print(
        "\nThese folders say what you typed. Files there can come with somebody else's repository or archive.\n"
        "Clone learns from them only if you vouch for the folder, and then also for what is added to it later."
    )
    found: list[Path] = []
    for folder, each in list(claims.items())[:_MOST]:
        print(f"\n  {_line(folder, each)}, such as:")
        for sample in each.samples:
            shown = printable(" ".join(sample.split()))
            print(f"    “{shown[:_SHOWN]}{'…' * (len(shown) > _SHOWN)}”")
        if agreed("Did you type these yourself?", yes=False, otherwise=False):
            found.append(folder)
    return found


def claims_as_json(claims: Mapping[Path, Claims]) -> list[dict[str, Any]]:
    """The same for programs. `tracked` is how many of the files git tracks; null where it can't say."""
    return [
        {
            "folder": str(folder),
            "prompts": each.prompts,
            "files": len(each.files),
            "tracked": tracked(folder, each.files),
        }
        for folder, each in claims.items()
    ]


def tracked(folder: Path, files: Sequence[Path]) -> int | None:
    """How many of the files git tracks, so that they came with the repository or go out with it."""
    root = folder if folder.is_dir() else folder.parent
    git = shutil.which("git")
    if git is None or Path(git).resolve().is_relative_to(root):
        return None
    real = {os.fsencode(path.resolve().relative_to(root)) for path in files}
    places = sorted({os.fsdecode(os.path.dirname(each)) or "." for each in real})  # noqa: PTH120 (bytes)
    # A repository's own configuration may name a program to run; this is the one that listing files would start.
    safely = ["--no-optional-locks", "--literal-pathspecs", "-c", "core.fsmonitor=false", "-C", str(root)]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    try:
        listed = subprocess.run(  # noqa: S603 (arguments of ours; places stand after --)
            [git, *safely, "ls-files", "-z", "--", *places],
            env=environ,
            capture_output=True,
            timeout=_PATIENCE_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return None if listed.returncode else len(real & set(listed.stdout.split(b"\0")))


def _line(folder: Path, claims: Claims) -> str:
    files, known = len(claims.files), tracked(folder, claims.files)
    where = counted(files, "file")
    if known == files:
        where += " that git tracks"
    elif known == 0:
        where += " that git does not track"
    elif known is not None:
        where += f", {known:,} of them tracked by git"
    return f"{printable(str(folder))}: {counted(claims.prompts, 'prompt')} in {where}"
