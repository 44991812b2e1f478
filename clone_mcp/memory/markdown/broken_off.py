"""An apply that was killed when memory had the changes and the folder did not show it yet.

A note beside the files, written before the commit, says what was asked for, what memory would then look like, and which
places would show it. With it the next apply tells "done already" from "not done", and does not take its own work for a
conflict.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from clone_mcp.memory.markdown.base import digest

NOTE = ".clone.applying.json"


def note_of(
    theirs: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str], asked: Iterable[str]
) -> str:
    """The note's text: the folder as it is, memory as it was and will be, and the places of what is asked for."""
    # Rows are recorded at any time, so that their files and what counts them change without anybody's edits.
    places = {path for path in after if path.startswith(("facts/", "episodes/"))}.union(asked)
    shows = sorted(path for path in places if path in after and after[path] != before.get(path))
    return json.dumps({"asked": _digests(theirs), "after": _digests(after), "shows": shows}) + "\n"


def is_done(folder: Path, theirs: Mapping[str, str], ours: Mapping[str, str]) -> bool:
    """Whether memory holds what the folder asks for because an apply of just that was broken off afterwards."""
    try:
        if (folder / NOTE).is_symlink():
            return False
        found = json.loads((folder / NOTE).read_text(encoding="utf-8"))
        asked, after, shows = dict(found["asked"]), dict(found["after"]), set(found["shows"])
    except (ValueError, KeyError, TypeError, RecursionError, OSError):
        return False
    there, now = _digests(theirs), _digests(ours)
    if any(there.get(path) not in (asked.get(path), after.get(path)) for path in {*there, *asked}):
        return False  # edited since
    # One place that only that apply can have made so is enough: others may have changed again.
    return any(now.get(path) == value for path, value in after.items() if path in shows)


def _digests(texts: Mapping[str, str]) -> dict[str, str]:
    return {path: digest(text) for path, text in texts.items()}
