"""Two years in one table: last year's figure in each cell, differences marked by more than colour."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit import formats
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


@pytest.mark.parametrize(("revision", "change"), [("2021", "▲0.5"), ("2019", "▲5000元")])
def test_money_is_compared_in_the_unit_of_the_form_or_in_yuan(revision, change):
    form = formats.for_revision(revision)
    [leaf] = [leaf for leaf in form.leaves if leaf.kind == "money"]
    now, before = (
        Statistics(year=number, revision=revision, values=(Value(key=leaf.key, amount=Decimal(amount), unit=unit),))
        for number, amount, unit in ((2020, 2, "万元"), (2019, 15000, "元"))
    )
    assert cell(build_comparison(now, before, leaf.table.id), leaf.key).change == change


def test_html_shows_both_years_and_the_mark():
    shown = render_content(build_comparison(year(2022, a=12), year(2021, a=9), "applications"))
    assert 'class="changed">12<small class="before">上年 9 <b>▲3</b></small></td>' in shown


def test_a_table_of_one_year_has_nothing_of_it():
    assert "before" not in render_content(build_table(year(2022, a=12), "applications")).split("</style>")[1]
