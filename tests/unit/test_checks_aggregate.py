from __future__ import annotations

import pytest

from giakit.checks import check_aggregate
from giakit.statistics import Entry, Statistics, Value

ONE = {
    "applications__received__natural_person": 3,
    "applications__carried_over__natural_person": 1,
    "disclosure__permits__decisions": 20,
    "remedies__direct_total": 2,
}
SUM = {key: 3 * number for key, number in ONE.items()}


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


@pytest.fixture
def reports(make_statistics):
    """Return two towns and the county's office, each with the same figures."""
    return [make_statistics(2021, **ONE) for _ in range(3)]


def without_row(statistics, row):
    """Return the report with the group's figures undivided, as older copies of the form print it."""
    values = tuple(value for value in statistics.values if f".{row}." not in value.key)
    return Statistics(**dict(statistics) | {"values": values})


def test_an_aggregate_that_adds_up_has_no_finding(make_statistics, reports):
    *children, own = reports
    assert check_aggregate(make_statistics(2021, **SUM), children, own) == []


def test_with_the_own_organ_among_the_children_it_adds_up_as_well(make_statistics, reports):
    assert check_aggregate(make_statistics(2021, **SUM), reports) == []


@pytest.mark.parametrize(
    ("key", "rule", "severity"),
    [
        ("applications__received__natural_person", "A-1", "error"),
        ("remedies__direct_total", "A-1", "error"),
        ("disclosure__permits__decisions", "A-2", "warning"),
        ("applications__carried_over__natural_person", "A-3", "error"),
    ],
)
def test_each_figure_is_the_sum(make_statistics, reports, key, rule, severity):
    *children, own = reports
    (found,) = check_aggregate(make_statistics(2021, **{**SUM, key: 99}), children, own)
    assert (found.rule, found.severity) == (rule, severity)
    assert f"is 99, the figures of the 3 reports come to {SUM[key]}, a difference of {99 - SUM[key]}" in str(found)


def test_what_falls_short_without_all_reports_is_one_note_a_rule(make_statistics, reports):
    found = check_aggregate(make_statistics(2021, **SUM), reports[:1], missing=["官洲街道"])
    assert [(each.rule, each.severity) for each in found] == [("A-1", "note"), ("A-2", "note"), ("A-3", "note")]
    assert "2 figures are not assessable; missing: 官洲街道、本级" in str(found[0])


def test_what_exceeds_the_aggregate_is_wrong_whatever_is_missing(make_statistics, reports):
    less = {**SUM, "applications__received__natural_person": 5}
    found = check_aggregate(make_statistics(2021, **less), reports[:2], missing=["官洲街道"])
    assert [each.rule for each in found if each.severity == "error"] == ["A-1"]


def test_a_report_of_another_year_is_missing(make_statistics, reports):
    late = make_statistics(2022, **ONE)
    entries = (Entry(key="organ.name", text="官洲街道"),)
    found = check_aggregate(
        make_statistics(2021, **SUM), [*reports[:2], Statistics(**dict(late) | {"entries": entries})]
    )
    assert {each.severity for each in found} == {"note"}
    assert all("官洲街道" in str(each) for each in found)


def test_a_child_that_lacks_a_row_is_missing_for_that_row(make_statistics, reports):
    *children, own = reports
    aggregate = make_statistics(2021, **{**SUM, "applications__other_handling__natural_person": 4})
    (found,) = check_aggregate(aggregate, [children[0], without_row(children[1], "other_handling")], own)
    assert found.severity == "note"
    assert "1 figures are not assessable; missing: 河口镇" in str(found)


def test_an_unreadable_figure_is_not_added_up(make_statistics, reports):
    *children, own = reports
    key = "disclosure.permits.decisions"
    values = tuple(Value(key=key, state="unreadable") if value.key == key else value for value in own.values)
    assert check_aggregate(make_statistics(2021, **SUM), children, Statistics(**dict(own) | {"values": values})) == []


def test_money_is_added_up_in_one_unit(make_statistics):
    key = "disclosure.central_procurement.amount"
    town = make_statistics(2020, **{key: 5000})
    values = tuple(Value(key=key, amount="0.5", unit="万元") if value.key == key else value for value in town.values)
    aggregate = make_statistics(2020, **{key: 10_000})
    assert check_aggregate(aggregate, [town], Statistics(**dict(town) | {"values": values})) == []
