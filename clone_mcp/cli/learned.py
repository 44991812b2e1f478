"""What Clone learned from a history, in a few lines."""

from __future__ import annotations

from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.evaluation.onboarding import Learned
from clone_mcp.evaluation.report import Report


def show_learned(learned: Learned) -> None:
    """Facts, habits, how often Clone would have been right, and what to do next."""
    print(f"\nClone knows {learned.facts:,} thing{'s' * (learned.facts != 1)} about you now.")
    for text in learned.stated:
        print(f"  {text}")
    for text in learned.habits:
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
