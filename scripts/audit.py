"""What the project is made of: locked with hashes, under licences that fit, without known holes, built the same twice.

python scripts/audit.py            runs every step; exits 1 when one fails
python scripts/audit.py STEP …     runs some: lock, licences, advisories, wheel, sbom

A step that can't be made, because nobody can be asked, is skipped and says so at the end.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
UV = shutil.which("uv", path=f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}") or "uv"
RUNTIME = ("export", "--quiet", "--locked", "--no-dev", "--all-extras", "--no-emit-project")

LICENCES = re.compile(
    r"MIT|MIT-0|BSD|BSD License|[023]-Clause BSD.*|BSD-[023]-Clause|Apache.*2\.0.*|Apache Software License.*|ISC.*|"
    r"PSF-2\.0|Python Software Foundation License|MPL-2\.0|Mozilla Public License 2\.0.*|Unlicense.*|0BSD|Zlib|"
    r"LGPL-3\.0-only|GNU Lesser General Public License v3.*|CNRI-Python|MIT License|CC0-1\.0",
    re.IGNORECASE,
)
"""Licences under which a dependency may stand beside Apache-2.0. The LGPL is psycopg's, which is used unchanged."""


class Skipped(Exception):
    """Why a step could not be made."""


def lock() -> str:
    """The lock file says what pyproject.toml asks for, and every file in it has a hash."""
    _uv("lock", "--check", "--quiet")
    text = _uv(*RUNTIME, "--all-groups")
    entries = [line for line in text.replace("\\\n", " ").splitlines() if re.match(r"[a-zA-Z0-9]", line)]
    bare = [line.split()[0] for line in entries if "--hash=sha256:" not in line or "==" not in line]
    if bare:
        raise SystemExit(f"not pinned with hashes: {', '.join(bare)}")
    return f"{len(entries)} packages, each with its version and hashes"


def licences() -> str:
    """Every package that ships with us is under a licence of the list."""
    names = re.findall(r"^([A-Za-z0-9._-]+)==", _uv(*RUNTIME, "--no-hashes"), re.MULTILINE)
    strange: dict[str, str] = {}
    seen = 0
    for name in names:
        try:
            told = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue  # for another platform or Python
        seen += 1
        said = _licence(told)
        parts = [part.strip(" ()") for part in re.split(r"\bAND\b|\bOR\b|\bWITH\b[^)]*|;", said) if part.strip(" ()")]
        if not parts or not all(LICENCES.fullmatch(part) for part in parts):
            strange[name] = said or "says nothing"
    if strange:
        raise SystemExit("\n".join(f"{name}: {said}" for name, said in strange.items()))
    return f"{seen} packages"


def _licence(told: Any) -> str:
    """As an expression, else as classifiers, else as the first line of free text."""
    classified = [
        line.rpartition(" :: ")[2] for line in told.get_all("Classifier", []) if line.startswith("License ::")
    ]
    return told.get("License-Expression") or ";".join(classified) or (told.get("License") or "").split("\n")[0]


def advisories() -> str:
    """No package has a known hole, as far as the index's advisories can be asked."""
    with tempfile.TemporaryDirectory() as folder:
        pinned = Path(folder) / "requirements.txt"
        pinned.write_text(_uv(*RUNTIME), encoding="utf-8")
        ask = ("run", "--quiet", "--isolated", "--locked", "--only-group", "audit", "pip-audit", "--require-hashes")
        asked = subprocess.run(
            [UV, *ask, "--disable-pip", "--format", "json", "-r", str(pinned)], cwd=ROOT, capture_output=True, text=True
        )
    try:
        found = json.loads(asked.stdout)["dependencies"]
    except (ValueError, KeyError) as exc:
        last = asked.stderr.strip().splitlines()[-1:] or ["no answer"]
        raise Skipped(f"the advisories could not be asked: {last[0][:200]}") from exc
    holes = {each["name"]: [hole["id"] for hole in each["vulns"]] for each in found if each.get("vulns")}
    if holes:
        raise SystemExit("\n".join(f"{name}: {', '.join(ids)}" for name, ids in holes.items()))
    unknown = [each["name"] for each in found if "skip_reason" in each]
    if unknown:
        raise Skipped(f"the index gave no advisories for {len(unknown)} of {len(found)} packages")
    return f"{len(found)} packages, none with a known hole"


def wheel() -> str:
    """Built twice, in two places, the wheel and the source archive are the same to the byte."""
    built: list[dict[str, str]] = []
    for _ in range(2):
        with tempfile.TemporaryDirectory() as folder:
            copy = Path(folder) / "checkout"
            _uv_at(ROOT, "export", "--quiet", "--locked", "--no-dev", "--no-hashes")  # fails early on a stale lock
            subprocess.run(["git", "clone", "--quiet", "--no-local", str(ROOT), str(copy)], check=True)
            _uv_at(copy, "build", "--quiet", "--python", sys.executable, "--out-dir", str(Path(folder) / "dist"))
            made = sorted((Path(folder) / "dist").glob("clone_mcp-*"))
            built.append({path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in made})
    if len(built[0]) != 2 or built[0] != built[1]:
        raise SystemExit(f"two builds differ: {built}")
    return ", ".join(f"{name} {digest[:12]}" for name, digest in built[0].items())


def sbom() -> str:
    """The bill of materials in CycloneDX, in dist/sbom.cdx.json: every package that ships, and where it comes from."""
    bill = json.loads(_uv(*RUNTIME, "--format", "cyclonedx1.5", "--preview-features", "sbom-export"))
    pinned = set(re.findall(r"^([A-Za-z0-9._-]+)==", _uv(*RUNTIME, "--no-hashes"), re.MULTILINE))
    listed = {each["name"] for each in bill["components"] if each.get("purl")}
    if missing := pinned - listed:
        raise SystemExit(f"not in the bill: {', '.join(sorted(missing))}")
    (ROOT / "dist").mkdir(exist_ok=True)
    (ROOT / "dist" / "sbom.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", encoding="utf-8")
    return f"dist/sbom.cdx.json, {len(listed)} packages"


def _uv(*arguments: str) -> str:
    return _uv_at(ROOT, *arguments)


def _uv_at(folder: Path, *arguments: str) -> str:
    env = {**os.environ, "SOURCE_DATE_EPOCH": "1700000000", "PYTHONHASHSEED": "0"}
    done = subprocess.run([UV, *arguments], cwd=folder, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"uv {' '.join(arguments[:2])} failed: {done.stderr.strip()[-500:]}")
    return done.stdout


STEPS: dict[str, Callable[[], str]] = {step.__name__: step for step in (lock, licences, advisories, wheel, sbom)}


def main(names: list[str]) -> int:
    """Run the steps, all of them whatever fails; say what was skipped last, where it is seen."""
    failed, skipped = False, list[str]()
    for name in names or STEPS:
        try:
            print(f"{name}: {STEPS[name]()}")
        except Skipped as exc:
            skipped.append(f"{name} SKIPPED: {exc}")
        except SystemExit as exc:
            failed = True
            print(f"{name} FAILED:\n{textwrap.indent(str(exc), '  ')}")
    for line in skipped:
        print(f"\n*** {line} ***")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
