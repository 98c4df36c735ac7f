"""The figures that a rule refers to, with the cell of the form each one fills."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from giakit import formats
from giakit.figures import format_value
from giakit.statistics import Value

if TYPE_CHECKING:
    from giakit.formats import Leaf
    from giakit.statistics import Cell, Statistics

YUAN = "元"  # what money is compared in where neither form nor rule names a unit


@dataclass(frozen=True)
class Figure:
    """A figure and its place in the form."""

    leaf: Leaf
    value: Value

    @property
    def place(self) -> str:
        """The figure's labels."""
        return self.leaf.label_path

    @property
    def cells(self) -> list[Cell]:
        """Where it stands, if that is known."""
        return [self.value.cell] if self.value.cell else []

    @property
    def printed(self) -> str:
        """The figure as its table prints it; 0 where it is missing."""
        return format_value(self.value, self.leaf) if self.value.amount is not None else "0"

    def amount(self, unit: str | None = None) -> Decimal | None:
        """Return the amount, money in `unit`, in the form's own or else in 元; a missing figure is 0.

        ``None`` where it cannot be read or names no unit.
        """
        if self.value.amount is None:
            return None if self.value.state == "unreadable" else Decimal(0)
        if self.leaf.kind != "money":
            return self.value.amount
        if self.value.unit is None:
            return None if self.value.amount else Decimal(0)
        return self.value.in_unit(unit or self.leaf.unit or YUAN)


def select(statistics: Statistics, references: Sequence[str]) -> Iterator[Figure]:
    """Yield the figures of a report that references stand for, each once, in the order of the references."""
    for leaf in _leaves(statistics.revision, tuple(references)):
        value = statistics.get(leaf.key)
        if value:
            yield Figure(leaf, value)


def pair_years(
    statistics: Statistics, previous: Statistics, references: Sequence[str]
) -> Iterator[tuple[Figure, Figure]]:
    """Yield this year's and last year's figure where both reports have it and both can be read."""
    for figure in select(statistics, references):
        value = previous.get(figure.leaf.key)
        if value:
            before = Figure(figure.leaf, value)
            if figure.amount() is not None and before.amount() is not None:
                yield figure, before


@cache
def _leaves(revision: str, references: tuple[str, ...]) -> tuple[Leaf, ...]:
    form = formats.for_revision(revision)
    found = {leaf.key: leaf for reference in references for leaf in form.leaves_under(reference)}
    return tuple(found.values())
