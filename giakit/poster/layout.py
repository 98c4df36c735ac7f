"""Where everything stands on the poster. All lengths in points; the page is as high as what it says."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import TYPE_CHECKING

from giakit.poster.sheet import Align, Sheet, text_width

if TYPE_CHECKING:
    from giakit.poster.content import Card, Poster, Section, Year

_WIDTH = 540.0
_MARGIN = 24.0
_INSET = 16.0  # inside a panel
_INNER = _WIDTH - 2 * (_MARGIN + _INSET)
_GAP = 10.0

_HEADER = 128.0
_PANEL_HEAD = 40.0
_CARD, _REMARK = 60.0, 15.0
_LARGEST, _LEGIBLE = 26.0, 18.0  # size of a figure
_SMALL = 8.0  # of a remark
_BAR, _BAR_GAP = 12.0, 8.0
_LEGEND = 20.0
_FOOTER = 44.0

_INK, _LIGHT = "#1f4e79", "#c3d3e4"  # of giakit.charts, too
_PAPER, _PANEL, _FIELD = "#eaf0f6", "#ffffff", "#f3f7fb"
_TEXT, _QUIET = "#22303d", "#51606e"


def draw_poster(poster: Poster, mark: str = "") -> Sheet:
    """Return the drawn poster; `mark` is written across it."""
    heights = [_PANEL_HEAD + _height(section) + _INSET for section in poster.sections]
    sheet = Sheet(_WIDTH, _HEADER + sum(height + _GAP for height in heights) + _GAP + _FOOTER, _PAPER)
    _draw_header(sheet, poster)
    top = _HEADER + _GAP
    for section, height in zip(poster.sections, heights, strict=True):
        sheet.box(_MARGIN, top, _WIDTH - 2 * _MARGIN, height, _PANEL, radius=8)
        sheet.box(_MARGIN + _INSET, top + 13, 4, 16, _INK)
        sheet.text(_MARGIN + _INSET + 12, top + 21, section.title, 14, colour=_INK)
        if section.cards:
            _draw_cards(sheet, section.cards, top + _PANEL_HEAD)
        else:
            _draw_bars(sheet, section.years, top + _PANEL_HEAD)
        top += height + _GAP
    _fitted(sheet, _WIDTH / 2, top + _FOOTER / 2 - 5, poster.source, 10, _WIDTH - 2 * _MARGIN, _QUIET, "center")
    if mark:
        sheet.mark(mark, 40, "#d00000")
    return sheet


def _draw_header(sheet: Sheet, poster: Poster) -> None:
    sheet.box(0, 0, _WIDTH, _HEADER, _INK)
    badge = text_width(poster.badge, 12) + 24
    sheet.box((_WIDTH - badge) / 2, 18, badge, 22, _LIGHT, radius=11)
    sheet.text(_WIDTH / 2, 29, poster.badge, 12, colour=_INK, align="center")
    parts = [part for part in (poster.name, poster.rest) if part and part != poster.title]
    for middle, size, words in zip((66, 101), (28, 17), parts or [poster.title], strict=False):
        _fitted(sheet, _WIDTH / 2, middle, words, size, _WIDTH - 2 * _MARGIN, "#ffffff", "center")


# ---- cards ----------------------------------------------------------------------------------------------------------


def _height(section: Section) -> float:
    if section.cards:
        rows = ceil(len(section.cards) / _columns(section.cards))
        return rows * _card_height(section.cards, _columns(section.cards)) + (rows - 1) * _GAP
    legend = _LEGEND if len(section.years) > 1 else 0
    return len(section.years[0].bars) * _row_height(section.years) + legend


def _columns(cards: Sequence[Card]) -> int:
    """Return how many cards stand beside one another: two where more would make the figures small."""
    usual = min(len(cards), 4 if len(cards) % 4 == 0 else 3)
    return usual if _figure_size(cards, usual) >= _LEGIBLE else min(len(cards), 2)


def _card_width(columns: int) -> float:
    return (_INNER - (columns - 1) * _GAP) / columns


def _room(columns: int) -> float:
    return _card_width(columns) - 12


def _figure_size(cards: Sequence[Card], columns: int) -> float:
    """Return the size of the figures of a section, all alike."""
    return min(_LARGEST, *((_room(columns) - _unit_width(card)) / text_width(card.figure, 1) for card in cards))


def _card_height(cards: Sequence[Card], columns: int) -> float:
    return _CARD + _REMARK * max(len(_remarks(card, _room(columns))) for card in cards)


def _remarks(card: Card, room: float) -> list[str]:
    """Return what stands under a card's figure; details that would be set small take two lines."""
    details = [card.details]
    if text_width(card.details, _SMALL) > room:
        parts = card.details.split("，")
        half = ceil(len(parts) / 2)
        details = ["，".join(parts[:half]), "，".join(parts[half:])]
    return [words for words in (card.change, *details) if words]


