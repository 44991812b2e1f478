"""A backtest's report in words, line by line, for the person it is about. page.py shows the same with pictures."""

from __future__ import annotations

from collections.abc import Iterator

from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.evaluation import settled
from clone_mcp.evaluation.report import Calibration, Rate, Report, Result, Scores

MEANINGS = (
    ("equal", "the same but for case, punctuation and white space"),
    ("the same in meaning", "equal, or in other words: your agent would have done the same next"),
    (
        "near",
        "the same in meaning, or half of the words or most of the spelling in common; "
        "fewer than half of those that are only near mean the same",
    ),
)
"""The words that guesses are judged by, each with what it means and including the one before it."""
MEASURES = (
    (
        "AUROC",
        "how often a guess that came true had a higher confidence than one that did not: 1 is always, 0.5 is chance",
    ),
    (
        "Brier skill",
        "how much better the confidences were than always saying the average: 1 is perfect, below 0 they were worse",
    ),
    ("Brier score", "the mean squared distance between a confidence and what came of it (0 or 1): 0 is best"),
    ("ECE", "how far a confidence and the share that came true lie apart on average: 0 is best"),
)
"""The figures of a confidence, each with what it says."""
_USUAL = (
    "Most people's replies can't be foreseen: between one in a hundred and one in ten is usual for the first guess."
)


def summary(report: Report) -> Iterator[str]:
    """The whole of it. Parts are set apart by an empty line."""
    if not report.questions:
        yield from _nothing(report)
        return
    span = f" ({report.first:%Y-%m-%d} to {report.last:%Y-%m-%d})" if report.first and report.last else ""
    yield f"{_counted(report.questions, 'question')} in {_counted(report.sessions, 'session')}{span}."
    first, five = report.all.at_1.same, report.all.at_5.same
    yield f"Clone's first guess meant the same as what you then typed in {first.count:,} of them: {spelled(first)}."
    yield f"One of its first five guesses did in {five.count:,}: {spelled(five)}."
    yield from _failed(report)
    yield ""
    yield from table(report.all)
    if report.short.questions:
        first, five = report.short.at_1.same, report.short.at_5.same
        yield (
            f"Of your {report.short.questions:,} short replies (six words at most), the first guess meant the same "
            f"as {spelled(first)}; one of the first five as {spelled(five)}."
        )
    yield ""
    yield from promise(report)
    yield from _examples(report)
    yield ""
    yield from settled.words([report.settled])
    yield ""
    yield "How far the confidence can be believed, with “the same in meaning” as right:"
    for name, value, what in measured(report.calibration):
        yield f"  {name:<12} {value:<6} {what}"


def spelled(rate: Rate) -> str:
    """A share with the range it may really lie in."""
    return f"{rate.share:.1%} (95 % interval: {rate.low:.1%} to {rate.high:.1%})"


def table(scores: Scores) -> Iterator[str]:
    """The three counts, and below them what their names mean."""
    yield f"  {'':<20} {'first guess':<26} {'among the first five':<26}".rstrip()
    depths = zip(MEANINGS, scores.at_1_and_5(), strict=True)
    for (name, _), (one, five) in depths:
        yield f"  {name:<20} {_cell(one):<26} {_cell(five):<26}".rstrip()
    for name, what in MEANINGS:
        yield f"  {name}: {what}."


def measured(calibration: Calibration) -> Iterator[tuple[str, str, str]]:
    """Each figure by its name, as it is shown, and in words."""
    values = (calibration.auroc, calibration.brier_skill, calibration.brier, calibration.ece)
    for (name, what), value in zip(MEASURES, values, strict=True):
        yield name, "–" if value is None else f"{value:.3f}", what


def promise(report: Report) -> Iterator[str]:
    """What could have been answered at the promise."""
    kept = f"At your promise of at most {report.at_most:.0%} wrong"
    match report.promise:
        case Supported(threshold=threshold, answered=answered, wrong=wrong):
            yield (
                f"{kept}, {answered:,} could have been answered for you ({answered / report.questions:.1%}), "
                f"{wrong} of them wrongly: a threshold of {threshold:.2f}."
            )
        case NotYet(more_labels=None):
            yield f"{kept}, none could have been answered for you, and more history alone will not change that."
            yield _USUAL
            yield "Clone will suggest, and leave the answers to you."
        case NotYet(more_labels=more):
            yield f"{kept}, none could have been answered for you yet."
            yield f"If you go on as before, about {more:,} more replies would settle it. {_USUAL}"


def _nothing(report: Report) -> Iterator[str]:
    """Why there are no figures."""
    if report.failed:
        yield f"The model failed on {_all(report.failed)}, so there is nothing to report."
        yield "`clone-mcp doctor` says whether a model may be asked and answers."
    elif report.stopped:
        yield "It ended before any question was answered."
    elif report.out_of_range:
        yield (
            f"No question lies in the range that you asked for: "
            f"{_counted(report.out_of_range, 'question')} on record came before it."
        )
        yield "Name an earlier date with --since, or leave it out."
    else:
        yield "There is nothing to replay yet: no agent's message that you answered is on record."
        yield "Record for a while, or import your history with `clone-mcp import`."


def _failed(report: Report) -> Iterator[str]:
    if report.failed:
        yield f"The model failed on {_counted(report.failed, 'further question')}. No figure counts them."


def _all(number: int) -> str:
    return "the only question that was asked" if number == 1 else f"all {number:,} questions that were asked"


def _examples(report: Report) -> Iterator[str]:
    if not report.examples:
        return
    yield ""
    if isinstance(report.promise, Supported):
        yield f"{_counted(len(report.examples), 'example')} of what could have been answered:"
    else:
        yield "Where Clone was surest:"
    for result in report.examples:
        yield from _example(result)


def _example(result: Result) -> Iterator[str]:
    if result.example is None:
        return
    yield f"  {result.confidence:4.0%} {result.hits[0].word:<9}  agent: {_cut(result.example.agent, 90)}"
    guess, typed = _cut(result.example.guess, 60), _cut(result.example.typed, 60)
    yield f"                  guess: {guess!r}, you: {typed!r}"


def _cell(rate: Rate) -> str:
    return f"{rate.count:>6,} {rate.share:>6.1%} [{rate.low:.1%}, {rate.high:.1%}]"


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'s' * (number != 1)}"
