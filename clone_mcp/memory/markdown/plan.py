"""What a folder asks for, compared with what was exported and with what memory holds now.

Three versions of every file: as exported (the base), in the folder (theirs), as memory would render it now (ours).
What only the folder changed is carried out; what only memory changed stays; what both changed is a conflict, and
with a conflict nothing is carried out at all.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from clone_mcp.errors import Invalid
from clone_mcp.memory.markdown.documents import Document, document, front_matter, raw_lines, tags
from clone_mcp.memory.markdown.folder import digest
from clone_mcp.models.memory import FactKind


class Act(StrEnum):
    """What can be asked for. They are carried out in this order."""

    ADD_FACT = "add fact"
    EDIT_FACT = "edit fact"
    EDIT_PROFILE = "edit profile"
    DELETE_FACT = "delete fact"
    DELETE_EPISODE = "delete episode"
    DELETE_RAW = "delete raw row"
    EDIT_EPISODE = "edit episode"
    """After the rows: an episode that loses some is told anew, and the person's words shall outlast that."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing to carry out."""

    act: Act
    path: str
    id: str = ""
    text: str | None = None
    tags: tuple[str, ...] | None = None
    kind: FactKind = FactKind.PREFERENCE


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything to carry out, or why nothing is."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[str, ...] = field(default=())
    outdated: int = 0
    """Files that memory would write otherwise by now, and the folder left alone."""
    broken_off: bool = False
    """Memory has the changes already; only the folder does not show it yet."""


def plan(base: Mapping[str, str], theirs: Mapping[str, str], ours: Mapping[str, str]) -> Plan:
    """What the folder asks for. Raises Invalid for what can't be asked."""
    changes: list[Change] = []
    conflicts: list[str] = []
    by_end = {_end(path): text for path, text in ours.items()}
    for path in sorted({*base, *theirs}):
        # New words give a fact's file a new name, with the same end.
        there, here = theirs.get(path), ours.get(path) or (by_end.get(_end(path)) if path in base else None)
        if (None if there is None else digest(there)) == base.get(path):
            continue  # the folder left it alone
        if there == here:
            continue  # both came to the same
        if (None if here is None else digest(here)) != base.get(path):
            conflicts.append(f"{path} changed in memory since the export.")
        else:
            changes += _changes(path, there, here)
    order = list(Act)
    inorder = sorted(changes, key=lambda change: (order.index(change.act), change.path, change.id))
    outdated = sum(theirs.get(path) != ours.get(path) for path in {*theirs, *ours}) if not changes else 0
    return Plan((), tuple(conflicts)) if conflicts else Plan(tuple(inorder), outdated=outdated)


def _end(path: str) -> str:
    folder, _, name = path.partition("/")
    return f"{folder}/{name.rpartition('-')[2]}" if folder == "facts" else path


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
            body = front_matter(theirs, path)[1]
            if ours is None or body != front_matter(ours, path)[1]:
                yield Change(Act.EDIT_PROFILE, path, text=body)
        case _:
            raise Invalid(f"{path} is compiled. Change the facts instead, and export again.")


def _fact(path: str, theirs: str | None, ours: str | None) -> Iterator[Change]:
    if ours is None:
        new = document(path, theirs or "")
        if "id" in new.fields:
            raise Invalid(f"{path}: a new fact has no id. Leave that line out.")
        if not new.text:
            raise Invalid(f"{path}: there is no sentence in it.")
        yield Change(Act.ADD_FACT, path, text=new.text, tags=tags(new.fields.get("tags")), kind=_kind(new))
        return
    known = document(path, ours)
    if theirs is None:
        yield Change(Act.DELETE_FACT, path, id=str(known.fields["id"]))
        return
    edited = document(path, theirs)
    _only(("tags",), known, edited)
    before, after = tags(known.fields.get("tags")), tags(edited.fields.get("tags"))
    text = edited.text if edited.text != known.text else None
    if text is not None or before != after:
        changed = after if before != after else None
        yield Change(Act.EDIT_FACT, path, id=str(known.fields["id"]), text=text, tags=changed)


def _kind(new: Document) -> FactKind:
    try:
        return FactKind(new.fields.get("kind", FactKind.PREFERENCE))
    except ValueError:
        raise Invalid(f"{new.path}: kind is one of {', '.join(FactKind)}.") from None


def _episode(path: str, theirs: str | None, ours: str | None) -> Iterator[Change]:
    if ours is None:
        raise Invalid(f"{path}: episodes come from what was recorded and can't be added.")
    known = document(path, ours)
    if theirs is None:
        yield Change(Act.DELETE_EPISODE, path, id=str(known.fields["id"]))
        return
    edited = document(path, theirs)
    _only((), known, edited)
    if edited.text != known.text:
        yield Change(Act.EDIT_EPISODE, path, id=str(known.fields["id"]), text=edited.text)


def _raw(path: str, theirs: str, ours: str) -> Iterator[Change]:
    known, left = raw_lines(path, ours), raw_lines(path, theirs)
    for raw_id, line in left.items():
        if known.get(raw_id) != line:
            raise Invalid(f"{path}: raw rows can be deleted, not written or rewritten ({raw_id}).")
    for raw_id in sorted(known.keys() - left.keys()):
        yield Change(Act.DELETE_RAW, path, id=raw_id)


def _only(editable: tuple[str, ...], known: Document, edited: Document) -> None:
    for name in sorted({*known.fields, *edited.fields} - {*editable}):
        if known.fields.get(name) != edited.fields.get(name):
            can = " and ".join(("the words", *editable))
            raise Invalid(f"{known.path}: {name} follows from the evidence. You can change {can}.")
