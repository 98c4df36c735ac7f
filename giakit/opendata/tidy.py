"""Figures as a tidy table: one row a figure, of one organ or of a whole county; and the fields' description."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from giakit import formats
from giakit.figures import format_amount

if TYPE_CHECKING:
    from giakit.statistics import Statistics, Value


class Row(NamedTuple):
    """A figure as text, in the order of `FIELDS`; what is missing is empty."""

    organ: str
    name: str
    full_name: str
    level: str
    year: str
    revision: str
    table: str
    row: str
    column: str
    key: str
    amount: str
    unit: str
    state: str
    note: str


def tidy_rows(statistics: Iterable[Statistics]) -> Iterator[Row]:
    """Yield the figures of each organ in the order of the form, local statistics last."""
    for each in statistics:
        organ, name, full_name, level = (each.entry(f"organ.{fact}").text for fact in ("key", *Row._fields[1:4]))
        report = organ, name, full_name, level, str(each.year), each.revision
        labels = _labels(each.revision)
        for value in each.values:
            yield _row(report, value, *labels.get(value.key, ("", "")))
        for line in each.local:
            yield _row(report, line.value, line.item, "")


@cache
def _labels(revision: str) -> dict[str, tuple[str, str]]:
    """Return the labels of the row and the column of every figure of a form, by key."""
    form = formats.for_revision(revision)
    leaves = (*form.leaves, *form.undivided_leaves)
    return {leaf.key: ("/".join(leaf.row_labels), "/".join(leaf.column_labels)) for leaf in leaves}


def _row(report: tuple[str, str, str, str, str, str], value: Value, row: str, column: str) -> Row:
    return Row(
        *report,
        table=value.key.partition(".")[0],
        row=row,
        column=column,
        key=value.key,
        amount="" if value.amount is None else format_amount(value.amount),
        unit=value.unit or "",
        state=value.state,
        note=value.note or "",
    )
