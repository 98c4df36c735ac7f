"""Two years of a statutory table in one: the table as the form prints it, last year's figure in every cell."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.checks.selection import Figure
from giakit.content.model import Table, TableCell
from giakit.figures import format_amount, format_value
from giakit.tables import build_table

if TYPE_CHECKING:
    from giakit.formats import Format
    from giakit.statistics import Statistics, Value

UP, DOWN, OTHER = "▲", "▼", "≠"
_NOTHING = {"", "0"}


def build_comparison(statistics: Statistics, previous: Statistics, table_id: str) -> Table:
    """Build a statutory table with last year's figures beside this year's, differences marked.

    Every figure that was reported last year has `before`, unless both years print nothing or 0. `change` is ``▲3`` or
    ``▼3`` where the figure grew or shrank by 3, in this year's unit; ``≠`` where what differs is no number, such as a
    blank for a 0 or a remark in brackets; and empty where both years print the same.

    Parameters
    ----------
    previous
        Last year's figures, of any revision of the form; what they lack has no `before`.
    table_id
        The table's identifier in this year's form.
    """
    table = build_table(statistics, table_id)
    bands = tuple(
        band.model_copy(
            update={"body": tuple(tuple(_compared(cell, statistics, previous) for cell in row) for row in band.body)}
        )
        for band in table.bands
    )
    return table.model_copy(update={"bands": bands})


def _compared(cell: TableCell, statistics: Statistics, previous: Statistics) -> TableCell:
    before = previous.get(cell.key) if cell.key else None
    if cell.key is None or before is None:
        return cell
    printed = format_value(before, statistics.format.leaf(cell.key))
    if printed == cell.text:
        return cell if printed in _NOTHING else cell.model_copy(update={"before": printed})
    change = _change(cell.key, statistics.format, statistics.get(cell.key), before)
    return cell.model_copy(update={"before": printed, "change": change})


def _change(key: str, form: Format, now: Value | None, before: Value) -> str:
    if now is None or now.amount is None or before.amount is None:
        return OTHER
    leaf = form.leaf(key)
    amount, earlier = (Figure(leaf, value).amount() for value in (now, before))
    difference = Decimal(0) if amount is None or earlier is None else amount - earlier
    if not difference:
        return OTHER
    return f"{UP if difference > 0 else DOWN}{format_amount(abs(difference))}{_unit(key, form)}"


def _unit(key: str, form: Format) -> str:
    """Return the unit that `Figure.amount` gives money in where the form prints none."""
    leaf = form.leaf(key)
    return "元" if leaf.kind == "money" and leaf.unit is None else ""
