"""A sheet before it is written: its cells with what they hold and ask for, row heights, page breaks."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from giakit.forms.look import text_height
from giakit.forms.tallies import Tally

if TYPE_CHECKING:
    from giakit.forms.validation import Validation
    from giakit.statistics import Statistics, Value

_PRINTED_STATES = {"slash": "/", "dash": "-", "not_applicable": "不适用", "blank": None}


class Piece(NamedTuple):
    """A cell: first and last column, what it holds and how it looks, how many rows it takes, and what it asks for."""

    first: int
    last: int
    value: object
    style: str
    rows: int = 1
    key: str | None = None
    ask: Validation | None = None
    comment: str | None = None


@dataclass
class Layout:
    """A sheet's cells with their rows, its row heights and where pages begin; `columns` is how wide it is in all."""

    columns: int
    cells: list[tuple[int, Piece]] = field(default_factory=list)
    heights: dict[int, float] = field(default_factory=dict)
    breaks: list[int] = field(default_factory=list)

    @property
    def last_row(self) -> int:
        """The last row in use."""
        return max(row + piece.rows - 1 for row, piece in self.cells)


@dataclass
class Placer:
    """Places rows on a sheet, each below the one before; `width` is how many columns the form itself takes."""

    statistics: Statistics
    width: int
    row: int = 0
    layout: Layout = field(init=False)

    def __post_init__(self) -> None:
        self.layout = Layout(self.width)

    def _put_row(self, *pieces: Piece, lowest: float = 0) -> None:
        """Place a row, make it as high as its texts need, and go on to the next."""
        for piece in pieces:
            self._put(self.row, piece)
        heights = [text_height(_shown(piece), piece.last - piece.first + 1, piece.style) for piece in pieces]
        single = [height for height, piece in zip(heights, pieces, strict=True) if piece.rows == 1]
        self.layout.heights[self.row] = max([lowest, *single])
        self.row += 1

    def _put(self, row: int, piece: Piece) -> None:
        self.layout.cells.append((row, piece))
        self.layout.columns = max(self.layout.columns, piece.last + 1)

    def _heading(self, text: str) -> None:
        self.row += 1
        self._put_row(Piece(0, self.width - 1, text, "heading"), lowest=24)

    def _comment(self, key: str) -> str | None:
        value = self.statistics.get(key)
        return value.comment if value else None


def _shown(piece: Piece) -> str:
    return "" if piece.value is None or isinstance(piece.value, Tally) else str(piece.value)


def typed(value: Value) -> object:
    """Return what the cell holds: a number where it says no more than the number."""
    if value.amount is None:
        return _PRINTED_STATES.get(value.state, value.cell.raw if value.cell else None)
    return int(value.amount) if value.amount == value.amount.to_integral_value() else float(value.amount)
