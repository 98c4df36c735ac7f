"""Statistics → the charts of a report, each with an alternative text that says every figure it draws.

Which charts there are is data: ``charts.toml`` beside this module.
"""

from __future__ import annotations

import io
import re
import tomllib
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from giakit import fonts
from giakit.content.model import Chart, TableBand, TableCell
from giakit.errors import ParameterError
from giakit.figures import format_amount
from giakit.language import Text
from giakit.statistics import Record

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from jinja2 import Template
    from matplotlib.transforms import Transform

    from giakit.formats import Column, Format, Row
    from giakit.statistics import Statistics

# All lengths in points. The width is that of the printed text (156 mm).
_WIDTH = 442.0
_TEXT_SIZE = 10.0
_GAP = 5.0  # between a label and the bars, a bar and its figure
_BAR_HEIGHT = 12.0
_ROW_GAP = 9.0
_LEGEND_HEIGHT = 20.0
_MARGIN = 4.0
_BASELINE = 0.37 * _TEXT_SIZE  # from the middle of a character down to its baseline

_FAMILIES = [fonts.FAMILIES["sans"], "Microsoft YaHei", "PingFang SC"]  # what a browser finds on common systems
_INK = "#1f4e79"
_FILLS = (_INK, "#c3d3e4")  # this year dark, last year light: told apart without colour, too

_NUMBERING = re.compile(r"^（[一二三四五六七八九十]+）|^[一二三四五六七八九十]+、|^\d+\.")
_REMARK = re.compile(r"（.*）$")


class _Plan(Record):
    """A chart of ``charts.toml``."""

    id: str
    key: str
    caption: str
    table: str
    rows: tuple[str, ...]
    column: str


class _Plans(Record):
    """The whole of ``charts.toml``."""

    year: str
    alternative: str
    corner: str
    charts: tuple[_Plan, ...]


@dataclass(frozen=True)
class _Bar:
    """A bar's label and length; ``None`` is a year without that figure, which is not a bar of no length."""

    label: str
    amount: Decimal | None

    @property
    def figure(self) -> str:
        return "" if self.amount is None else format_amount(self.amount)


@dataclass(frozen=True)
class _Year:
    name: str
    bars: tuple[_Bar, ...]

    @property
    def reported(self) -> tuple[_Bar, ...]:
        return tuple(bar for bar in self.bars if bar.amount is not None)


def chart_ids() -> tuple[str, ...]:
    """Return the identifiers of all charts, in the order of the report."""
    return tuple(plan.id for plan in _plans().charts)


def build_chart(chart_id: str, statistics: Statistics, previous: Statistics | None = None) -> Chart | None:
    """Build a chart of this year's figures, and last year's beside them, or ``None`` if there is nothing to see.

    Parameters
    ----------
    chart_id
        The chart's identifier in ``charts.toml``, e.g. ``outcomes``.
    previous
        Last year's figures, of any revision; what they lack has no bar.

    Raises
    ------
    ParameterError
        If no chart has this identifier.
    """
    plan = _find_plan(chart_id)
    drawn = _drawn_rows(plan, statistics.format)
    years = [_read_year(drawn, plan, each) for each in (statistics, previous) if each]
    if not years[0].reported or not any(bar.amount for year in years for bar in year.bars):
        return None
    years = [year for year in years if year.reported]
    unit = drawn[0][1].unit or ""
    with _own_settings():
        svg, height = _draw(years)
    return Chart(
        id=plan.id,
        key=plan.key,
        caption=f"{plan.caption}（{unit}）" if unit else plan.caption,
        alt=_alternative().render(chart=plan.caption, years=years, unit=unit),
        svg=svg,
        width=_WIDTH,
        height=height,
        data=_data(years, unit),
    )


# ---- what is drawn --------------------------------------------------------------------------------------------------


@cache
def _plans() -> _Plans:
    text = Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")
    return _Plans.model_validate(tomllib.loads(text))


def _find_plan(chart_id: str) -> _Plan:
    known = {plan.id: plan for plan in _plans().charts}
    if chart_id not in known:
        raise ParameterError(
            Text("no chart is called {found}; known are {known}", found=chart_id, known=", ".join(known))
        )
    return known[chart_id]


