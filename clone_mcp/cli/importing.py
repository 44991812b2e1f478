"""`clone-mcp import`: finds a person's history, shows what it found, and takes it in.

It reads no format itself: clients/ and sources/ do. Files are looked for in finding.py, and results are printed by
import_report.py.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

from clone_mcp.cli.finding import SourceFiles, below, find, show_found
from clone_mcp.cli.import_report import import_as_json, show_claims, show_import, show_learned, together
from clone_mcp.cli.running import OWNER, settings, with_clone
from clone_mcp.cli.terminal import agreed, as_json, chosen, command, confirmed, moment, show, show_json
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log, printable
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.backtest import Plan
from clone_mcp.evaluation.report import Report, report
from clone_mcp.evaluation.use_cases import LearningSummary
from clone_mcp.sources.archive import damage_noted
from clone_mcp.sources.importing import Import, ImportFilter, ImportResult
from clone_mcp.sources.registry import BY_NAME, SOURCES
from clone_mcp.sources.vouching import Vouching, remember, vouched

_REPLAYED, _PROMISE = 1_000, 0.1
"""The newest questions are replayed after an import, and held against this share of wrong answers."""
_WIDTH = 24
"""Characters of the bar: the line fits a terminal of 80."""
_BETWEEN = 0.1
"""Seconds from one drawing to the next."""


def add(actions: Any) -> None:
    """The command and its options."""
    made = command(actions, "import", "take in what you typed to agents so far, and messages you wrote", _import)
    made.add_argument("source", nargs="?", help="as `--list` names it (default: every client found on this machine)")
    made.add_argument("path", nargs="?", type=Path, help="a file, folder or zip (default: the usual places)")
    made.add_argument(
        "--vouch",
        type=Path,
        metavar="PATH",
        action="append",
        default=[],
        help="say that you typed the chats inside this project folder, and read them; Clone remembers it. "
        "Without your word they are claimed: they can come with somebody else's repository",
    )
    made.add_argument("--since", metavar="DATE", help="only what was typed from then on")
    made.add_argument("--project", metavar="TEXT", help="only projects whose folder has this in its name")
    made.add_argument("--me", metavar="NAME", default="", help="your name in the chats, where it can't be told")
    made.add_argument("--dry-run", action="store_true", help="read and count, keep nothing")
    made.add_argument("--list", action="store_true", help="show every source and where it is looked for")
    made.add_argument("--no-learning", action="store_true", help="leave episodes and facts to the background")
    confirmed(made)
    as_json(made)


def _import(arguments: argparse.Namespace) -> int:
    if arguments.list:
        _list(arguments)
        return 0
    machine, home = Machine.here(), settings().home
    named = [Vouching(machine).check(path) for path in arguments.vouch]
    found = _files_to_read(arguments, named, machine)
    if not arguments.json:
        show_found(found)
    if not (arguments.dry_run or agreed("Read these?", yes=arguments.yes)):
        return 0
    wanted = ImportFilter(since=moment(arguments.since), project=arguments.project, me=_me(found, arguments.me))
    learn = not (arguments.dry_run or arguments.no_learning)
    if not arguments.dry_run:
        remember(home, named)
    vouching = Vouching(machine, {*vouched(home), *named})
    done, learned = with_clone(
        lambda clone: take_in(clone, found, wanted, vouching, dry=arguments.dry_run, learn=learn, replay=True)
    )
    if arguments.json:
        show_json(import_as_json(done, learned))
    else:
        show_import(done, dry=arguments.dry_run)
        show_claims(together(done), named, within=[each for each in (arguments.source, arguments.path) if each])
        if learned:
            show_learned(learned)
    return 0 if any(each.turns for each in done) else 1


def _files_to_read(arguments: argparse.Namespace, named: Sequence[Path], machine: Machine) -> list[SourceFiles]:
    """What there is to read: of folders that the person vouches for, what they vouch for. Raises Invalid."""
    source = arguments.source
    in_projects = source is None or (source in BY_NAME and BY_NAME[source].in_projects)
    inside = named and arguments.path is None and in_projects
    found = below(named, source, machine) if inside else find(source, arguments.path, machine)
    for folder in named:
        _check_word(folder, found, machine)
    if not found:
        raise Invalid(
            "No history was found in the usual places.", hint="`clone-mcp import --list` says where it looks."
        )
    return found


def _check_word(folder: Path, found: Sequence[SourceFiles], machine: Machine) -> None:
    """Raise Invalid where the person's word for a folder would cover nothing that needs it."""
    alone = Vouching(machine, [folder])
    doubtful = [(each.source, path) for each in found for path in each.files if alone.needed(each.source, path)]
    if any(alone.covers(path) for _, path in doubtful):
        return
    inside = sorted({alone.folder(*each) for each in doubtful if each[1].resolve().is_relative_to(folder)})
    if inside:
        raise Invalid(
            f"Your word for {folder} covers no chats: they lie in repositories inside it.",
            hint="If you typed them yourself, name each repository with its own `--vouch PATH`: "
            f"{', '.join(printable(str(each)) for each in inside)}.",
        )
    raise Invalid(
        f"{folder} holds no chats that need your word.",
        hint="Aider's lie in `.aider.chat.history.md`, SpecStory's in `.specstory/history`. "
        "`clone-mcp import --dry-run` names the folders with chats that nobody vouches for.",
    )


