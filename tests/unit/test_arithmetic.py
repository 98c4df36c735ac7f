from __future__ import annotations

import pytest

from giakit.checks import check_arithmetic
from giakit.statistics import Value

BALANCED = {
    "applications__received__natural_person": 3,
    "applications__received__total": 3,
    "applications__granted__natural_person": 2,
    "applications__granted__total": 2,
    "applications__handled__natural_person": 2,
    "applications__handled__total": 2,
    "applications__carried_over__natural_person": 1,
    "applications__carried_over__total": 1,
    "remedies__reconsideration_upheld": 1,
    "remedies__reconsideration_total": 1,
}


@pytest.mark.parametrize("year", [2020, 2021])
def test_a_report_that_agrees_has_no_finding(make_statistics, year):
    assert check_arithmetic(make_statistics(year)) == []
    assert check_arithmetic(make_statistics(year, **BALANCED)) == []


@pytest.mark.parametrize(
    ("key", "rules"),
    [
        ("applications__received__natural_person", {"T3-1", "T3-3"}),
        ("applications__granted__natural_person", {"T3-2", "T3-3"}),
        ("applications__handled__total", {"T3-1", "T3-2", "T3-3"}),
        ("remedies__reconsideration_total", {"T4-1"}),
        ("remedies__direct_other", {"T4-2"}),
        ("remedies__after_total", {"T4-3"}),
    ],
)
def test_a_wrong_cell_breaks_its_rules_and_is_among_the_cells(make_statistics, key, rules):
    statistics = make_statistics(2021, **{**BALANCED, key: 9})
    assert {found.rule for found in check_arithmetic(statistics)} == rules


def test_a_finding_says_both_sides_and_the_form_s_own_words(make_statistics, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    found = check_arithmetic(make_statistics(2021, **{**BALANCED, "remedies__reconsideration_total": 0}))[0]
    assert "总计 is 0, 行政复议 comes to 1, a difference of -1" in str(found)
    assert found.words.startswith("行政复议总计")
    assert found.severity == "error"


def test_a_blank_total_over_figures_is_an_error(make_statistics):
    statistics = make_statistics(2021, **BALANCED)
    values = tuple(
        Value(key=value.key, state="blank") if value.key == "remedies.reconsideration_total" else value
        for value in statistics.values
    )
    assert [found.rule for found in check_arithmetic(statistics.model_copy(update={"values": values}))] == ["T4-1"]


def test_an_unreadable_figure_is_not_judged_again(make_statistics):
    statistics = make_statistics(2021, **BALANCED)
    values = tuple(
        Value(key=value.key, state="unreadable") if value.key == "remedies.reconsideration_total" else value
        for value in statistics.values
    )
    assert check_arithmetic(statistics.model_copy(update={"values": values})) == []


def test_there_are_39_identities_in_table_three_of_2021_and_37_in_2019(make_statistics):
    for year, expected in ((2021, 39), (2020, 37)):
        form = make_statistics(year).format
        band = form.table("applications").bands[0]
        rules = [rule for rule in form.rules if rule.table == "applications"]
        count = sum(len(band.leaf_columns) if rule.axis == "columns" else len(band.leaf_rows) for rule in rules)
        assert count == expected
