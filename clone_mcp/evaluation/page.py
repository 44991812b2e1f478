"""A backtest's report for the person it is about: in words, and as one HTML file that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources
from string import Template

from clone_mcp.calibration.promise import NotYet, Supported
from clone_mcp.evaluation.charts import Axis, Chart, Dot, rounded_up
from clone_mcp.evaluation.report import Report, Result

_USUAL = "Most people's replies can't be foreseen: one in thirty to one in ten is usual for the first guess."


def summary(report: Report) -> Iterator[str]:
    """Line by line."""
    if not report.questions:
        yield "There is nothing to replay yet: no agent's message that you answered is on record."
        yield "Record for a while, or bring your history in with `clone-mcp import`."
        return
    span = f" ({report.first:%Y-%m-%d} to {report.last:%Y-%m-%d})" if report.first and report.last else ""
    yield f"{report.questions:,} questions in {report.sessions:,} sessions{span}."
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


def page(report: Report) -> str:
    """The file's text. What was said stands in it, so it is as private as the history itself."""
    template = Template(resources.files(__package__ or "").joinpath("page.html").read_text(encoding="utf-8"))
    told = "\n".join(summary(report)).split("\n\n")
    return template.substitute(
        summary="".join(f"<p>{escape(part)}</p>" for part in told[:2]),
        predictor=escape(report.predictor),
        figures="".join(_figures(report)),
        charts="".join(_charts(report)) if report.questions else "",
        examples="".join(_row(result) for result in report.examples),
    )


def _figures(report: Report) -> Iterator[str]:
    told = report.calibration
    for name, value, what in (
        ("AUROC", told.auroc, "how often a right guess was surer than a wrong one; 0.5 is chance"),
        ("Brier skill", told.brier_skill, "gain over always saying the base rate; below 0 it would have been better"),
        ("Brier score", told.brier, "mean squared distance between confidence and outcome; 0 is best"),
        ("ECE", told.ece, "mean distance between confidence and what came true"),
    ):
        shown = "–" if value is None else f"{value:.3f}"
        yield f"<tr><th>{name}</th><td>{shown}</td><td>{what}</td></tr>"


def _charts(report: Report) -> Iterator[str]:
    yield _figure(
        "Does the confidence come true?", _reliability(report), "On the line, a confidence means what it says."
    )
    yield _figure(
        "What answering more would cost", _risk(report), "How many answers would be wrong, if the surest are answered."
    )
    yield _figure(
        "What was learned over time", _learning(report), "The first guess (line) and the first five (dashed), by time."
    )


def _figure(title: str, svg: str, caption: str) -> str:
    return f"<figure><h3>{title}</h3>{svg}<figcaption>{caption}</figcaption></figure>"


def _reliability(report: Report) -> str:
    most = rounded_up(max(max(each.confidence, each.interval.high) for each in report.reliability))
    chart = Chart("Reliability diagram", Axis("confidence", most), Axis("came true", most))
    chart.line([(0, 0), (most, most)], "ideal")
    chart.dots(
        [
            Dot(
                each.confidence,
                each.observed,
                f"{each.count} questions: said {each.confidence:.1%}, came true {each.observed:.1%}",
                each.interval.low,
                each.interval.high,
            )
            for each in report.reliability
        ]
    )
    return chart.svg()


def _risk(report: Report) -> str:
    chart = Chart("Risk-coverage curve", Axis("answered"), Axis("of these wrong"))
    chart.line([(0, report.at_most), (1, report.at_most)], "promise")
    chart.line([(each.coverage, each.risk) for each in report.curve])
    return chart.svg()


def _learning(report: Report) -> str:
    most = rounded_up(max(stretch.soft_at_5 for stretch in report.learning))
    chart = Chart("Learning curve", Axis("questions", report.questions, percent=False), Axis("right", most))
    done, first, five = 0, list[tuple[float, float]](), list[tuple[float, float]]()
    for stretch in report.learning:
        done += stretch.questions
        first.append((done, stretch.soft_at_1))
        five.append((done, stretch.soft_at_5))
    chart.line(five, "dashed")
    chart.line(first)
    chart.dots([Dot(x, y, f"until question {x:,.0f}: {y:.1%}", size=3.0) for x, y in first])
    return chart.svg()


def _row(result: Result) -> str:
    if result.example is None:
        return ""
    cells = (result.example.agent, result.example.guess, result.example.typed)
    mark = "right" if result.right else "wrong"
    texts = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr class="{mark}"><td>{result.confidence:.0%}</td>{texts}<td>{mark}</td></tr>'
