"""Charts as SVG that needs nothing else: no script, no font, no network.

It draws numbers without knowing what they mean: page.py chooses them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 460, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 14, 14, 46
_WIDE, _HIGH = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM
"""Between the axes."""
_TICKS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """What runs along an edge, from 0 to `most`."""

    label: str
    most: float = 1.0
    percent: bool = True

    def tick(self, share: float) -> str:
        """The text at a share of its length."""
        value = share * self.most
        if not self.percent:
            return f"{value:,.0f}"
        return f"{value:.0%}" if self.most >= 0.1 else f"{value:.1%}"


@dataclass(frozen=True, slots=True)
class Dot:
    """A point, with what it says when pointed at and the range that it may really lie in."""

    x: float
    y: float
    title: str
    low: float | None = None
    high: float | None = None
    size: float = 4.0


class Chart:
    """Two axes and what is drawn between them."""

    def __init__(self, title: str, x: Axis, y: Axis) -> None:
        self._title, self._x, self._y = title, x, y
        self._parts: list[str] = []

    def line(self, points: Iterable[tuple[float, float]], kind: str = "line") -> None:
        path = " ".join(f"{self._across(x):.1f},{self._up(y):.1f}" for x, y in points)
        self._parts.append(f'<polyline class="{kind}" points="{path}"/>')

    def dots(self, dots: Sequence[Dot]) -> None:
        for dot in dots:
            x = self._across(dot.x)
            if dot.low is not None and dot.high is not None:
                self._parts.append(
                    f'<line class="range" x1="{x:.1f}" x2="{x:.1f}" '
                    f'y1="{self._up(dot.low):.1f}" y2="{self._up(dot.high):.1f}"/>'
                )
            self._parts.append(
                f'<circle class="dot" cx="{x:.1f}" cy="{self._up(dot.y):.1f}" r="{dot.size:.1f}">'
                f"<title>{escape(dot.title)}</title></circle>"
            )

    def svg(self) -> str:
        return (
            f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(self._title)}">'
            f"{''.join(self._frame())}{''.join(self._parts)}</svg>"
        )

    def _frame(self) -> Iterable[str]:
        for place in range(_TICKS + 1):
            share = place / _TICKS
            x, y = _LEFT + share * _WIDE, _HEIGHT - _BOTTOM - share * _HIGH
            yield f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<text class="tick" x="{_LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{self._y.tick(share)}</text>'
            yield (
                f'<text class="tick" x="{x:.1f}" y="{_HEIGHT - _BOTTOM + 16}" text-anchor="middle">'
                f"{self._x.tick(share)}</text>"
            )
        middle_x, middle_y = _LEFT + _WIDE / 2, _TOP + _HIGH / 2
        yield f'<text class="axis" x="{middle_x}" y="{_HEIGHT - 8}" text-anchor="middle">{escape(self._x.label)}</text>'
        yield (
            f'<text class="axis" x="12" y="{middle_y}" text-anchor="middle" transform="rotate(-90 12 {middle_y})">'
            f"{escape(self._y.label)}</text>"
        )

    def _across(self, x: float) -> float:
        return _LEFT + _within(x / self._x.most) * _WIDE

    def _up(self, y: float) -> float:
        return _HEIGHT - _BOTTOM - _within(y / self._y.most) * _HIGH


def rounded_up(value: float) -> float:
    """The end of an axis on which a share of this size is well seen."""
    return next((end for end in (0.05, 0.1, 0.2, 0.3, 0.5, 0.75) if value <= end), 1.0)


def _within(share: float) -> float:
    return min(1.0, max(0.0, share))
