"""Two years in one table: last year's figure in each cell, differences marked by more than colour."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.comparison import build_comparison
from giakit.content.html import render_content
from giakit.statistics import Statistics, Value
from giakit.tables import build_table

RECEIVED = "applications.received.total"


def year(number, **values):
    figures = tuple(
        Value(key=RECEIVED, amount=given, unit="件") if isinstance(given, int) else given for given in values.values()
    )
    return Statistics(year=number, revision="2021", values=figures)


def cell(table, key):
    return next(cell for band in table.bands for row in band.body for cell in row if cell.key == key)


@pytest.mark.parametrize(
    ("now", "before", "text", "change"),
    [
        (12, 9, "9", "▲3"),
        (9, 12, "12", "▼3"),
        (9, 9, "9", ""),
        (0, 4, "4", "▼4"),
        (0, 0, None, ""),
        (4, Value(key=RECEIVED, state="slash"), "/", "≠"),
        (4, Value(key=RECEIVED, state="blank"), "", "≠"),
        (Value(key=RECEIVED, amount=Decimal(4), note="含自然失效1件"), 4, "4", "≠"),
    ],
)
def test_a_cell_says_last_years_figure_and_the_difference(now, before, text, change):
    compared = cell(build_comparison(year(2022, a=now), year(2021, a=before), "applications"), RECEIVED)
    assert (compared.before, compared.change) == (text, change)


def test_what_last_year_did_not_report_has_nothing_beside_it():
    statistics = year(2022, a=4)
    assert build_comparison(statistics, year(2021), "applications") == build_table(statistics, "applications")


def test_money_is_compared_in_one_unit():
    form = year(2022).format
    key = next(leaf.key for leaf in form.leaves if leaf.kind == "money")
    now = Value(key=key, amount=Decimal(2), unit="万元")
    before = Value(key=key, amount=Decimal(15000), unit="元")
    table = form.leaf(key).table.id
    compared = cell(build_comparison(year(2022, a=now), year(2021, b=before), table), key)
    assert compared.change.startswith("▲")
    assert Decimal(compared.change.strip("▲元")) in {Decimal("0.5"), Decimal(5000)}


def test_html_shows_both_years_and_the_mark():
    shown = render_content(build_comparison(year(2022, a=12), year(2021, a=9), "applications"))
    assert 'class="changed">12<small class="before">上年 9 <b>▲3</b></small></td>' in shown


def test_a_table_of_one_year_has_nothing_of_it():
    assert "before" not in render_content(build_table(year(2022, a=12), "applications")).split("</style>")[1]