def _drawn_rows(plan: _Plan, form: Format) -> list[tuple[Row, Column]]:
    """Return the rows and the column of figures that a revision of the form has for a chart, in the chart's order."""
    bands = [band for table in form.tables if table.id == plan.table for band in table.bands]
    columns = [next((path[-1] for path in band.leaf_columns if path[-1].id == plan.column), None) for band in bands]
    found = {
        row.id: (row, column)
        for band, column in zip(bands, columns, strict=True)
        if column
        for row in _all_rows(band.rows)
    }
    return [found[row_id] for row_id in plan.rows if row_id in found]


def _all_rows(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        yield row
        yield from _all_rows(row.rows)


def _read_year(drawn: Iterable[tuple[Row, Column]], plan: _Plan, statistics: Statistics) -> _Year:
    """Return a year's bars for the rows of this year's form, found by identifier in that year's own form."""
    own = {row.id: (row, column) for row, column in _drawn_rows(plan, statistics.format)}
    bars = (
        _Bar(
            short_label(row.label),
            _amount(statistics, plan.table, *own[row.id], column.unit) if row.id in own else None,
        )
        for row, column in drawn
    )
    return _Year(_plans().year.format(year=statistics.year), tuple(bars))


def _amount(statistics: Statistics, table: str, row: Row, column: Column, unit: str | None) -> Decimal | None:
    """Return a row's figure, or the sum of its rows' as far as they hold numbers; ``None`` where none does."""
    key = f"{table}.{row.id}.{column.id}"
    if key in statistics:
        return statistics[key].in_unit(unit)
    parts = [_amount(statistics, table, part, column, unit) for part in row.rows if not part.total]
    numbers = [part for part in parts if part is not None]
    return sum(numbers, Decimal()) if numbers else None


def short_label(label: str) -> str:
    """Return a label of the form without its numbering and its remark.

    >>> short_label("（二）部分公开（区分处理的，只计这一情形，不计其他情形）")
    '部分公开'
    """
    return _REMARK.sub("", _NUMBERING.sub("", label))


def _data(years: Sequence[_Year], unit: str) -> TableBand:
    """Return every figure drawn: a row a label, a column a year, empty where a year does not have the figure."""
    heads = [f"{year.name}（{unit}）" if unit else year.name for year in years]
    head = [TableCell(text=text, scope="col") for text in (_plans().corner, *heads)]
    body = [
        (TableCell(text=bars[0].label, scope="row"), *(TableCell(text=bar.figure) for bar in bars))
        for bars in zip(*(year.bars for year in years), strict=True)
    ]
    return TableBand(head=(tuple(head),), body=tuple(body))


@cache
def _alternative() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, autoescape=False)  # noqa: S701 - plain text; exporters escape
    return environment.from_string(_plans().alternative.strip())


# ---- how it is drawn ------------------------------------------------------------------------------------------------


def _draw(years: Sequence[_Year]) -> tuple[str, float]:
    """Return the SVG and its height: a row of bars for each label, one bar a year, the figure behind each bar."""
    sheet = _Sheet(_height(years))
    left = max(fonts.text_width(bar.label, "sans") for bar in years[0].bars) * _TEXT_SIZE + 2 * _GAP
    figure = max(fonts.text_width(bar.figure, "sans") for year in years for bar in year.bars) * _TEXT_SIZE + _GAP
    scale = (_WIDTH - left - figure - _MARGIN) / float(max(bar.amount or 0 for year in years for bar in year.bars))
    top = _MARGIN
    if len(years) > 1:
        _draw_legend(sheet, years, left)
        top += _LEGEND_HEIGHT
    row_height = len(years) * _BAR_HEIGHT + _ROW_GAP
    for number, label in enumerate(bar.label for bar in years[0].bars):
        row_top = top + number * row_height
        sheet.text(left - _GAP, row_top + row_height / 2, label, align="right")
        for nth, (year, fill) in enumerate(zip(years, _FILLS, strict=False)):
            bar = year.bars[number]
            bar_top = row_top + _ROW_GAP / 2 + nth * _BAR_HEIGHT
            length = float(bar.amount or 0) * scale
            if length:
                sheet.box(left, bar_top, length, _BAR_HEIGHT, fill)
            sheet.text(left + length + _GAP, bar_top + _BAR_HEIGHT / 2, bar.figure)
    sheet.box(left, top, 0, sheet.height - top - _MARGIN, _INK)
    return sheet.to_svg(), sheet.height


