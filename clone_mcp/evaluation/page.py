"""A backtest's report for the person it is about, as one HTML file that needs nothing else.

The figures come from report.py. The same report as lines of text is in summary.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from importlib import resources
from string import Template

from clone_mcp.evaluation.charts import Axis, Chart, Dot, rounded_up
from clone_mcp.evaluation.report import Rate, Report, Result
from clone_mcp.evaluation.summary import MEANINGS, measured, promise, summary


def page(report: Report) -> str:
    """The file's text. What was said stands in it, so it is as private as the history itself."""
    template = Template(resources.files(__package__ or "").joinpath("page.html").read_text(encoding="utf-8"))
    lead = "\n".join(summary(report)).split("\n\n")[0]
    return template.substitute(
        lead=f"<p>{escape(lead)}</p>",
        counts="".join(_counts(report)),
        promise=f"<p>{escape(' '.join(promise(report)))}</p>" if report.questions else "",
        predictor=escape(report.predictor),
        figures="".join(_figures(report)) if report.questions else "",
        charts="".join(_charts(report)) if report.questions else "",
        examples="".join(_row(result) for result in report.examples),
    )


def _counts(report: Report) -> Iterator[str]:
    """How near guesses came, with the words spelled out."""
    if not report.questions:
        return
    yield "<tr><th></th><th>first guess</th><th>among the first five</th><th>what it means</th></tr>"
    rows = [(name, what, *rates) for (name, what), rates in zip(MEANINGS, report.all.at_1_and_5(), strict=True)]
    if report.short.questions:
        short = f"of {report.short.questions:,} short replies (six words at most)"
        rows.append(("the same in meaning", short, *report.short.at_1_and_5()[1]))
    for name, what, one, five in rows:
        yield f"<tr><th>{name}</th><td>{_shown(one)}</td><td>{_shown(five)}</td><td>{what}</td></tr>"


def _shown(rate: Rate) -> str:
    return f"{rate.count:,} ({rate.share:.1%}, 95 % interval {rate.low:.1%} to {rate.high:.1%})"


def _figures(report: Report) -> Iterator[str]:
    for name, value, what in measured(report.calibration):
        yield f"<tr><th>{name}</th><td>{value}</td><td>{what}</td></tr>"


def _charts(report: Report) -> Iterator[str]:
    yield _figure(
        "Does the confidence come true?", _reliability(report), "On the line, a confidence means what it says."
    )
    yield _figure(
        "What answering more would cost", _risk(report), "How many answers would be wrong, if the surest are answered."
    )
    yield _figure(
        "What was learned over time",
        _learning(report),
        "How often the first guess (line) and one of the first five (dashed) meant the same, by time.",
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
    most = rounded_up(max(stretch.same_at_5 for stretch in report.learning))
    chart = Chart("Learning curve", Axis("questions", report.questions, percent=False), Axis("the same", most))
    done, first, five = 0, list[tuple[float, float]](), list[tuple[float, float]]()
    for stretch in report.learning:
        done += stretch.questions
        first.append((done, stretch.same_at_1))
        five.append((done, stretch.same_at_5))
    chart.line(five, "dashed")
    chart.line(first)
    chart.dots([Dot(x, y, f"until question {x:,.0f}: {y:.1%}", size=3.0) for x, y in first])
    return chart.svg()


def _row(result: Result) -> str:
    if result.example is None:
        return ""
    cells = (result.example.agent, result.example.guess, result.example.typed)
    kind = "right" if result.right else "wrong"
    texts = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    return f'<tr class="{kind}"><td>{result.confidence:.0%}</td>{texts}<td>{result.hits[0].word}</td></tr>'
