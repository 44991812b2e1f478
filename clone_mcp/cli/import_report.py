"""What an import took in, what Clone learned from it, and what it found that is only claimed: said, and asked about.

Files inside project folders can come with somebody else's repository. The person says whether they typed what is there;
what that word covers is for clone_mcp/sources/vouching.py. Everything is there as JSON for programs, too.
"""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.cli.terminal import agreed, counted
from clone_mcp.clients.machine import Machine
from clone_mcp.clients.turns import printable
from clone_mcp.evaluation.report import Report
from clone_mcp.evaluation.summary import MEANINGS, spelled
from clone_mcp.evaluation.use_cases import LearningSummary
from clone_mcp.sources.importing import Claims, ImportResult
from clone_mcp.sources.registry import BY_NAME
from clone_mcp.sources.vouching import Vouching

_MOST = 10
"""So many folders are asked about, those with most prompts first."""
_SHOWN = 70
_OFFERS = 10
"""Characters of a sample, so that each stays on one line."""
_PATIENCE_SECONDS = 10
"""For git: a large repository takes a second, and a broken one must not hold up an import."""


def show_import(done: Sequence[ImportResult], *, dry: bool) -> None:
    """For each source, what was read, what of it is new, and what was left out."""
    for each in done:
        taken, title = each.taken, BY_NAME[each.source].title
        read = f"{title}: {counted(each.turns, 'turn')}, {each.typed:,} of them typed by you"
        print(read if dry else f"{read}; {taken.new:,} new, {taken.known:,} known already")
        if each.vouched:
            print(f"  vouched for: {counted(each.vouched, 'prompt')}")
        if taken.attested:
            print(f"  attested from now on: {counted(taken.attested, 'turn')} that had only been claimed")
        for reason, times in each.log.dropped.most_common():
            print(f"  left out {times:,}: {reason}")
        if taken.refused:
            print(f"  refused {taken.refused:,}: too large")
        if each.log.malformed:
            print(f"  could not read {each.log.malformed:,} places:")
        for place in each.log.places:
            print(f"    {place}")


def show_learned(learned: LearningSummary) -> None:
    """Facts, habits, how often Clone would have been right, and what to do next."""
    print(f"\nClone knows {counted(learned.facts, 'thing')} about you now.")
    for text in (*learned.stated, *learned.habits):
        print(f"  {text}")
    if learned.report:
        _show_report(learned.report)
    if learned.offers:
        print("\nYou always gave these answers. `clone-mcp review` asks whether Clone may give them for you:")
        for text in learned.offers[:_OFFERS]:
            print(f"  {printable(text)}")
    print("\nNext:")
    if learned.waiting:
        print(f"  clone-mcp review        waiting for your yes: {learned.waiting:,}")
    print("  clone-mcp memory show   see, and correct, what is known of you")
    more = "more about that" if learned.report else "how often Clone would have been right on this history"
    print(f"  clone-mcp backtest      {more}")


def _show_report(report: Report) -> None:
    first = report.all.at_1
    print(
        f"\nClone's first guess would have meant the same as what you typed in {first.same.count:,} "
        f"of your newest {counted(report.questions, 'question')}: {spelled(first.same)}."
    )
    for (name, what), found in zip(MEANINGS, (first.equal, first.same, first.near), strict=True):
        print(f"  {name:<20} {found.count:>5,}  {spelled(found)}")
        print(f"  {'':<20} {'':>5}  {what}")
    match report.promise:
        case Supported(threshold=threshold, answered=answered, wrong=wrong):
            print(
                f"From a confidence of {threshold:.2f} on it could have answered {answered:,}, {wrong} of them wrongly."
            )
        case NotYet():
            print(
                "Clone would have answered nothing on its own: "
                f"no threshold keeps its error rate below {report.at_most:.0%} with certainty."
            )


def import_as_json(done: Sequence[ImportResult], learned: LearningSummary | None) -> dict[str, Any]:
    """The same for programs."""
    return {
        "sources": [
            {
                "source": each.source,
                "files": each.files,
                "skipped": each.skipped,
                "turns": each.turns,
                "typed": each.typed,
                "vouched": each.vouched,
                "claimed": sum(claims.prompts for claims in each.claims.values()),
                **asdict(each.taken),
                "dropped": dict(each.log.dropped),
                "malformed": each.log.malformed,
                "places": each.log.places,
            }
            for each in done
        ],
        "claimed_folders": claims_as_json(together(done)),
        "learned": _learned(learned) if learned else None,
    }


def _learned(learned: LearningSummary) -> dict[str, Any]:
    fields = asdict(replace(learned, report=None))
    if told := learned.report:
        near = told.all.at_1.equal, told.all.at_1.same, told.all.at_1.near
        fields["report"] = {
            "questions": told.questions,
            "right": told.all.at_1.same.share,
            **{name: asdict(rate) for name, rate in zip(("equal", "same", "near"), near, strict=True)},
            "at_most": told.at_most,
            "promise": asdict(told.promise),
        }
    return fields


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
    yes = _ask_about_folders(claims) if claims else []
    doubtful = [path for folder, each in claims.items() if folder not in yes for path in each.files]
    found: list[Path] = []
    for folder in yes:
        alone = Vouching(machine, [folder])
        overruled = any(alone.covers(path) for path in doubtful)
        found += [path.resolve() for path in claims[folder].files] if overruled else [folder]
    return found


def _ask_about_folders(claims: Mapping[Path, Claims]) -> list[Path]:
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
