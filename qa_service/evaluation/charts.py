"""Turns figures into charts: SVG that stands inside a page and says in words what it shows.

Colours are the page's own, by class. Pure functions; knows no language: words are passed in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from qa_service.evaluation.figures import Bin, Figure

# In the units of a chart, which the page scales.
_PLOT = 240
_LEFT, _TOP = 40, 10
_ROW, _LABELS, _BARS, _NUMBERS = 24, 90, 220, 90


@dataclass(frozen=True, slots=True)
class Caption:
    """What a chart is called, and what it shows, for those who do not see it."""

    title: str
    description: str


def draw_reliability(bins: Sequence[Bin], caption: Caption) -> Markup:
    """Return mean scores (across) beside the share right (up) with intervals, and the diagonal.

    The plot is a square of 240 units whose lower left corner is at (40, 250).
    """
    diagonal = Markup('<line class="diagonal" x1="{}" y1="{}" x2="{}" y2="{}"/>').format(
        _x(0), _y(0), _x(1), _y(1)
    )
    points = [(_x(one.score), _y(one.right.value)) for one in bins]
    path = Markup('<polyline class="curve" points="{}"/>').format(
        " ".join(f"{x},{y}" for x, y in points)
    )
    return _svg(_PLOT + 60, _PLOT + 40, caption, [_axes(), diagonal, path, *map(_point, bins)])


def draw_bars(rows: Mapping[str, Figure], caption: Caption) -> Markup:
    """Return a bar of up to 220 units for each share, its name before and `value (n)` behind it."""
    bars = [_bar(place, name, figure) for place, (name, figure) in enumerate(rows.items())]
    return _svg(_LABELS + _BARS + _NUMBERS, max(1, len(rows)) * _ROW, caption, bars)


def _svg(width: int, height: int, caption: Caption, parts: Sequence[Markup]) -> Markup:
    return Markup(
        '<svg role="img" viewBox="0 0 {} {}" width="{}" height="{}">'
        "<title>{}</title><desc>{}</desc>{}</svg>"
    ).format(width, height, width, height, caption.title, caption.description, Markup().join(parts))


def _axes() -> Markup:
    frame = Markup('<path class="axis" d="M{0} {1}V{2}H{3}"/>').format(_x(0), _y(1), _y(0), _x(1))
    ticks = [
        Markup(
            '<text x="{}" y="{}" text-anchor="middle">{}</text>'
            '<text x="{}" y="{}" text-anchor="end">{}</text>'
        ).format(_x(at), _y(0) + 18, at, _x(0) - 6, _y(at) + 4, at)
        for at in (0.0, 0.5, 1.0)
    ]
    return Markup().join([frame, *ticks])


def _point(one: Bin) -> Markup:
    low, high = one.right.low or 0.0, one.right.high if one.right.high is not None else 1.0
    x = _x(one.score)
    return Markup(
        '<line class="interval" x1="{0}" y1="{1}" x2="{0}" y2="{2}"/>'
        '<circle class="point" cx="{0}" cy="{3}" r="4"/>'
    ).format(x, _y(low), _y(high), _y(one.right.value))


def _bar(place: int, name: str, figure: Figure) -> Markup:
    top = place * _ROW
    return Markup(
        '<text x="{}" y="{}" text-anchor="end">{}</text>'
        '<rect class="track" x="{}" y="{}" width="{}" height="14"/>'
        '<rect class="bar" x="{}" y="{}" width="{}" height="14"/>'
        '<text x="{}" y="{}">{:.2f} ({})</text>'
    ).format(
        *(_LABELS - 8, top + 16, name),
        *(_LABELS, top + 5, _BARS),
        *(_LABELS, top + 5, round(figure.value * _BARS, 1)),
        *(_LABELS + _BARS + 8, top + 16, figure.value, figure.n),
    )


def _x(value: float) -> float:
    return round(_LEFT + value * _PLOT, 1)


def _y(value: float) -> float:
    return round(_TOP + (1 - value) * _PLOT, 1)
