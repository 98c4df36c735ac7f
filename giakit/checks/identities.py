"""The arithmetic identities of a report: totals that restate their parts, sums that balance."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from giakit.checks.lines import Side, lines_of
from giakit.formats.rules import BalanceRule, SumRule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from giakit.statistics import Statistics

IdentityRule: TypeAlias = SumRule | BalanceRule


@dataclass(frozen=True)
class Identity:
    """A rule along one line: the two sides that must agree."""

    rule: IdentityRule
    place: str
    left: Side
    right: Side

    @property
    def judged(self) -> bool:
        """Whether both sides can be read; a cell that cannot is a finding already."""
        return self.left.readable and self.right.readable

    @cached_property
    def difference(self) -> Decimal:
        """By how much the left side exceeds the right."""
        return self.left.amount - self.right.amount

    @cached_property
    def broken(self) -> bool:
        """Whether the sides disagree."""
        return self.judged and self.difference != 0


def find_identities(statistics: Statistics) -> Iterator[Identity]:
    """Yield every identity of the form that the report has figures for."""
    for rule in statistics.format.rules:
        if isinstance(rule, IdentityRule):
            for line in lines_of(statistics.revision, rule):
                left, right = line.side(statistics, rule.left), line.side(statistics, rule.right)
                if left.values or right.values:
                    yield Identity(rule, line.place, left, right)
