"""The arithmetic identities within one report: totals restate their parts, two sums balance.

Blank, ``/``, ``-`` and 不适用 count as 0, as people read the printed form (the reader warns of each); an identity with
an unreadable figure is not judged, since its cell is a finding already.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.formats.model import Column, Row, SumRule, leaf_key
from giakit.language import Text

if TYPE_CHECKING:
    from giakit import formats
    from giakit.statistics import Statistics, Value


def check_arithmetic(statistics: Statistics) -> list[Finding]:
    """Run every sum and balance rule of the format over one organ's figures."""
    return [found for rule in statistics.format.rules for found in _check_rule(statistics, rule)]


@dataclass(frozen=True)
class _Side:
    """One side of an identity: what it is called and the figures it adds up."""

    label: str
    values: tuple[Value, ...]

    @property
    def amount(self) -> Decimal:
        return sum((value.amount or Decimal(0) for value in self.values), Decimal(0))


def _check_rule(statistics: Statistics, rule: formats.Rule) -> Iterator[Finding]:
    table = statistics.format.table(rule.table)
    for band in table.bands:
        lines: Sequence[tuple[Row, ...]] | Sequence[tuple[Column, ...]]
        lines = band.leaf_columns if rule.axis == "columns" else _reported_rows(statistics, table, band)
        for line in lines:
            left, right = _sides(statistics, table, band, rule, line[-1])
            judged = all(value.state != "unreadable" for side in (left, right) for value in side.values)
            if judged and left.values and left.amount != right.amount:
                yield _broken(statistics, rule, line[-1], left, right)


def _sides(
    statistics: Statistics, table: formats.Table, band: formats.Band, rule: formats.Rule, line: Row | Column
) -> tuple[_Side, _Side]:
    left, right = ((rule.total,), rule.parts) if isinstance(rule, SumRule) else (rule.left, rule.right)
    return _side(statistics, table, band, left, line), _side(statistics, table, band, right, line)


def _side(
    statistics: Statistics, table: formats.Table, band: formats.Band, terms: Sequence[str], line: Row | Column
) -> _Side:
    nodes = _nodes(band.columns if isinstance(line, Row) else band.rows)
    values: list[Value] = []
    for term in terms:
        for node in _counted(nodes[term]):
            key = leaf_key(table, line, node) if isinstance(line, Row) else leaf_key(table, node, line)  # type: ignore[arg-type] # the other axis
            if key in statistics:
                values.append(statistics[key])
    return _Side(" + ".join(nodes[term].label for term in terms), tuple(values))


def _nodes(top: Sequence[Row] | Sequence[Column]) -> dict[str, Row | Column]:
    found: dict[str, Row | Column] = {}
    for node in top:
        found |= {node.id: node} | _nodes(node.children)
    return found


def _counted(node: Row | Column) -> Iterator[Row | Column]:
    """Yield the leaves a term stands for; an undivided group itself, too, of which a report has only one kind."""
    if not node.children:
        yield node
        return
    if isinstance(node, Row) and node.undivided:
        yield node
    for child in node.children:
        if not child.total:
            yield from _counted(child)


def _reported_rows(statistics: Statistics, table: formats.Table, band: formats.Band) -> list[tuple[Row, ...]]:
    paths = [
        *band.leaf_rows,
        *((node,) for node in _nodes(band.rows).values() if isinstance(node, Row) and node.undivided),
    ]
    return [
        path
        for path in paths
        if any(leaf_key(table, path[-1], column[-1]) in statistics for column in band.leaf_columns)
    ]


def _broken(statistics: Statistics, rule: formats.Rule, line: Row | Column, left: _Side, right: _Side) -> Finding:
    section = statistics.format.section_of(rule.table)
    return finding(
        rule.id,
        rule.severity,
        "/".join(part for part in (section.numeral, line.label) if part),
        Text(
            "{left} is {found}, {right} comes to {expected}, a difference of {difference}",
            left=left.label,
            found=format_amount(left.amount),
            right=right.label,
            expected=format_amount(right.amount),
            difference=format_amount(left.amount - right.amount),
        ),
        Text("Check these cells against the records and mend the wrong one."),
        words=rule.words,
        cells=[value.cell for value in (*left.values, *right.values) if value.cell],
    )
