"""Where everything stands on a sheet of small multiples. All lengths in points."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from giakit.poster.sheet import Sheet, text_width

if TYPE_CHECKING:
    from giakit.explore.multiples import Column, Group, Panel

_WIDTH = 660.0
_MARGIN = 6.0
_PANELS = 6  # beside one another
_GAP = 12.0
_PANEL = (_WIDTH - 2 * _MARGIN - (_PANELS - 1) * _GAP) / _PANELS
_HEADING, _LEGEND = 24.0, 22.0
_NAME, _ROOM, _YEARS = 14.0, 56.0, 20.0  # of a panel: its name, the columns under their figures, the years
_FIGURE = 11.0  # above a column
_PANEL_HEIGHT = _NAME + _ROOM + _YEARS
_WIDEST = 18.0  # column

_NAME_SIZE, _SMALL, _SMALLEST = 8.5, 7.0, 5.0
_INK, _TEXT, _QUIET = "#1f4e79", "#22303d", "#51606e"
# Neighbours differ in lightness, so that they are told apart without colour, too
_FILLS = (_INK, "#c3d3e4", "#5b8db8", "#f0d9a8", "#b4632a", "#d9d9d9")


def draw_multiples(groups: Sequence[Group], legend: Sequence[str]) -> Sheet:
    """Return the drawn sheet; `legend` names what is stacked, from the bottom up."""
    rows = [ceil(len(group.panels) / _PANELS) for group in groups]
    height = 2 * _MARGIN + (_LEGEND if legend else 0) + sum(_HEADING + each * _PANEL_HEIGHT for each in rows)
    sheet = Sheet(_WIDTH, height, "#ffffff")
    top = _MARGIN
    if legend:
        _draw_legend(sheet, legend, top)
        top += _LEGEND
    for group, count in zip(groups, rows, strict=True):
        sheet.text(_MARGIN, top + _HEADING / 2, group.heading, 10, colour=_INK)
        top += _HEADING
        scale = (_ROOM - _FIGURE) / float(max((panel.highest for panel in group.panels), default=0) or 1)
        for number, panel in enumerate(group.panels):
            x = _MARGIN + number % _PANELS * (_PANEL + _GAP)
            _draw_panel(sheet, panel, x, top + number // _PANELS * _PANEL_HEIGHT, scale, legend)
        top += count * _PANEL_HEIGHT
    return sheet


def _draw_legend(sheet: Sheet, legend: Sequence[str], top: float) -> None:
    x = _MARGIN
    for name, fill in zip(legend, _FILLS, strict=True):
        sheet.box(x, top + 4, 10, 10, fill)
        sheet.text(x + 14, top + 9, name, _NAME_SIZE, colour=_TEXT)
        x += 14 + text_width(name, _NAME_SIZE) + 14


def _draw_panel(sheet: Sheet, panel: Panel, x: float, top: float, scale: float, legend: Sequence[str]) -> None:
    _fitted(sheet, x, top + _NAME / 2, panel.name, _NAME_SIZE, _PANEL, _TEXT, centred=False)
    slot = _PANEL / max(len(panel.columns), 1)
    ground = top + _NAME + _ROOM
    for number, (year, column) in enumerate(panel.columns):
        middle = x + (number + 0.5) * slot
        _draw_column(sheet, column, middle, ground, slot, scale, legend)
        _fitted(sheet, middle, ground + 7, str(year), _SMALL, slot - 2, _QUIET, centred=True)


def _draw_column(
    sheet: Sheet, column: Column, middle: float, ground: float, slot: float, scale: float, legend: Sequence[str]
) -> None:
    """Draw what is stacked on its own piece of ground; without a number there is neither, only the reason."""
    width, top = min(slot * 0.6, _WIDEST), ground
    if column.parts:
        sheet.box(middle - slot * 0.4, ground, slot * 0.8, 0.6, _QUIET)
    for name, amount in column.parts:
        height = float(amount) * scale
        if height > 0:
            sheet.box(middle - width / 2, top - height, width, height, _FILLS[legend.index(name) if legend else 0])
            top -= height
    colour = _TEXT if column.parts else _QUIET
    _fitted(sheet, middle, top - _FIGURE / 2, column.mark, _SMALL, slot - 2, colour, centred=True)


def _fitted(
    sheet: Sheet, x: float, middle: float, words: str, size: float, room: float, colour: str, *, centred: bool
) -> None:
    """Write a line, smaller where it would need more room."""
    fitting = max(_SMALLEST, min(size, size * room / max(text_width(words, size), 1)))
    sheet.text(x, middle, words, fitting, colour=colour, align="center" if centred else "left")
