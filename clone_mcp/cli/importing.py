"""`clone-mcp import`: finds a person's history, shows what it found, and takes it in."""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from clone_mcp.cli.asking import agreed, chosen
from clone_mcp.cli.commands import OWNER, with_clone
from clone_mcp.cli.deciding import moment
from clone_mcp.cli.learned import show_learned
from clone_mcp.cli.progress import Bar, sized
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import Log, printable
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.backtest import Plan
from clone_mcp.evaluation.onboarding import Learned, after_import
from clone_mcp.evaluation.report import Report, report
from clone_mcp.sources.archive import damage_noted
from clone_mcp.sources.importing import Import, Imported, Wanted
from clone_mcp.sources.recognise import recognised
from clone_mcp.sources.registry import BY_NAME, CLIENTS, SOURCES, Source

_REPLAYED, _PROMISE = 1_000, 0.1
"""The newest questions are replayed after an import, and held against this share of wrong answers."""


@dataclass(frozen=True, slots=True)
class Found:
    """Files of one source."""

    source: Source
    files: tuple[Path, ...]
    size: int


def add(actions: Any) -> None:
    """The command and its options."""
    command = actions.add_parser("import", help="take in what you typed to agents so far, and messages you wrote")
    command.add_argument("source", nargs="?", help="as `--list` names it (default: every client found on this machine)")
    command.add_argument("path", nargs="?", type=Path, help="a file, folder or zip (default: the usual places)")
    command.add_argument("--since", metavar="DATE", help="only what was typed from then on")
    command.add_argument("--project", metavar="TEXT", help="only projects whose folder has this in its name")
    command.add_argument("--me", metavar="NAME", default="", help="your name in the chats, where it can't be told")
    command.add_argument("--dry-run", action="store_true", help="read and count, keep nothing")
    command.add_argument("--list", action="store_true", help="show every source and where it is looked for")
    command.add_argument("--no-learning", action="store_true", help="leave episodes and facts to the background")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true", help="print as JSON")
    command.set_defaults(function=run)


def run(arguments: argparse.Namespace) -> int:
    """Find, show, ask, read, and say what was learned."""
    if arguments.list:
        return _list(as_json=arguments.json)
    found = find(arguments.source, arguments.path, Machine.here())
    if not found:
        raise Invalid(
            "No history was found in the usual places.", hint="`clone-mcp import --list` says where it looks."
        )
    if not arguments.json:
        show_found(found)
    if not (arguments.dry_run or agreed("Read these?", yes=arguments.yes)):
        return 0
    wanted = Wanted(since=moment(arguments.since), project=arguments.project, me=_me(found, arguments.me))
    learn = not (arguments.dry_run or arguments.no_learning)
    done, learned = with_clone(
        lambda clone: take_in(clone, found, wanted, dry=arguments.dry_run, learn=learn, replay=True)
    )
    if arguments.json:
        print(json.dumps(_as_json(done, learned)))
    else:
        _show(done, dry=arguments.dry_run)
        if learned:
            show_learned(learned)
    return 0 if any(each.turns for each in done) else 1


def find(name: str | None, path: Path | None, machine: Machine) -> list[Found]:
    """What there is to read. Raises Invalid for a source nobody knows or a path that is none."""
    if name and name not in BY_NAME and path is None and Path(name).exists():
        name, path = None, Path(name)
    if name and name not in BY_NAME:
        raise Invalid(f"There is no source {name!r}.", hint=f"It may be {', '.join(BY_NAME)}, or a path.")
    if path is not None:
        return [_at(path, BY_NAME[name] if name else recognised(path))]
    looked_for = [BY_NAME[name]] if name else CLIENTS
    found = [_sized(source, _readable(source.found(machine))) for source in looked_for]
    if name and not any(each.files for each in found):
        raise Invalid(
            f"No history of {BY_NAME[name].title} was found.",
            hint=f"It is looked for here: {BY_NAME[name].where}. Name the path: `clone-mcp import {name} PATH`.",
        )
    return [each for each in found if each.files]


def _at(path: Path, source: Source | None) -> Found:
    path = path.expanduser().absolute()  # turns of a file go by the same names wherever the command is run
    if not path.exists():
        raise Invalid(f"{path} is not there.")
    if source is None:
        raise Invalid(f"What {path} is can't be told.", hint=f"Name it: `clone-mcp import SOURCE {path}`.")
    files = list(source.within(path)) if path.is_dir() else [path]
    if not files:
        raise Invalid(f"{path} holds no history of {source.title}.")
    return _sized(source, files)


