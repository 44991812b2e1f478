"""`clone-mcp calibrate` and `stats`: how predictions come out, and what may be promised of them.

The figures are worked out in calibration/ and prediction/calibrate.py. Replays of a history are in backtest.py.
"""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from clone_mcp.calibration.platt import worth
from clone_mcp.calibration.reliability import Bin
from clone_mcp.calibration.statistics import PredictorFigures, PromiseFigures, Statistics, Tally
from clone_mcp.cli.running import OWNER, with_clone
from clone_mcp.cli.terminal import as_json, command, counted, moment, show
from clone_mcp.clone import Clone
from clone_mcp.errors import Invalid
from clone_mcp.evaluation.report import rate
from clone_mcp.evaluation.summary import MEASURES, spelled
from clone_mcp.models.calibration import StoredFit
from clone_mcp.models.prediction import Kind
from clone_mcp.prediction.calibrate import Calibrated, Refit
from clone_mcp.wire.statistics import statistics_reply

_OUTCOMES = (
    ("the same in meaning", "accepted"),
    ("in part", "edited: the same direction, clearly more, less or on a condition"),
    ("different", "rejected"),
)
"""How near guesses came to what the person did, and what such an outcome is called."""
_BAR = 20


def add(actions: Any) -> None:
    """The commands and their options."""
    what = "learn from outcomes what confidences are worth, as once a day"
    as_json(command(actions, "calibrate", what, _calibrate), "print the fits before and after as JSON")

    stats = command(actions, "stats", "how predictions came out, and what may be promised of them", _stats)
    stats.add_argument("--since", metavar="WHEN", help="count from then on: 2026-11-20 or 2026-11-20T08:30")
    stats.add_argument("--promise", metavar="PERCENT", help="keep as promise: at most so many automatic answers wrong")
    as_json(stats, "print everything as JSON")


def _calibrate(arguments: argparse.Namespace) -> None:
    done = with_clone(lambda clone: clone.prediction.calibrate(OWNER.tenant))
    show(arguments, asdict(done), _calibrated(done), default=str)


def _calibrated(done: Calibrated) -> list[str]:
    lines = [f"{counted(done.settled, 'outcome')} read off what you typed."]
    lines += [_refit(each) for each in done.fits] or ["No prediction has an outcome yet."]
    return [*lines, *_promise(done.promise)]


def _refit(refit: Refit) -> str:
    name, labels = refit.predictor, counted(refit.labels, "label")
    if refit.after is None:
        return f"{name}: {labels}; below five the score is taken as it is."
    if refit.after is refit.before:
        return f"{name}: {labels}, nothing new; {_fit(refit.after)}."
    before = _fit(refit.before) if refit.before else "the score as it is"
    return f"{name}: {labels}; {before} → {_fit(refit.after)}."


def _fit(fit: StoredFit) -> str:
    examples = ", ".join(f"{raw:.0%} → {worth(fit, raw):.0%}" for raw in (0.2, 0.5, 0.8))
    return f"version {fit.version} (a={fit.a:.2f}, b={fit.b:+.2f}: {examples})"


def _stats(arguments: argparse.Namespace) -> None:
    """Print how predictions came out; with --promise, keep what the person wants promised first."""
    since, wanted = moment(arguments.since), _percent(arguments.promise)

    async def ask(clone: Clone) -> Statistics:
        if arguments.promise is not None:
            await clone.prediction.stats.promise(OWNER, wanted)
        return await clone.prediction.stats(OWNER, since=since)

    found = with_clone(ask)
    if arguments.json:
        print(statistics_reply(found).model_dump_json())
        return
    for line in _statistics(found):
        print(line)


def _percent(text: str | None) -> float | None:
    """A share from "10", "10%" or "none"."""
    if text is None or text == "none":
        return None
    try:
        return float(text.rstrip("% ")) / 100
    except ValueError:
        raise Invalid(f"{text!r} is no percentage.", hint="Write `--promise 10`, or `--promise none`.") from None


