"""What an import took in and what Clone learned from it: as lines for the person, as JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import Any

from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.cli.terminal import counted
from clone_mcp.cli.vouching import claims_as_json, together
from clone_mcp.evaluation.onboarding import Learned
from clone_mcp.evaluation.report import Report
from clone_mcp.sources.importing import ImportResult
from clone_mcp.sources.registry import BY_NAME


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


def show_learned(learned: Learned) -> None:
    """Facts, habits, how often Clone would have been right, and what to do next."""
    print(f"\nClone knows {counted(learned.facts, 'thing')} about you now.")
    for text in (*learned.stated, *learned.habits):
        print(f"  {text}")
    if learned.report:
        _show_report(learned.report)
    print("\nNext:")
    if learned.waiting:
        print(f"  clone-mcp review        waiting for your yes: {learned.waiting:,}")
    print("  clone-mcp memory show   see, and correct, what is known of you")
    more = "more about that" if learned.report else "how often Clone would have been right on this history"
    print(f"  clone-mcp backtest      {more}")


def _show_report(report: Report) -> None:
    asked, right = f"{report.questions:,} questions", f"{report.all.soft_at_1:.1%}"
    print(f"\nIn {right} of the newest {asked} its first guess would have been what you typed.")
    match report.promise:
        case Supported(threshold=threshold, answered=answered, wrong=wrong):
            print(
                f"From a confidence of {threshold:.2f} on it could have answered {answered:,}, {wrong} of them wrongly."
            )
        case NotYet():
            print(f"It would have asked you each time: nothing keeps its errors under {report.at_most:.0%} for sure.")


def import_as_json(done: Sequence[ImportResult], learned: Learned | None) -> dict[str, Any]:
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