def _draw_cards(sheet: Sheet, cards: Sequence[Card], top: float) -> None:
    columns = _columns(cards)
    height = _card_height(cards, columns)
    width, size = _card_width(columns), _figure_size(cards, columns)
    for number, card in enumerate(cards):
        x = _MARGIN + _INSET + number % columns * (width + _GAP)
        y = top + number // columns * (height + _GAP)
        sheet.box(x, y, width, height, _FIELD, radius=6)
        _draw_card(sheet, card, x + width / 2, y, _room(columns), size)


def _draw_card(sheet: Sheet, card: Card, middle: float, y: float, room: float, size: float) -> None:
    _fitted(sheet, middle, y + 15, card.label, 11, room, _TEXT, "center")
    figure = text_width(card.figure, size)
    left = middle - (figure + _unit_width(card)) / 2
    sheet.text(left, y + 39, card.figure, size, colour=_INK)
    sheet.text(left + figure + 3, y + 39 + (size - 11) * 0.3, card.unit, 11, colour=_TEXT)
    for number, words in enumerate(_remarks(card, room)):
        _fitted(sheet, middle, y + 63 + number * _REMARK, words, 9.5, room, _QUIET, "center")


def _unit_width(card: Card) -> float:
    return text_width(card.unit, 11) + 3 if card.unit else 0.0


# ---- bars -----------------------------------------------------------------------------------------------------------


def _row_height(years: Sequence[Year]) -> float:
    return len(years) * _BAR + _BAR_GAP


def _draw_bars(sheet: Sheet, years: Sequence[Year], top: float) -> None:
    """Draw a row for each of this year's bars, last year's under it where last year has one."""
    this = years[0].bars
    left = _MARGIN + _INSET + max(text_width(bar.label, 11) for bar in this) + 8
    figure = max(text_width(bar.figure + bar.unit, 10) for year in years for bar in year.bars) + 6
    longest = float(max(bar.amount for year in years for bar in year.bars)) or 1.0
    scale = (_WIDTH - _MARGIN - _INSET - left - figure) / longest
    if len(years) > 1:
        _draw_legend(sheet, years, left, top)
        top += _LEGEND
    height = _row_height(years)
    for row, bar in enumerate(this):
        middle = top + (row + 0.5) * height
        sheet.text(left - 8, middle, bar.label, 11, colour=_TEXT, align="right")
        same = [(fill, each) for fill, year in zip((_INK, _LIGHT), years, strict=False) for each in year.bars
                if each.label == bar.label]  # fmt: skip
        for nth, (fill, each) in enumerate(same):
            y = middle + (nth - len(same) / 2) * _BAR
            length = float(each.amount) * scale
            if length:
                sheet.box(left, y + 1, length, _BAR - 2, fill)
            sheet.text(left + length + 6, y + _BAR / 2, each.figure + each.unit, 10, colour=_TEXT)
    sheet.box(left - 0.5, top, 1, len(this) * height, _INK)


def _draw_legend(sheet: Sheet, years: Sequence[Year], left: float, top: float) -> None:
    for year, fill in zip(years, (_INK, _LIGHT), strict=False):
        sheet.box(left, top, 16, 9, fill)
        sheet.text(left + 21, top + 4.5, year.name, 10, colour=_TEXT)
        left += 21 + text_width(year.name, 10) + 16


def _fitted(
    sheet: Sheet, x: float, middle: float, words: str, size: float, room: float, colour: str, align: Align
) -> None:
    """Write a line, smaller where it would be wider than its room."""
    if words:
        sheet.text(x, middle, words, min(size, room / text_width(words, 1)), colour=colour, align=align)
