"""The arithmetic within one report: broken identities with their likely culprit, numbers split over two cells."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

from giakit.checks.culprit import Culprit, find_culprits
from giakit.checks.identities import Identity, find_identities
from giakit.checks.lines import lines_of
from giakit.figures import format_amount
from giakit.findings import Finding, finding
from giakit.language import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from giakit.formats import Format
    from giakit.formats.rules import JoinedRule
    from giakit.statistics import Statistics, Value


def check_arithmetic(statistics: Statistics) -> list[Finding]:
    """Check that totals restate their parts and sums balance.

    A blank, ``/``, ``-`` or 不适用 counts as 0 (the reader warns of each); an identity with an unreadable figure is not
    judged, since its cell is a finding already.
    """
    identities = list(find_identities(statistics))
    culprits = find_culprits(identities) if any(identity.broken for identity in identities) else {}
    return [
        _broken(statistics.format, identity, culprits.get(index))
        for index, identity in enumerate(identities)
        if identity.broken
    ]


def _broken(form: Format, identity: Identity, culprit: Culprit | None) -> Finding:
    amounts = {
        "left": identity.left.label,
        "found": format_amount(identity.left.amount),
        "right": identity.right.label,
        "expected": format_amount(identity.right.amount),
        "difference": format_amount(identity.difference),
    }
    problem = Text("{left} is {found}, {right} comes to {expected}, a difference of {difference}", **amounts)
    remedy = Text("Check these cells against the records and mend the wrong one.")
    cells = [*identity.left.cells, *identity.right.cells]
    if culprit:
        figure, amount = form.leaf(culprit.value.key).label_path, format_amount(culprit.amount)
        problem = Text(
            "{left} is {found}, {right} comes to {expected}, a difference of {difference}; "
            "{figure} should probably be {amount}",
            figure=figure,
            amount=amount,
            **amounts,
        )
        remedy = Text(
            "Check {figure} against the records; with {amount} all of its sums agree.", figure=figure, amount=amount
        )
        cells.sort(key=lambda cell: cell != culprit.value.cell)
    return finding(
        identity.rule.id,
        identity.rule.severity,
        identity.place,
        problem,
        remedy,
        words=identity.rule.words,
        cells=cells,
        culprit=culprit.value.cell if culprit else None,
    )


def check_joined(statistics: Statistics, rule: JoinedRule) -> Iterator[Finding]:
    """Check for a number whose digits went into two cells; only the first such pair of a line is named."""
    for line in lines_of(statistics.revision, rule):
        total, parts = line.side(statistics, (rule.total,)), line.side(statistics, rule.parts)
        if total.readable and parts.readable:
            pair = _split_number(parts.values, total.amount - parts.amount)
            if pair:
                yield _joined(statistics, rule, line.place, (*pair, *total.values))


def _split_number(values: Sequence[Value], missing: Decimal) -> tuple[Value, Value] | None:
    """Return the neighbours that, read as one number, add `missing` to their sum."""
    for first, second in pairwise(values):
        if first.amount and second.amount is not None:
            joined = Decimal(f"{first.amount:f}{second.amount:f}")
            if joined - first.amount - second.amount == missing:
                return first, second
    return None


def _joined(statistics: Statistics, rule: JoinedRule, place: str, values: Sequence[Value]) -> Finding:
    first, second, *_ = values
    return finding(
        rule.id,
        rule.severity,
        place,
        Text(
            "the total fits only if {first} and {second} are read as one number, {joined}",
            first=_cited(statistics, first),
            second=_cited(statistics, second),
            joined=f"{first.amount:f}{second.amount:f}",
        ),
        Text("Type the number into one cell, and what belongs there into the other."),
        words=rule.words,
        cells=[value.cell for value in values if value.cell],
    )


def _cited(statistics: Statistics, value: Value) -> str:
    leaf = statistics.format.leaf(value.key)
    return f"{leaf.column_labels[-1]} {value.amount:f}"
