from __future__ import annotations

import pytest

from giakit.checks import check_arithmetic, check_statistics
from giakit.findings import errors
from giakit.formats.rules import BalanceRule, SumRule
from giakit.statistics import Cell, Statistics, Value

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
        rules = [
            rule for rule in form.rules if isinstance(rule, SumRule | BalanceRule) and rule.table == "applications"
        ]
        count = sum(len(band.leaf_columns) if rule.axis == "columns" else len(band.leaf_rows) for rule in rules)
        assert count == expected


def locate(statistics):
    """Return the statistics with a cell for every figure, whose address is the key."""
    values = tuple(
        value.model_copy(update={"cell": Cell(workbook="县.xlsx", sheet="河口镇", address=value.key)})
        for value in statistics.values
    )
    return Statistics(**dict(statistics) | {"values": values})


def culprits(statistics):
    return {found.culprit.address if found.culprit else None for found in check_arithmetic(statistics)}


@pytest.mark.parametrize(
    "key",
    [
        "applications__received__natural_person",
        "applications__carried_over__total",
        "applications__granted__natural_person",
        "applications__granted__total",
        "applications__handled__total",
        "applications__not_held__research_institution",
    ],
)
def test_the_one_cell_that_is_off_in_its_row_and_its_column_is_the_culprit(make_statistics, key):
    assert culprits(locate(make_statistics(2021, **{**BALANCED, key: 9}))) == {key.replace("__", ".")}


def test_the_culprit_comes_first_with_the_number_that_mends_it(make_statistics, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    statistics = locate(make_statistics(2021, **{**BALANCED, "applications__granted__natural_person": 12}))
    for found in check_arithmetic(statistics):
        assert found.cells[0] == found.culprit == statistics["applications.granted.natural_person"].cell
        assert len(found.cells) == len(set(found.cells))
        assert "三/三、本年度办理结果/（一）予以公开/自然人 should probably be 2" in str(found.problem)


def test_where_several_cells_may_be_wrong_none_is_accused(make_statistics):
    two_short_by_one = {
        "applications__received__research_institution": 1,
        "applications__received__total": 4,
        "applications__granted__natural_person": 1,  # of 2
        "applications__not_held__research_institution": 0,  # of 1
        "applications__not_held__total": 1,
        "applications__handled__research_institution": 1,
        "applications__handled__total": 3,
    }
    assert culprits(locate(make_statistics(2021, **{**BALANCED, **two_short_by_one}))) == {None}
    assert culprits(locate(make_statistics(2021, remedies__direct_upheld=2, remedies__direct_total=3))) == {None}


def test_two_slips_of_different_size_are_told_apart(make_statistics):
    slips = {"applications__granted__natural_person": 3, "applications__not_held__research_institution": 5}
    assert culprits(locate(make_statistics(2021, **{**BALANCED, **slips}))) == {
        "applications.granted.natural_person",
        "applications.not_held.research_institution",
    }


def test_a_sum_of_zeros_with_a_total_may_have_either_wrong_but_no_number_falls_below_zero(make_statistics):
    upheld, corrected = {"remedies__reconsideration_upheld": 10}, {"remedies__reconsideration_corrected": 1}
    assert culprits(locate(make_statistics(2021, **upheld))) == {None}
    assert culprits(locate(make_statistics(2021, **upheld, **corrected))) == {"remedies.reconsideration_total"}


def test_a_figure_whose_other_sum_cannot_be_read_is_no_culprit(make_statistics):
    statistics = locate(make_statistics(2021, **{**BALANCED, "applications__granted__natural_person": 9}))
    values = tuple(
        value.model_copy(update={"amount": None, "state": "unreadable"})
        if value.key == "applications.granted.total"
        else value
        for value in statistics.values
    )
    assert culprits(Statistics(**dict(statistics) | {"values": values})) == {None}


def test_a_number_split_over_two_cells_is_pointed_out_beside_the_error(make_statistics, monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")
    split = {
        "applications__received__commercial_enterprise": 1,
        "applications__received__research_institution": 0,
        "applications__received__total": 10,
        "applications__carried_over__commercial_enterprise": 10,
        "applications__carried_over__total": 10,
    }
    statistics = locate(make_statistics(2021, **split))
    found = [each for each in check_statistics(statistics) if each.rule == "T3-6"]
    assert [(each.severity, each.place) for each in found] == [("warning", "三/一、本年新收政府信息公开申请数量")]
    assert "商业企业 1 and 科研机构 0 are read as one number, 10" in str(found[0].problem)
    assert [cell.address.rsplit(".")[-1] for cell in found[0].cells] == [
        "commercial_enterprise",
        "research_institution",
        "total",
    ]
    assert {each.rule for each in errors(check_statistics(statistics))} == {"T3-1", "T3-3"}


@pytest.mark.parametrize("total", [11, 9, 100])
def test_a_sum_that_no_joining_mends_is_not_called_split(make_statistics, total):
    split = {"applications__received__natural_person": 1, "applications__received__total": total}
    assert "T3-6" not in {each.rule for each in check_statistics(make_statistics(2021, **split))}