def _me(found: Sequence[SourceFiles], me: str) -> str:
    """Who the person is in chats that don't tell. Raises Invalid without a terminal to ask on."""
    if me:
        return me
    for each in found:
        if each.source.names is None:
            continue
        log, names = Log(), Counter[str]()
        for path in each.files:
            with damage_noted(path, log):
                names += each.source.names(path, log)
        if names:
            return chosen("Which of these are you?", [name for name, _ in names.most_common(9) if name], option="--me")
    return ""


async def take_in(
    clone: Clone,
    found: Sequence[SourceFiles],
    wanted: ImportFilter,
    vouching: Vouching,
    *,
    dry: bool = False,
    learn: bool = True,
    replay: bool = False,
) -> tuple[list[ImportResult], LearningSummary | None]:
    """Read what was found, one source after the other, then build memory from it."""
    done: list[ImportResult] = []
    read = Import(clone.recording.backfill, vouching)
    with closing(_Bar(sum(each.size for each in found))) as bar:
        for each in found:
            bar.begin(each.source.title)
            done.append(await read(OWNER, each.source, each.files, wanted, moved=bar.moved, dry=dry))
            bar.end(each.size)
        if not learn or not any(each.turns for each in done):
            return done, None
        bar.say("building memory, which takes a while …")
        replayed = partial(_replayed, clone) if replay else None
        learned = await clone.evaluation.learn_from_import(OWNER.tenant, replay=replayed)
        return done, learned


async def _replayed(clone: Clone) -> Report:
    """How good the local predictor would have been on the newest questions; its fit starts from that."""
    plan = Plan(limit=_REPLAYED)
    found = await clone.evaluation.backtest(
        OWNER, plan, await clone.evaluation.backtest.size(OWNER, plan), lambda _done: None
    )
    attested = found.samples(attested=True)
    for predictor, samples in found.samples().items():
        vouched = attested.get(predictor, ())
        await clone.prediction.calibrate.replayed(OWNER.tenant, predictor, samples, attested=vouched)
    return report(found.results, predictor=plan.predictor, at_most=_PROMISE)


def _list(arguments: argparse.Namespace) -> None:
    rows = [{"name": s.name, "title": s.title, "what": s.what, "where": s.where, "format": s.sure} for s in SOURCES]
    lines = [f"{s.name:<12} {s.title}: {s.what}\n{'':<12} {s.where}  [{s.sure}]" for s in SOURCES]
    show(arguments, rows, lines)


class _Bar:
    """How much of all files is read: a line on a terminal's stderr; nothing elsewhere."""

    def __init__(self, whole: int) -> None:
        self._whole = max(1, whole)
        self._before = 0
        self._title = ""
        self._drawn = 0.0
        self._shown = sys.stderr.isatty()

    def close(self) -> None:
        """Wipe the line."""
        self.say("")

    def begin(self, title: str) -> None:
        """Another source comes."""
        self._title = title

    def end(self, size: int) -> None:
        """That source is through."""
        self._before += size

    def moved(self, done: ImportResult) -> None:
        """So far."""
        now = time.monotonic()
        if not self._shown or now - self._drawn < _BETWEEN:
            return
        self._drawn = now
        share = min(1.0, (self._before + done.log.bytes_read) / self._whole)
        drawn = "#" * round(share * _WIDTH)
        self.say(f"[{drawn:<{_WIDTH}}] {share:4.0%}  {self._title}  {done.turns:,} turns")

    def say(self, text: str) -> None:
        """Put something else in the line."""
        if self._shown:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