def _readable(paths: Any) -> list[Path]:
    try:
        return list(paths)
    except OSError:
        return []


def _sized(source: Source, files: Sequence[Path]) -> Found:
    return Found(source, tuple(files), sum(sized(path) for path in files))


def show_found(found: Sequence[Found]) -> None:
    """A line for each source."""
    print("Found:")
    for each in found:
        files = f"{len(each.files):,} file{'s' * (len(each.files) != 1)}"
        print(f"  {each.source.title:<20} {files:>13}  {_megabytes(each.size):>10}  {_common(each.files)}")


def _common(files: Sequence[Path]) -> str:
    folder = files[0]
    while not all(path == folder or folder in path.parents for path in files):
        folder = folder.parent
    return printable(str(folder))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _me(found: Sequence[Found], me: str) -> str:
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
    clone: Clone, found: Sequence[Found], wanted: Wanted, *, dry: bool = False, learn: bool = True, replay: bool = False
) -> tuple[list[Imported], Learned | None]:
    """Read what was found, one source after the other, then build memory from it."""
    done: list[Imported] = []
    with Bar(sum(each.size for each in found)) as bar:
        for each in found:
            bar.begin(each.source.title)
            done.append(await Import(clone.backfill)(OWNER, each.source, each.files, wanted, moved=bar.moved, dry=dry))
            bar.end(each.size)
        if not learn or not any(each.turns for each in done):
            return done, None
        bar.say("building memory, which takes a while …")
        learned = await after_import(
            OWNER.tenant,
            storage=clone.storage,
            promote=clone.memory.promote,
            replay=partial(_replayed, clone) if replay else None,
        )
        return done, learned


async def _replayed(clone: Clone) -> Report:
    """How good the local predictor would have been on the newest questions; its fit starts from that."""
    plan = Plan(limit=_REPLAYED)
    found = await clone.backtest(OWNER, plan, await clone.backtest.size(OWNER, plan), lambda _done: None)
    attested = found.samples(attested=True)
    for predictor, samples in found.samples().items():
        vouched = attested.get(predictor, ())
        await clone.calibrate.replayed(OWNER.tenant, predictor, samples, attested=vouched)
    return report(found.results, predictor=plan.predictor, at_most=_PROMISE)


def _show(done: Sequence[Imported], *, dry: bool) -> None:
    for each in done:
        taken, title = each.taken, BY_NAME[each.source].title
        read = f"{title}: {each.turns:,} turn{'s' * (each.turns != 1)}, {each.typed:,} of them typed by you"
        print(read if dry else f"{read}; {taken.new:,} new, {taken.known:,} known already")
        for reason, times in each.log.dropped.most_common():
            print(f"  left out {times:,}: {reason}")
        if taken.refused:
            print(f"  refused {taken.refused:,}: too large")
        if each.log.malformed:
            print(f"  could not read {each.log.malformed:,} places:")
        for place in each.log.places:
            print(f"    {place}")


def _list(*, as_json: bool) -> int:
    rows = [
        {"name": s.name, "title": s.title, "what": s.what, "where": s.where, "format": str(s.sure)} for s in SOURCES
    ]
    if as_json:
        print(json.dumps(rows))
        return 0
    for row in rows:
        print(f"{row['name']:<12} {row['title']}: {row['what']}\n{'':<12} {row['where']}  [{row['format']}]")
    return 0


def _as_json(done: Sequence[Imported], learned: Learned | None) -> dict[str, Any]:
    return {
        "sources": [
            {
                "source": each.source,
                "files": each.files,
                "skipped": each.skipped,
                "turns": each.turns,
                "typed": each.typed,
                **asdict(each.taken),
                "dropped": dict(each.log.dropped),
                "malformed": each.log.malformed,
                "places": each.log.places,
            }
            for each in done
        ],
        "learned": _learned(learned) if learned else None,
    }


def _learned(learned: Learned) -> dict[str, Any]:
    fields = asdict(replace(learned, report=None))
    if told := learned.report:
        fields["report"] = {
            "questions": told.questions,
            "right": told.all.soft_at_1,
            "at_most": told.at_most,
            "promise": asdict(told.promise),
        }
    return fields
