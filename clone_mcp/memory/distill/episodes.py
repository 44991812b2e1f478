"""Sessions cut into coherent stretches, each summarised in plain words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from uuid import UUID, uuid5

from clone_mcp.language.pasted import MARK
from clone_mcp.language.sentence import flat, shortened
from clone_mcp.language.wording import sketch
from clone_mcp.memory.distill import METHOD
from clone_mcp.models.events import Author
from clone_mcp.models.memory import Episode, Raw

SILENCE = timedelta(minutes=45)
MOST_ROWS = 200
LONGEST = 400

_NAMES = UUID("6b1f0d3e-7a52-4c0e-9a63-2f5d8c4e1b70")
_ASKED = 110
_SAID = 60
_NOTABLE = 2


@dataclass(frozen=True, slots=True)
class Draft:
    """An episode and the raw rows it is made from."""

    episode: Episode
    raw_ids: tuple[str, ...]


def episodes(
    raws: Sequence[Raw],
    *,
    labels: Mapping[str, str] | None = None,
    silence: timedelta = SILENCE,
    most_rows: int = MOST_ROWS,
) -> tuple[Draft, ...]:
    """The episodes of the sessions that the rows belong to, oldest first.

    An episode's id comes from its session and first row: the same rows and more of them give the same ids.
    `labels` names the client that a row comes from, by the row's id.
    """
    rows = sorted(raws, key=lambda raw: (raw.session_id, raw.occurred_at, raw.id))
    drafts = (
        _draft(stretch, labels or {})
        for _, session in groupby(rows, key=lambda raw: raw.session_id)
        for stretch in _stretches(tuple(session), silence, most_rows)
    )
    return tuple(sorted(drafts, key=lambda draft: (draft.episode.started_at, draft.episode.id)))


def _stretches(rows: Sequence[Raw], silence: timedelta, most_rows: int) -> Iterator[Sequence[Raw]]:
    start = 0
    for at in range(1, len(rows)):
        if rows[at].occurred_at - rows[at - 1].occurred_at > silence or at - start >= most_rows:
            yield rows[start:at]
            start = at
    yield rows[start:]


def _draft(rows: Sequence[Raw], labels: Mapping[str, str]) -> Draft:
    first = rows[0]
    sources = tuple(sorted({labels[raw.id] for raw in rows if raw.id in labels}))
    projects = {raw.project for raw in rows if raw.project}
    project = projects.pop() if len(projects) == 1 else None
    summary = _summary(rows, sources, project)
    episode = Episode(
        id=str(uuid5(_NAMES, f"{first.session_id}\n{first.id}")),
        session_id=first.session_id,
        started_at=first.occurred_at,
        ended_at=rows[-1].occurred_at,
        summary=summary,
        sources=sources,
        method=METHOD,
        project=project,
        sketch=sketch(summary),
    )
    return Draft(episode, tuple(raw.id for raw in rows))


def _summary(rows: Sequence[Raw], sources: Sequence[str], project: str | None) -> str:
    said = [raw for raw in rows if raw.author is Author.PERSON and not _bookend(raw)]
    answers = [raw for raw in rows if raw.author is Author.AGENT]
    parts = [
        _heading(sources, project, len(said), len(answers)),
        f"Asked: {_quoted(said[0], _ASKED)}." if said else "",
        *(f"Also said: {_quoted(raw, _SAID)}." for raw in _notable(said)),
        _ending(rows, said),
    ]
    return shortened(" ".join(part for part in parts if part), LONGEST)


def _heading(sources: Sequence[str], project: str | None, turns: int, answers: int) -> str:
    who = f"With {', '.join(sources)}" if sources else "A session"
    where = f" in {flat(project)}" if project else ""
    counts = f"{turns} {'turn' if turns == 1 else 'turns'} of the person, {answers} of the agent"
    return shortened(f"{who}{where}: {counts}.", 120)


def _notable(said: Sequence[Raw]) -> tuple[Raw, ...]:
    """The replies that say most, in the order they were said; not the first and the last, which stand on their own."""
    between = [raw for raw in said[1:-1] if MARK not in raw.text]
    chosen = sorted(between, key=lambda raw: (-min(len(raw.text), 2 * _SAID), raw.occurred_at, raw.id))[:_NOTABLE]
    return tuple(raw for raw in between if raw in chosen)


def _ending(rows: Sequence[Raw], said: Sequence[Raw]) -> str:
    last = next(
        (raw for raw in reversed(rows) if not _bookend(raw) and raw.author in (Author.PERSON, Author.AGENT)), None
    )
    if last is None:
        return ""
    if last.author is Author.AGENT:
        return f"Ended with the agent saying: {_quoted(last, _SAID)}."
    return f"Ended with the person saying: {_quoted(last, _SAID)}." if len(said) > 1 else ""


def _quoted(raw: Raw, longest: int) -> str:
    return f"“{shortened(flat(raw.text), longest).rstrip('.')}”"


def _bookend(raw: Raw) -> bool:
    """Windows that came to the front are the person's doing, but nothing they said."""
    return raw.text.startswith(("Switched to ", "A session started in ", "The session ended."))
