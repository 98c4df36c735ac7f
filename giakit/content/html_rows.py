"""Rows of a table as HTML, for the templates: a report shows hundreds of cells, each of which a macro makes slowly."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

from giakit.language import translate

if TYPE_CHECKING:
    from giakit.content.model import TableCell

Row = Sequence["TableCell"]


def head_row(row: Row, *, corner: bool) -> Markup:
    """Return the cells of a row of heads; `corner` says that the first stands above the labels.

    >>> from giakit.content.model import TableCell
    >>> print(head_row([TableCell(text="项", scope="col")], corner=True))
    <th class="kept" scope="col">项</th>
    """
    return _joined(_cell(cell, 0 if corner and not place else None) for place, cell in enumerate(row))


def body_row(row: Row, labels: int, *, sources: bool = False, sheet: str = "") -> Markup:
    """Return the cells of a row of figures; its labels fill the label columns up to the last.

    Parameters
    ----------
    labels
        How many label columns the table has.
    sources
        Whether figures name the cells they were read from.
    sheet
        The workbook and sheet that go without saying.

    >>> from giakit.content.model import TableCell
    >>> figure = TableCell(text="<1", source="甲.xlsx [乙] C5")
    >>> print(body_row([figure], 0, sources=True, sheet="甲.xlsx [乙]"))
    <td title="甲.xlsx [乙] C5" data-cell="C5">&lt;1</td>
    """
    first = labels - sum(cell.colspan for cell in row if cell.scope)
    places = accumulate((cell.colspan for cell in row), initial=first)
    return _joined(
        _cell(cell, place if cell.scope else None, cell.source if sources else None, sheet)
        for place, cell in zip(places, row, strict=False)
    )


def _joined(cells: Iterable[str]) -> Markup:
    return Markup("".join(cells))  # noqa: S704 - each is escaped


def _cell(cell: TableCell, place: int | None, source: str | None = None, sheet: str = "") -> str:
    """Return a cell; `place` is the label column it begins in: a narrow screen keeps it while the figures scroll."""
    tag = "th" if cell.scope else "td"
    attributes = (
        ("id", cell.id),
        ("class", "" if place is None else "kept"),
        ("style", f"--place:{place}" if place else ""),
        ("scope", cell.scope),
        ("headers", " ".join(cell.headers)),
        ("colspan", cell.colspan if cell.colspan > 1 else ""),
        ("rowspan", cell.rowspan if cell.rowspan > 1 else ""),
        ("title", source),
        ("data-cell", source and source.removeprefix(sheet).strip()),
        ("class", cell.change and "changed"),
    )
    written = "".join([f' {name}="{escape(value)}"' for name, value in attributes if value])
    return f"<{tag}{written}>{escape(cell.text)}{_before(cell)}</{tag}>"


def _before(cell: TableCell) -> str:
    """Return what a cell says of last year."""
    if cell.before is None:
        return ""
    figure = escape(translate("last year {figure}", figure=cell.before or "–"))
    change = f" <b>{escape(cell.change)}</b>" if cell.change else ""
    return f'<small class="before">{figure}{change}</small>'