def _statistics(found: Statistics) -> list[str]:
    lines = _tally("Replies", found.replies)
    if found.continuations.predictions:
        lines += _tally("Going on", found.continuations)
    for measured in found.predictors:
        lines += ["", *_measured(measured)]
    promise = _promise(found.promise)
    return [*lines, *([""] if promise else []), *promise]


def _tally(what: str, tally: Tally) -> list[str]:
    if not tally.predictions:
        return [f"{what}: none predicted yet."]
    judged = tally.accepted + tally.edited + tally.rejected
    lines = [
        f"{what}: {counted(tally.predictions, 'prediction')}, {tally.auto} automatic ({tally.automation_rate:.0%}), "
        f"{tally.abstained} abstained."
    ]
    if tally.shadowed:
        lines.append(f"  {tally.shadowed} would have been automatic without shadow mode.")
    if judged:
        lines.append(f"  What became of {counted(judged, 'guess', 'guesses')} (95 % intervals):")
        parts = zip(_OUTCOMES, (tally.accepted, tally.edited, tally.rejected), strict=True)
        lines += [f"    {name:<20} {spelled(rate(number, judged))}: {what}" for (name, what), number in parts]
    lines.append(
        f"  {tally.implicit} read off what you typed. {counted(tally.stood, 'automatic answer')} stood, "
        f"{counted(tally.unjudged, 'prediction')} without an outcome."
    )
    if tally.precision.rate is not None:
        low, high = tally.precision.interval.low, tally.precision.interval.high
        lines.append(
            f"  Automatic answers were right {tally.precision.rate:.0%} of the time "
            f"(95 % interval: {low:.0%} to {high:.0%}; {tally.precision.answered} are judged)."
        )
    return lines


def _measured(measured: PredictorFigures) -> list[str]:
    of = "whether to go on" if measured.kind is Kind.CONTINUATION else "replies"
    head = f"{measured.predictor}, {of}: {counted(measured.labels, 'label')} on {measured.predictions} predictions"
    fit = f"  Fit in use: {_fit(measured.fit)}." if measured.fit else "  No fit yet: the score is taken as it is."
    if not measured.labels:
        return [f"{head}.", fit]
    values = (measured.auroc, measured.brier_skill, measured.brier, measured.ece)
    return [
        f"{head}.",
        fit,
        "  How often each confidence came true, with the 95 % interval:",
        "  said   was   from   to     of",
        *map(_bin, measured.reliability),
        *(f"  {name:<12} {_three(value)}  {what}" for (name, what), value in zip(MEASURES, values, strict=True)),
        *_decomposed(measured),
    ]


def _three(value: float | None) -> str:
    return "–    " if value is None else f"{value:.3f}"


def _decomposed(measured: PredictorFigures) -> list[str]:
    parts = measured.decomposition
    if parts is None:
        return []
    return [
        f"  Brier = reliability {parts.reliability:.4f} - resolution {parts.resolution:.4f} "
        f"+ uncertainty {parts.uncertainty:.4f} + within bins {parts.within:.4f}."
    ]


def _bin(each: Bin) -> str:
    bar = "█" * round(each.observed * _BAR)
    span = f"{each.interval.low:4.0%} – {each.interval.high:4.0%}"
    return f"  {each.confidence:4.0%}  {each.observed:4.0%}  {span}  {each.count:5}  {bar}".rstrip()


def _promise(kept: PromiseFigures | None) -> list[str]:
    if kept is None:
        return []
    promise = f"At most {kept.at_most:.0%} of automatic answers wrong"
    if kept.threshold is not None:
        return [
            f"{promise}: from a threshold of {kept.threshold:.2f} on, at 95 % "
            f"({kept.wrong} wrong among {kept.answered}; the share lies below {kept.bound:.1%})."
        ]
    if kept.more_labels is None:
        return [f"{promise}: not in sight. Even the surest answers are wrong too often."]
    return [f"{promise}: not yet, about {counted(kept.more_labels, 'more label')} needed."]