@contextmanager
def _own_settings() -> Iterator[None]:
    """Let drawing not depend on what a notebook or a user's file set in matplotlib."""
    import matplotlib as mpl

    own: dict[Any, Any] = {"svg.fonttype": "none", "svg.id": None, "font.sans-serif": _FAMILIES}
    before = {name: mpl.rcParams[name] for name in own}  # matplotlib's own context copies all of more than 300
    mpl.rcParams.update(own)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


def _height(years: Sequence[_Year]) -> float:
    legend = _LEGEND_HEIGHT if len(years) > 1 else 0
    return 2 * _MARGIN + legend + len(years[0].bars) * (len(years) * _BAR_HEIGHT + _ROW_GAP)


def _draw_legend(sheet: _Sheet, years: Sequence[_Year], left: float) -> None:
    middle = _MARGIN + _TEXT_SIZE / 2
    for year, fill in zip(years, _FILLS, strict=False):
        sheet.box(left, middle - _TEXT_SIZE / 2, 2 * _TEXT_SIZE, _TEXT_SIZE, fill)
        sheet.text(left + 2 * _TEXT_SIZE + _GAP, middle, year.name)
        left += (3 + fonts.text_width(year.name, "sans")) * _TEXT_SIZE + 2 * _GAP


@dataclass(frozen=True)
class _Box:
    """A rectangle, or the whole sheet without colour and line."""

    x: float
    y: float
    width: float
    height: float
    fill: str | None


@dataclass(frozen=True)
class _Line:
    """A line of words beside a point on its baseline, with what matplotlib's renderer asks of one."""

    x: float
    y: float
    words: str
    align: Literal["left", "right"]

    def get_unitless_position(self) -> tuple[float, float]:
        return self.x, self.y

    def get_transform(self) -> Transform:
        from matplotlib.transforms import IdentityTransform

        return IdentityTransform()

    def get_ha(self) -> str:
        return self.align


class _Sheet:
    """A picture measured in points from the upper left corner.

    matplotlib's renderer writes it, without a figure and its artists, which take four times as long.
    """

    def __init__(self, height: float) -> None:
        self.height = height
        self._boxes = [_Box(0, height, _WIDTH, -height, None)]
        self._lines: list[_Line] = []

    def box(self, x: float, y: float, width: float, height: float, fill: str) -> None:
        self._boxes.append(_Box(x, y, width, height, fill))

    def text(self, x: float, middle: float, words: str, align: Literal["left", "right"] = "left") -> None:
        self._lines.append(_Line(x, self.height - middle - _BASELINE, words, align))

    def to_svg(self) -> str:
        """Return the picture as one ``svg`` element, the same text every time."""
        from matplotlib.backends.backend_svg import RendererSVG

        written = io.StringIO()
        no_metadata = dict.fromkeys(("Creator", "Date", "Format", "Type"))
        renderer: Any = RendererSVG(_WIDTH, self.height, written, metadata=no_metadata)  # type: ignore[no-untyped-call]
        renderer.open_group("figure")
        self._draw_boxes(renderer)
        self._draw_lines(renderer)
        renderer.close_group("figure")
        renderer.finalize()
        text = written.getvalue()
        return text[text.index("<svg") :]  # without the reference to a document type on the network

    def _draw_boxes(self, renderer: Any) -> None:  # noqa: ANN401 - matplotlib's, untyped
        from matplotlib.colors import to_rgba
        from matplotlib.path import Path as Outline
        from matplotlib.transforms import Affine2D

        gc = renderer.new_gc()
        gc.set_foreground(_INK)
        gc.set_joinstyle("miter")
        for box in self._boxes:
            place = Affine2D().scale(box.width, -box.height).translate(box.x, self.height - box.y)
            gc.set_linewidth(0.6 if box.fill else 0)
            renderer.open_group("patch")
            renderer.draw_path(gc, Outline.unit_rectangle(), place, to_rgba(box.fill) if box.fill else None)
            renderer.close_group("patch")

    def _draw_lines(self, renderer: Any) -> None:  # noqa: ANN401 - as above
        from matplotlib.font_manager import FontProperties

        font = FontProperties(
            family="sans-serif", style="normal", variant="normal", stretch="normal", weight=400, size=_TEXT_SIZE
        )
        gc = renderer.new_gc()
        gc.set_foreground("black")
        for line in self._lines:
            renderer.open_group("text")
            renderer.draw_text(gc, line.x, self.height - line.y, line.words, font, 0.0, mtext=line)
            renderer.close_group("text")
