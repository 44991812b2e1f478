"""A backtest's report in words, for the person it is about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.evaluation.report import Report
from clone_mcp.evaluation.results import Result

_USUAL = "Most people's replies can't be foreseen: one in thirty to one in ten is usual for the first guess."


def summary(report: Report) -> Iterator[str]:
    """Line by line."""
    if not report.questions:
        yield "There is nothing to replay yet: no agent's message that you answered is on record."
        yield "Record for a while, or bring your history in with `clone-mcp import`."
        return
    yield f"{report.questions:,} questions in {report.sessions:,} sessions{_span(report.first, report.last)}."
    yield (
        f"The first guess said what you then typed in {report.all.soft_at_1:.1%} of them; "
        f"it was among the first five in {report.all.soft_at_5:.1%}."
    )
    if report.short.questions:
        yield (
            f"Of the {report.short.questions:,} short replies (six words at most): "
            f"{report.short.soft_at_1:.1%} and {report.short.soft_at_5:.1%}."
        )
    yield ""
    yield from _promise(report)
    if report.examples:
        yield ""
        yield f"{len(report.examples)} of them:" if isinstance(report.promise, Supported) else "Where Clone was surest:"
        for result in report.examples:
            yield from _example(result)


def _promise(report: Report) -> Iterator[str]:
    match report.promise:
        case Supported(threshold=threshold, answered=answered, wrong=wrong):
            yield (
                f"At your promise of at most {report.at_most:.0%} wrong, {answered:,} could have been answered for you "
                f"({answered / report.questions:.1%}), {wrong} of them wrongly: a threshold of {threshold:.2f}."
            )
        case NotYet(more_labels=None):
            yield (
                f"At your promise of at most {report.at_most:.0%} wrong, none could have been answered for you, "
                "and more history alone will not change that."
            )
            yield _USUAL
            yield "Clone will suggest, and leave the answers to you."
        case NotYet(more_labels=more):
            yield f"At your promise of at most {report.at_most:.0%} wrong, none could have been answered for you yet."
            yield f"If you go on as before, about {more:,} more replies would settle it. {_USUAL}"


def _example(result: Result) -> Iterator[str]:
    if result.example is None:
        return
    mark = "right" if result.right else "wrong"
    yield f"  {result.confidence:4.0%} {mark}  agent: {_cut(result.example.agent, 90)}"
    yield f"              guess: {_cut(result.example.guess, 60)!r}, you: {_cut(result.example.typed, 60)!r}"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _span(first: datetime | None, last: datetime | None) -> str:
    return f" ({first:%Y-%m-%d} to {last:%Y-%m-%d})" if first and last else ""
