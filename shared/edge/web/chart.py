"""A ranking as a picture: a bar for each unit, with its exact value as text; told apart in grey print too.

Only presentation attributes, so that it looks the same inside a page and as a file of its own. Lengths are whole
numbers computed from exact decimals.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from html import escape
from pathlib import Path
from typing import Final

FRAME: Final = Path(__file__).with_suffix(".svg").read_text()
WIDTH: Final = 960
LABEL: Final = 370
LABEL_LETTERS: Final = 46  # what fits before the bars; the whole name is the label's title
VALUE: Final = 70
ROW: Final = 26
BAR: Final = 16
AXIS: Final = 24
TENTH: Final = 10
FONT: Final = "font-family=\"system-ui, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', sans-serif\""
INK: Final = "#1b2733"
FILLS: Final = ("#1f5a8a", "#c98a1b", "#4d7a3a", "#7a4d77")
"""One a series: dark and light in turn, so that they differ in grey print; every second one is also striped."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One unit.

    Attributes:
        value: None where there is no score: a label without a bar.
        text: The exact value as it is printed elsewhere.
        mark: An earlier value, shown as a tick.
        series: Which block it belongs to, from 0.
    """

    label: str
    value: Decimal | None
    text: str
    mark: Decimal | None = None
    series: int = 0


def bar_chart(title: str, description: str, bars: Sequence[Bar], series: Sequence[str], top: Decimal) -> str:
    """The picture as SVG text.

    Args:
        title: Its name, for those who cannot see it as well.
        description: What it shows, in a sentence.
        bars: From above down.
        series: Names for the legend.
        top: The greatest value there can be.
    """
    legend = AXIS if len(series) > 1 else 0
    height = legend + len(bars) * ROW + AXIS
    parts = [_stripes(len(series)), *_legend(series if legend else ()), *_grid(top, legend, height)]
    for number, bar in enumerate(bars):
        parts += _bar(bar, legend + number * ROW, top)
    return FRAME.format(
        width=WIDTH,
        height=height,
        title=escape(title),
        description=escape(description),
        font=FONT,
        ink=INK,
        parts="".join(parts),
    )


def _length(value: Decimal, top: Decimal) -> int:
    room = WIDTH - LABEL - VALUE
    return int(max(Decimal(0), min(value, top)) * room / top)


def _fill(series: int) -> str:
    return f"url(#stripes{series % len(FILLS)})" if series % 2 else FILLS[series % len(FILLS)]


def _stripes(count: int) -> str:
    size = 'width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"'
    patterns = [
        f'<pattern id="stripes{number}" {size}>'
        f'<rect width="6" height="6" fill="{FILLS[number]}"/><rect width="2" height="6" fill="#ffffff"/></pattern>'
        for number in range(1, min(count, len(FILLS)), 2)
    ]
    return f"<defs>{''.join(patterns)}</defs>" if patterns else ""


def _legend(series: Sequence[str]) -> list[str]:
    room = (WIDTH - LABEL) // max(1, len(series))
    return [
        f'<rect x="{LABEL + number * room}" y="4" width="16" height="12" fill="{_fill(number)}"/>'
        f'<text x="{LABEL + number * room + 22}" y="15">{escape(name)}</text>'
        for number, name in enumerate(series)
    ]


def _grid(top: Decimal, above: int, height: int) -> list[str]:
    found = []
    for tenth in range(0, TENTH + 1, 2):
        x = LABEL + _length(top * tenth / TENTH, top)
        value = f"{(top * tenth / TENTH).normalize():f}"
        found.append(
            f'<line x1="{x}" y1="{above}" x2="{x}" y2="{height - AXIS + 4}" stroke="#c3ccd4" stroke-width="1"/>'
            f'<text x="{x}" y="{height - 6}" text-anchor="middle" font-size="12">{value}</text>'
        )
    return found


def _bar(bar: Bar, y: int, top: Decimal) -> list[str]:
    middle = y + ROW // 2
    shown = bar.label if len(bar.label) <= LABEL_LETTERS else f"{bar.label[: LABEL_LETTERS - 1].rstrip(' ,')}…"
    title = f"<title>{escape(bar.label)}</title>"
    found = [f'<text x="{LABEL - 8}" y="{middle + 5}" text-anchor="end">{title}{escape(shown)}</text>']
    end = LABEL
    if bar.value is not None:
        length = _length(bar.value, top)
        end += length
        found.append(
            f'<rect x="{LABEL}" y="{middle - BAR // 2}" width="{length}" height="{BAR}" fill="{_fill(bar.series)}" '
            f'stroke="{FILLS[bar.series % len(FILLS)]}"/>'
        )
    if bar.mark is not None:
        x = LABEL + _length(bar.mark, top)
        found.append(
            f'<line x1="{x}" y1="{middle - 12}" x2="{x}" y2="{middle + 12}" stroke="#ffffff" stroke-width="5"/>'
            f'<line x1="{x}" y1="{middle - 12}" x2="{x}" y2="{middle + 12}" stroke="{INK}" stroke-width="2"/>'
        )
    found.append(
        f'<text x="{WIDTH - 4}" y="{middle + 5}" text-anchor="end" font-weight="600">{escape(bar.text)}</text>'
    )
    return found
