"""Reads a history and records it: file by file, in the order in which turns were taken, each turn once.

The sources are listed in registry.py. Whether a file speaks for the person is decided in vouching.py, and whether an
event is known already in recording/backfill.py.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path

from clone_mcp.clients.turns import Log, Turn
from clone_mcp.models import events
from clone_mcp.models.access import Caller
from clone_mcp.models.events import AgentPrompt, AgentResponse, Author, CloneEvent, SessionStopped
from clone_mcp.models.text import clean
from clone_mcp.recording.authorship import UNVOUCHED
from clone_mcp.recording.backfill import BATCH, Backfill, BackfillResult, RunningBackfill
from clone_mcp.recording.ingest import HistoryEvent, event_id
from clone_mcp.sources.archive import damage_noted
from clone_mcp.sources.registry import Source
from clone_mcp.sources.vouching import Vouching

LONGEST = 250_000
"""Characters of a turn that are kept. In any script they fit into an event."""
OVER = timedelta(days=1)
"""A session without a turn for so long is over."""
SAMPLES = 3
"""So many prompts of a folder are shown to whoever is asked to vouch for it."""
_LONGEST_ID = 512
_PERSON, _GUESS = "user", "clone-prediction"
_MARKUP = re.compile(r"</?pasted>")


@dataclass(frozen=True, slots=True)
class ImportFilter:
    """Which turns to take."""

    since: datetime | None = None
    project: str | None = None
    """Only of projects whose folder has this in its name."""
    me: str = ""
    """The person's own name in that source, where it can't be told."""


@dataclass(slots=True)
class Claims:
    """What a folder says the person typed."""

    files: list[Path] = field(default_factory=list[Path])
    prompts: int = 0
    samples: list[str] = field(default_factory=list[str])
    """The first few of them."""


@dataclass(slots=True)
class ImportResult:
    """What became of one source's files."""

    source: str
    files: int = 0
    skipped: int = 0
    """Files older than what was asked for."""
    turns: int = 0
    """Turns read, of the person and of agents."""
    typed: int = 0
    """Of those, what the person typed."""
    vouched: int = 0
    """Of what they typed, prompts that count only because they vouch for the folder."""
    claims: dict[Path, Claims] = field(default_factory=dict[Path, "Claims"])
    """Prompts that nobody vouches for, by the folder to vouch for. They count as nobody's."""
    taken: BackfillResult = field(default_factory=BackfillResult)
    log: Log = field(default_factory=Log)


Moved = Callable[[ImportResult], None]


class Import:
    """Takes in the files of one source. Nothing is ever written to them."""

    def __init__(self, backfill: Backfill, vouching: Vouching) -> None:
        self._backfill = backfill
        self._vouching = vouching

    async def __call__(
        self,
        caller: Caller,
        source: Source,
        files: Sequence[Path],
        wanted: ImportFilter,
        *,
        moved: Moved,
        dry: bool = False,
    ) -> ImportResult:
        """Read the files and record what is new; `dry` only reads. `moved` is told how it goes.

        It may be cut short at any time: the next time goes on, since what is known is passed over.
        """
        done = ImportResult(source.name)
        filling = None if dry else self._backfill.begin(caller, done.taken)
        for path in files:
            if wanted.since and _older(path, wanted.since):
                done.skipped += 1
                continue
            done.files += 1
            await self._file(filling, source, path, wanted, done, moved)
        if filling is not None:
            await filling.finish()
        moved(done)
        return done

    async def _file(
        self,
        filling: RunningBackfill | None,
        source: Source,
        path: Path,
        wanted: ImportFilter,
        done: ImportResult,
        moved: Moved,
    ) -> None:
        last: dict[str, Turn] = {}
        turns = _turns(source, path, wanted, done)
        claimed = not self._vouching.attests(source, path)
        while batch := list(islice(turns, BATCH)):
            self._count(done, source, path, batch, claimed=claimed)
            last.update((turn.session, turn) for turn in batch)
            if filling is not None:
                await filling.add([history_event(source, turn, claimed=claimed) for turn in batch])
            moved(done)
            await asyncio.sleep(0)  # so that Ctrl-C is heard in a dry run too
        if filling is None:
            return
        if not (source.to_people or claimed):  # when a session ends is a habit of the person's
            await filling.add([ending_of(source, turn) for turn in last.values() if self._over(turn)])
        filling.next_file()

    def _count(self, done: ImportResult, source: Source, path: Path, batch: Sequence[Turn], *, claimed: bool) -> None:
        prompts = [turn.text for turn in batch if turn.author is Author.PERSON]
        done.turns += len(batch)
        if not claimed:
            done.typed += len(prompts)
            done.vouched += len(prompts) if self._vouching.needed(source, path) else 0
            return
        claims = done.claims.setdefault(self._vouching.folder(source, path), Claims())
        claims.prompts += len(prompts)
        claims.samples += prompts[: SAMPLES - len(claims.samples)]
        if path not in claims.files:
            claims.files.append(path)

    def _over(self, turn: Turn) -> bool:
        return turn.at < self._backfill.clock.now() - OVER


