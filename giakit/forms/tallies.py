"""The cells beside and below a table that tell a clerk at once whether the typed totals fit.

They follow from the format's rules of the kinds sum and balance. Each is a formula with its result, so that a program
that does not calculate shows the same; the reader never takes them for figures, since they stand beyond a label that
ends the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from giakit.checks.lines import lines_of
from giakit.formats import Format
from giakit.formats.rules import BalanceRule, SumRule
from giakit.forms.scan import cell_address

FITS, UNSURE = "✓", "含文字"
_DIGITS = 6  # sums of money in binary fractions are equal only when rounded


class Spot(NamedTuple):
    """Where a figure stands, from its first to its last column, and what its cell holds."""

    row: int
    first: int
    last: int
    value: object


@dataclass(frozen=True)
class Tally:
    """A rule along one line of a table, with the cells of its two sides."""

    rule: SumRule | BalanceRule
    left: tuple[Spot, ...]
    right: tuple[Spot, ...]
    whole: bool
    """Whether only whole numbers take part."""

    @property
    def anchor(self) -> Spot:
        """The figure under which it stands where a row has no label: the total, or the last of a balance."""
        return self.left[-1] if isinstance(self.rule, SumRule) else self.right[-1]

    @property
    def formula(self) -> str:
        """The formula: ✓, or by how much the left side exceeds the right; a text among the figures leaves it open."""
        left, right = (",".join(_ranges(side)) for side in (self.left, self.right))
        difference = f"ROUND(SUM({left})-SUM({right}),{_DIGITS})"
        return f'=IF(COUNTA({left},{right})>COUNT({left},{right}),"{UNSURE}",IF({difference}=0,"{FITS}",{difference}))'

    @property
    def result(self) -> str | float:
        """What the formula comes to with the values as written."""
        values = [spot.value for spot in (*self.left, *self.right)]
        if any(isinstance(value, str) and value for value in values):
            return UNSURE
        difference = round(_sum(self.left) - _sum(self.right), _DIGITS)
        return float(difference) if difference else FITS


def find_tallies(form: Format, table_id: str, spots: Mapping[str, Spot]) -> Iterator[Tally]:
    """Yield a table's tallies, rule by rule; `spots` are its figures' places on the sheet by key."""
    whole = all(leaf.kind != "money" for leaf in form.leaves if leaf.table.id == table_id)
    for rule in form.rules:
        if isinstance(rule, SumRule | BalanceRule) and rule.table == table_id:
            for line in lines_of(form.revision, rule):
                left, right = (
                    tuple(spots[key] for name in names for key in line.keys[name] if key in spots)
                    for names in (rule.left, rule.right)
                )
                if left and right:
                    yield Tally(rule, left, right, whole)


def _sum(side: Sequence[Spot]) -> Decimal:
    return sum((Decimal(str(spot.value)) for spot in side if spot.value not in {None, ""}), Decimal(0))


def _ranges(side: Sequence[Spot]) -> Iterator[str]:
    """Yield the addresses of a line's cells, neighbours as one range."""
    spots = sorted(side)
    starts = [spots[0], *(spot for before, spot in pairwise(spots) if not _adjoin(before, spot))]
    ends = [*(before for before, spot in pairwise(spots) if not _adjoin(before, spot)), spots[-1]]
    for start, end in zip(starts, ends, strict=True):
        first, last = cell_address(start.row, start.first), cell_address(end.row, end.first)
        yield first if first == last else f"{first}:{last}"


def _adjoin(before: Spot, spot: Spot) -> bool:
    beside = before.row == spot.row and before.last + 1 == spot.first
    below = before.first == spot.first and before.row + 1 == spot.row
    return beside or below
