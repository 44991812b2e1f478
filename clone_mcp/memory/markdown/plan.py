"""What a folder asks for, compared with what was exported and with what memory holds now.

Three versions of every file: as exported (the base), in the folder (theirs), as memory would render it now (ours).
What only the folder changed is carried out; what only memory changed stays; what both changed is a conflict, and
with a conflict nothing is carried out at all.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from clone_mcp.errors import Invalid
from clone_mcp.memory.markdown.documents import Document, document, raw_lines, tags
from clone_mcp.memory.markdown.front_matter import read

BASE = ".clone.json"


class Act(StrEnum):
    """What can be asked for."""

    ADD_FACT = "add fact"
    EDIT_FACT = "edit fact"
    DELETE_FACT = "delete fact"
    EDIT_EPISODE = "edit episode"
    DELETE_EPISODE = "delete episode"
    DELETE_RAW = "delete raw row"
    EDIT_PROFILE = "edit profile"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to carry out."""

    act: Act
    path: str
    id: str | None = None
    text: str | None = None
    tags: tuple[str, ...] | None = None
    kind: str | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to carry out, or why nothing is."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[str, ...] = field(default=())


def base_of(rendered: dict[str, str]) -> str:
    """The file that remembers what was exported."""
    return json.dumps({"files": {path: _digest(text) for path, text in sorted(rendered.items())}}, indent=1) + "\n"


def read_base(folder: Path) -> dict[str, str]:
    """Digests of what was exported. Raises Invalid when the folder is no export."""
    path = folder / BASE
    if path.is_symlink() or not path.is_file():
        raise Invalid(f"{folder} holds no {BASE}: it is no export of Clone's memory.")
    try:
        return {str(name): str(digest) for name, digest in json.loads(path.read_text())["files"].items()}
    except (ValueError, KeyError, AttributeError, OSError) as exc:
        raise Invalid(f"{path} can't be read. Export again.") from exc


def plan(base: dict[str, str], theirs: dict[str, str], ours: dict[str, str]) -> Plan:
    """What the folder asks for. Raises Invalid for what can't be asked."""
    changes: list[Change] = []
    conflicts: list[str] = []
    for path in sorted({*base, *theirs}):
        there, here = theirs.get(path), ours.get(path)
        if (None if there is None else _digest(there)) == base.get(path):
            continue  # the folder left it alone
        if there == here:
            continue  # both came to the same
        if (None if here is None else _digest(here)) != base.get(path):
            conflicts.append(f"{path} changed in memory since the export.")
        else:
            changes += _changes(path, there, here)
    return Plan((), tuple(conflicts)) if conflicts else Plan(tuple(changes))


def _changes(path: str, theirs: str | None, ours: str | None) -> Iterator[Change]:
    match path.partition("/")[0]:
        case "facts":
            yield from _fact(path, theirs, ours)
        case "episodes":
            yield from _episode(path, theirs, ours)
        case "raw":
            yield from _raw(path, theirs or "", ours or "")
        case "profile.md":
            if theirs is None:
                raise Invalid("profile.md is compiled from the facts: delete the facts that are wrong.")
            yield Change(Act.EDIT_PROFILE, path, text=read(theirs, path)[1])
        case _:
            raise Invalid(f"{path} is compiled. Change the facts instead, and export again.")


def _fact(path: str, theirs: str | None, ours: str | None) -> Iterator[Change]:
    if ours is None:
        new = document(path, theirs or "")
        if "id" in new.fields:
            raise Invalid(f"{path}: a new fact has no id. Leave that line out.")
        kind = str(new.fields["kind"]) if "kind" in new.fields else None
        yield Change(Act.ADD_FACT, path, text=new.text, tags=tags(new.fields.get("tags")), kind=kind)
        return
    known = document(path, ours)
    if theirs is None:
        yield Change(Act.DELETE_FACT, path, id=str(known.fields["id"]))
        return
    edited = document(path, theirs)
    _only(("tags",), known, edited)
    yield Change(
        Act.EDIT_FACT,
        path,
        id=str(known.fields["id"]),
        text=edited.text if edited.text != known.text else None,
        tags=tags(edited.fields.get("tags")) if edited.fields.get("tags") != known.fields.get("tags") else None,
    )


def _episode(path: str, theirs: str | None, ours: str | None) -> Iterator[Change]:
    if ours is None:
        raise Invalid(f"{path}: episodes come from what was recorded and can't be added.")
    known = document(path, ours)
    if theirs is None:
        yield Change(Act.DELETE_EPISODE, path, id=str(known.fields["id"]))
        return
    edited = document(path, theirs)
    _only((), known, edited)
    yield Change(Act.EDIT_EPISODE, path, id=str(known.fields["id"]), text=edited.text)


def _raw(path: str, theirs: str, ours: str) -> Iterator[Change]:
    known, left = raw_lines(path, ours), raw_lines(path, theirs)
    for raw_id, line in left.items():
        if known.get(raw_id) != line:
            raise Invalid(f"{path}: raw rows can be deleted, not written or rewritten ({raw_id}).")
    for raw_id in known.keys() - left.keys():
        yield Change(Act.DELETE_RAW, path, id=raw_id)


def _only(editable: tuple[str, ...], known: Document, edited: Document) -> None:
    for name in {*known.fields, *edited.fields} - {*editable}:
        if known.fields.get(name) != edited.fields.get(name):
            can = ", ".join(("the words", *editable))
            raise Invalid(f"{known.path}: {name} follows from the evidence. You can change {can}.")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
