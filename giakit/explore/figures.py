"""Which figures there are to look at, in all revisions of the form that a county used, and what organs reported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING

from giakit import formats
from giakit.charts import short_label
from giakit.errors import ParameterError
from giakit.explore.declared import load_plan
from giakit.formats.model import leaf_key
from giakit.hints import hint
from giakit.language import Text
from giakit.statistics import convert

if TYPE_CHECKING:
    import pandas as pd

    from giakit.formats import Format, Row

REPORTED, ABSENT, UNREPORTED = "number", "absent", "unreported"
_MONEY = "元"


@dataclass(frozen=True)
class Figure:
    """A figure that organs report, or the sum of a group's.

    Attributes
    ----------
    heading, row, column
        The section's heading and the labels of the latest form that has it, from outermost to innermost.
    parts
        The keys that it consists of, by revision of the form; its own where it is no group.
    """

    key: str
    heading: str
    row: tuple[str, ...]
    column: tuple[str, ...]
    unit: str | None
    parts: Mapping[str, tuple[str, ...]]

    @property
    def label(self) -> str:
        """The labels as one text."""
        return "/".join((*self.row, *self.column))

    @property
    def name(self) -> str:
        """The innermost row label without numbering, for a legend."""
        return short_label((self.row or self.column)[-1])


@dataclass(frozen=True)
class Reading:
    """What an organ reported of a figure for a year.

    `amount` is in the figure's unit, ``None`` unless `state` is ``number``; ``absent`` is a form without the figure,
    ``unreported`` a year without a report.
    """

    amount: Decimal | None
    state: str


NOTHING = Reading(None, UNREPORTED)


def list_figures(revisions: Iterable[str]) -> dict[str, Figure]:
    """Return the figures by key, in the order of the latest form, those that only older ones have behind them."""
    found: dict[str, Figure] = {}
    for revision in sorted(set(revisions), reverse=True):
        for figure in _figures_of(revision):
            known = found.setdefault(figure.key, figure)
            found[figure.key] = Figure(**{**vars(known), "parts": {**figure.parts, **known.parts}})
    return found


def find_figure(name: str, figures: Mapping[str, Figure], revisions: Iterable[str]) -> Figure:
    """Return the figure with a key, or with a statutory label such as ``三/一、本年新收政府信息公开申请数量/总计``.

    Raises
    ------
    ParameterError
        If there is none; the message names the nearest.
    """
    if name in figures:
        return figures[name]
    for revision in sorted(revisions, reverse=True):
        key = formats.for_revision(revision).key_for_label(name)
        if key:
            return figures[key]
    known = hint(name, [*figures, *(figure.label for figure in figures.values())])
    raise ParameterError(Text("no figure is called {name}; {known}", name=name, known=known))


def read_figure(frame: pd.DataFrame, figure: Figure) -> dict[tuple[str, int], Reading]:
    """Return what every report of a tidy frame says of a figure, by organ and year.

    A group's figure is the sum of its parts, as far as they hold numbers, as in the charts of a report.
    """
    wanted = {key for keys in figure.parts.values() for key in keys}
    reports = frame[["organ", "year"]].drop_duplicates()
    found: dict[tuple[str, int], list[Reading]] = {
        (organ, int(year)): [] for organ, year in zip(reports["organ"], reports["year"], strict=True)
    }
    rows = frame[frame["key"].isin(wanted)]
    for organ, year, amount, unit, state in zip(
        rows["organ"], rows["year"], rows["amount"], rows["unit"], rows["state"], strict=True
    ):
        number = convert(Decimal(repr(amount)), unit or None, figure.unit) if state == REPORTED else None
        found[organ, int(year)].append(Reading(number, state))
    return {place: _sum(readings) for place, readings in found.items()}


def _sum(readings: list[Reading]) -> Reading:
    numbers = [each.amount for each in readings if each.amount is not None]
    if numbers:
        return Reading(sum(numbers, Decimal()), REPORTED)
    return readings[0] if readings else Reading(None, ABSENT)


# ---- the figures of a form -------------------------------------------------------------------------------------------


@cache
def _figures_of(revision: str) -> tuple[Figure, ...]:
    form = formats.for_revision(revision)
    return (*_of_tables(form), *_of_fee(form))


def _of_tables(form: Format) -> Iterator[Figure]:
    for table in form.tables:
        heading = form.section_of(table.id).heading
        for band in table.bands:
            for path in _paths(band.rows):
                for column in band.leaf_columns:
                    parts = tuple(leaf_key(table, row, column[-1]) for row in _parts(path[-1]))
                    if not parts:
                        continue
                    unit = column[-1].unit or (_MONEY if column[-1].kind == "money" else None)
                    yield Figure(
                        key=leaf_key(table, path[-1], column[-1]),
                        heading=heading,
                        row=tuple(row.label for row in path if row.label),
                        column=tuple(each.label for each in (column[-1:] if path[-1].label else column)),
                        unit=unit,
                        parts={form.revision: parts},
                    )


def _of_fee(form: Format) -> Iterator[Figure]:
    plan = load_plan().fee
    for key, (label, unit) in plan.figures.items():
        yield Figure(key, plan.heading, (), (label,), unit, {form.revision: (key,)})


def _paths(rows: Iterable[Row]) -> Iterator[tuple[Row, ...]]:
    for row in rows:
        yield (row,)
        yield from ((row, *path) for path in _paths(row.rows))


def _parts(row: Row) -> list[Row]:
    """Return the rows whose figures a row's consists of; none for a group that has a row of its own for its total."""
    below = [path[-1] for path in _paths(row.rows) if not path[-1].rows]
    if any(each.total for each in below):
        return []
    return [*below, row] if row.undivided or not below else below