def history_event(source: Source, turn: Turn, *, claimed: bool = False) -> HistoryEvent:
    """The turn as what is recorded of it. A claimed one may be anybody's."""
    kind = "agent.response" if turn.author is Author.AGENT else "agent.prompt"
    return HistoryEvent(
        _event(source, turn, kind),
        label=_label(source, turn, claimed=claimed),
        project=turn.project,
        counts=not (source.to_people or turn.decision),
        exact=source.exact,
        claimed=claimed,
    )


def ending_of(source: Source, turn: Turn) -> HistoryEvent:
    """The end of the session whose last turn this is."""
    stopped = SessionStopped(
        type="session.stopped",
        id=event_id(source.name, turn.session, "stop", "session.stopped"),
        session_id=_session(turn),
        occurred_at=turn.at,
        source=source.via,
        source_detail=source.name,
    )
    return HistoryEvent(stopped, project=turn.project)


def _session(turn: Turn) -> str:
    return clean(turn.session)[:_LONGEST_ID]


def _event(source: Source, turn: Turn, kind: str) -> CloneEvent:
    own = event_id(source.name, turn.session, turn.identity, kind)
    session, name = _session(turn), source.name
    if turn.author is Author.AGENT:
        return AgentResponse(
            type="agent.response",
            id=own,
            session_id=session,
            occurred_at=turn.at,
            source=events.Source.AGENT,
            source_detail=name,
            agent=name,
            response=clean(turn.text[-LONGEST:]),
        )
    return AgentPrompt(
        type="agent.prompt",
        id=own,
        session_id=session,
        occurred_at=turn.at,
        source=source.via,
        source_detail=name,
        agent=name,
        prompt=clean(_with_pastes_marked(turn)[:LONGEST]),
    )


def _label(source: Source, turn: Turn, *, claimed: bool) -> str | None:
    if turn.author is Author.CLONE:
        return _GUESS
    if claimed:
        return UNVOUCHED
    # Somebody's words to other people come from an integration, which nobody's hands feed unless it says so.
    return _PERSON if turn.author is Author.PERSON and source.via is events.Source.INTEGRATION else None


def _with_pastes_marked(turn: Turn) -> str:
    """Pasted parts between tags of their own, so that none of their lines counts as the person's words."""
    words = turn.text
    for pasted in sorted(turn.pasted, key=len, reverse=True):
        if pasted.strip() and not _MARKUP.search(pasted):
            words = words.replace(pasted, f"\n<pasted>\n{pasted}\n</pasted>\n", 1)
    return words


def _turns(source: Source, path: Path, wanted: ImportFilter, done: ImportResult) -> Iterator[Turn]:
    with damage_noted(path, done.log):
        for turn in source.read(path, done.log, wanted.me):
            if wanted.since and turn.at < wanted.since:
                continue
            if wanted.project and wanted.project.casefold() not in (turn.project or "").casefold():
                continue
            if turn.text.strip():
                yield turn


def _older(path: Path, since: datetime) -> bool:
    """A file that was last written before then holds nothing later."""
    try:
        return path.is_file() and path.stat().st_mtime < since.timestamp()
    except OSError:
        return False
