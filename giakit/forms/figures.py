"""Reading the figures of the located cells."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from giakit.findings import Finding, finding
from giakit.formats import Format, Leaf
from giakit.forms.amounts import Amount, parse_amount
from giakit.forms.grid import Position, Sheet
from giakit.language import Text
from giakit.statistics import Value


@dataclass(frozen=True)
class FiguresRead:
    """The figures in the order of the form, and what is wrong with them."""

    figures: tuple[Value, ...]
    findings: tuple[Finding, ...]


def read_figures(sheet: Sheet, form: Format, positions: dict[str, Position]) -> FiguresRead:
    """Read the cells of figures.

    Parameters
    ----------
    positions
        Where each figure stands, by key, as `locate_tables` found them.
    """
    leaves = [leaf for leaf in (*form.leaves, *form.undivided_leaves) if leaf.key in positions]
    read = [_read_figure(sheet, leaf, positions[leaf.key]) for leaf in leaves]
    findings = [problem for _, problem in read if problem]
    values = tuple(value for value, _ in read)
    return FiguresRead(values, (*findings, *_blank_findings(leaves, values)))


def _read_figure(sheet: Sheet, leaf: Leaf, place: Position) -> tuple[Value, Finding | None]:
    raw = sheet.cells.get(place)
    cell = sheet.cell(place)
    if sheet.scan.formulas.get(place) is False:
        problem = Text("holds a formula without a result")
        remedy = Text("Recalculate and save the workbook, or type the number.")
        found = finding("read.formula", "error", leaf.label_path, problem, remedy, cells=[cell])
        return Value(key=leaf.key, state="unreadable", cell=cell), found
    amount = parse_amount(raw, leaf.kind, leaf.unit)
    problem_found = None
    if isinstance(amount, Text):
        problem_found = finding(
            "read.number",
            "error",
            leaf.label_path,
            Text("{reason}: {raw}", reason=amount, raw=cell.raw),
            _remedy(leaf),
            cells=[cell],
        )
        amount = Amount("unreadable")
    elif leaf.kind == "money" and amount.amount and not amount.unit:
        problem_found = finding(
            "read.unit",
            "error",
            leaf.label_path,
            Text("the amount names no unit: {raw}", raw=cell.raw),
            _remedy(leaf),
            cells=[cell],
        )
    value = Value(
        key=leaf.key,
        amount=amount.amount,
        unit=amount.unit,
        state=amount.state,
        note=amount.note,
        comment=sheet.scan.comments.get(place),
        cell=cell,
    )
    return value, problem_found


def _remedy(leaf: Leaf) -> Text:
    if leaf.kind == "money":
        return (
            Text("Type the amount in {unit}.", unit=leaf.unit)
            if leaf.unit
            else Text("Type the amount with its unit, e.g. 248200元 or 24.82万元.")
        )
    if leaf.kind == "signed":
        return Text("Type a whole number with its sign, e.g. +98, -3 or 0.")
    return Text("Type a whole number, 0 if there was none.")


def _blank_findings(leaves: Sequence[Leaf], values: Sequence[Value]) -> Iterator[Finding]:
    """Yield one warning for a blank table, else one for each blank row, else one for each blank cell."""
    for _, group in groupby(zip(leaves, values, strict=True), key=lambda pair: pair[0].table.id):
        cells = list(group)
        if all(value.amount is None for _, value in cells) and all(value.state != "unreadable" for _, value in cells):
            yield _blank(cells[0][0].section.heading, Text("the whole table is blank"), cells)
            continue
        for _, row in groupby(cells, key=lambda pair: (pair[0].row, pair[0].band)):
            yield from _blank_row(list(row))


def _blank_row(cells: Sequence[tuple[Leaf, Value]]) -> Iterator[Finding]:
    empty = [(leaf, value) for leaf, value in cells if value.amount is None and value.state != "unreadable"]
    if len(empty) > 1 and len(empty) == len(cells):
        yield _blank(cells[0][0].label_path.rsplit("/", 1)[0], Text("the whole row is blank"), cells)
        return
    for leaf, value in empty:
        problem = (
            Text("is blank")
            if value.state == "blank"
            else Text("holds {raw} instead of a number", raw=value.cell.raw if value.cell else "")
        )
        yield _blank(leaf.label_path, problem, [(leaf, value)])


def _blank(place: str, problem: Text, cells: Iterable[tuple[Leaf, Value]]) -> Finding:
    sources = [value.cell for _, value in cells if value.cell]
    return finding("T3-5", "warning", place, problem, Text("Type 0 if there was none."), cells=sources)
