"""Checks of an aggregate report against the reports it adds up."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from giakit.checks.selection import Figure, select
from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.formats.rules import AggregateRule
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from giakit.statistics import Cell, Statistics

OWN = "本级"


def check_aggregate(
    aggregate: Statistics, children: Sequence[Statistics], own: Statistics | None = None, *, missing: Sequence[str] = ()
) -> list[Finding]:
    """Check that an aggregate's figures are the sums of its children's and of the aggregating organ's own (本级).

    Parameters
    ----------
    own
        The own organ's figures; ``None`` where they are not at hand, or are among the children.
    missing
        The names of children that have not reported. A report of another year counts as missing.

    Returns
    -------
    A finding for each figure that is not the sum. Where a report is missing, only a sum that exceeds the aggregate is
    certain; all that falls short is one note a rule, which says what is missing.
    """
    parts = [part for part in (*children, *((own,) if own else ())) if part.year == aggregate.year]
    absent = [*missing, *(_name(part) for part in (*children, own) if part and part.year != aggregate.year)]
    if own is None:
        absent.append(OWN)
    return [
        found
        for rule in aggregate.format.rules
        if isinstance(rule, AggregateRule)
        for found in _check_rule(aggregate, parts, absent, rule)
    ]


@dataclass(frozen=True)
class _Sum:
    """A figure of the aggregate, and what those of its parts come to."""

    figure: Figure
    found: Decimal
    expected: Decimal
    cells: tuple[Cell, ...]


def _check_rule(
    aggregate: Statistics, parts: Sequence[Statistics], absent: Sequence[str], rule: AggregateRule
) -> Iterator[Finding]:
    short: list[_Sum] = []
    lacking: dict[str, None] = {}  # an ordered set
    for figure in select(aggregate, rule.figures):
        without = [_name(part) for part in parts if figure.leaf.key not in part]
        added = _add(figure, parts)
        if added is None or added.found == added.expected:
            continue
        if (absent or without) and (added.found > added.expected or figure.leaf.kind == "signed"):
            short.append(added)
            lacking |= dict.fromkeys((*absent, *without))
        else:
            yield _broken(added, rule, len(parts))
    if short:
        yield finding(
            rule.id,
            "note",
            short[0].figure.leaf.section.heading,
            Text(
                "{count} figures are not assessable; missing: {missing}", count=len(short), missing="、".join(lacking)
            ),
            Text("Check again when all have reported."),
            words=rule.words,
            cells=[cell for added in short for cell in added.figure.cells],
        )


def _add(figure: Figure, parts: Sequence[Statistics]) -> _Sum | None:
    """Add up what the parts report; nothing where one of the figures cannot be read."""
    values = [part[figure.leaf.key] for part in parts if figure.leaf.key in part]
    figures = [Figure(figure.leaf, value) for value in values]
    found, amounts = figure.amount(), [each.amount() for each in figures]
    readable = [amount for amount in amounts if amount is not None]
    if found is None or len(readable) < len(amounts):
        return None
    cells = tuple(cell for each in (figure, *figures) for cell in each.cells)
    return _Sum(figure, found, sum(readable, Decimal(0)), cells)


def _broken(added: _Sum, rule: AggregateRule, count: int) -> Finding:
    return finding(
        rule.id,
        rule.severity,
        added.figure.place,
        Text(
            "is {found}, the figures of the {count} reports come to {expected}, a difference of {difference}",
            found=format_amount(added.found),
            count=count,
            expected=format_amount(added.expected),
            difference=format_amount(added.found - added.expected),
        ),
        Text("Check the aggregate against the reports it adds up."),
        words=rule.words,
        cells=added.cells,
    )


def _name(statistics: Statistics) -> str:
    return statistics.entry("organ.name").text or statistics.entry("organ.key").text
