"""How alike the organs' texts are over the years, of the reports that are published."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import TYPE_CHECKING

from giakit.errors import ParameterError
from giakit.explore.declared import load_plan
from giakit.explore.multiples import Column, Panel, draw_panels
from giakit.likeness import Likeness, read_likeness
from giakit.outputs import open_outputs

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from giakit.content.model import Chart
    from giakit.explore.frame import Organ

_PERCENT = "%"


@dataclass(frozen=True)
class Year:
    """How alike the texts of a year are, and which organs have published."""

    likeness: Likeness
    published: frozenset[str]

    @property
    def highest(self) -> dict[str, Decimal]:
        """The highest likeness of any text of an organ in whole percents, never more than it is."""
        found: dict[str, Decimal] = defaultdict(Decimal)
        for pair in self.likeness.pairs:
            percent = (Decimal(repr(pair.likeness)) * 100).to_integral_value(ROUND_DOWN)
            for organ in (pair.organ, pair.other):
                if organ is not None:
                    found[organ] = max(found[organ], percent)
        return dict(found)


def read_years(outputs: str | Path, years: Iterable[int]) -> dict[int, Year]:
    """Return the years of which reports are published."""
    place = open_outputs(outputs)
    found = {}
    for year in years:
        try:
            likeness = read_likeness(place, year)
        except ParameterError:
            continue  # nothing is published
        found[year] = Year(likeness, frozenset(place.records(year)))
    return found


def rank_alike(organs: Sequence[Organ], year: int, known: Year | None) -> pd.DataFrame:
    """Return the pairs of a year that concern any of the organs, the most alike first, with organs by their names."""
    nothing = Likeness(year=year, basis="", at_least=1, organs=0, with_last_year=0, count=0, pairs=())
    table = (known.likeness if known else nothing).to_frame()
    keys = {organ.key for organ in organs}
    chosen = table[table["机关"].isin(keys) | table["相像于"].isin(keys)].reset_index(drop=True)
    names = {organ.key: organ.name for organ in organs}
    return chosen.assign(**{name: chosen[name].map(lambda key: names.get(key, key)) for name in ("机关", "相像于")})


def draw_alike(organs: Sequence[Organ], years: Sequence[int], known: Mapping[int, Year]) -> Chart:
    """Return a picture with a panel an organ: a year's column is as high as its texts are like others at most.

    What is less alike than what counts has no column, nor has a year without a published report; both say so.
    """
    highest = {year: each.highest for year, each in known.items()}
    words = load_plan().likeness

    def column(organ: Organ, year: int) -> Column:
        if year not in known or organ.key not in known[year].published:
            return Column((), words.unpublished)
        if organ.key not in highest[year]:
            return Column((), words.less.format(percent=f"{known[year].likeness.at_least:.0%}"))
        percent = highest[year][organ.key]
        return Column(((words.caption, percent),), f"{percent}{_PERCENT}")

    panels = {organ: Panel(organ.name, tuple((year, column(organ, year)) for year in years)) for organ in organs}
    return draw_panels("likeness", words.caption, _PERCENT, panels)
