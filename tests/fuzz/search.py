"""Lets atheris search, which follows the branches that a text takes: python -m tests.fuzz.search SECONDS [NAME …]."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

CORPUS = Path(__file__).parent / "corpus"


def search(name: str, seconds: str) -> None:
    """Until the time is up or something breaks. Texts that led somewhere are kept for the next time."""
    import atheris

    with atheris.instrument_imports(include=["clone_mcp"]):
        from tests.fuzz import histories, targets

    errors = "surrogateescape" if name in histories.TARGETS else "replace"

    def once(data: bytes) -> None:
        targets.tried(name, data.decode(errors=errors))

    corpus = CORPUS / name.replace(" ", "-")
    corpus.mkdir(parents=True, exist_ok=True)
    (corpus / "seed").write_bytes(histories.raw(targets.seeds().get(name, "yes")))
    options = [f"-max_total_time={seconds}", "-max_len=8192", "-timeout=5", "-rss_limit_mb=1024", "-verbosity=0"]
    options.append(f"-artifact_prefix={corpus}/")
    atheris.Setup([sys.argv[0], *options, str(corpus)], once)
    atheris.Fuzz()


def main(seconds: str, names: list[str]) -> int:
    """Every reader in a process of its own, because atheris ends the one it searched in."""
    if find_spec("atheris") is None:
        sys.stderr.write("*** SKIPPED: there is no atheris here, so only hypothesis searched ***\n")
        return 0
    from tests.fuzz.targets import TARGETS

    failed: list[str] = []
    for name in names or TARGETS:
        sys.stderr.write(f"{name}: {seconds} s\n")
        if subprocess.run([sys.executable, "-m", "tests.fuzz.search", "--one", name, seconds]).returncode:
            failed.append(name)
    sys.stderr.write(f"failed: {', '.join(failed)}\n" if failed else "nothing found\n")
    return int(bool(failed))


if __name__ == "__main__":
    if sys.argv[1] == "--one":
        search(*sys.argv[2:])
    sys.exit(main(sys.argv[1], sys.argv[2:]))
