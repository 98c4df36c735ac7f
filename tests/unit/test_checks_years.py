from __future__ import annotations

import pytest

from giakit.checks import check_statistics
from giakit.statistics import Statistics, Value


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def unreadable(statistics, key):
    values = tuple(Value(key=key, state="unreadable") if value.key == key else value for value in statistics.values)
    return Statistics(**dict(statistics) | {"values": values})


def found_for(rule, statistics, previous):
    return [found for found in check_statistics(statistics, previous) if found.rule == rule]


@pytest.mark.parametrize("year", [2020, 2021, 2022])
def test_the_total_carried_over_is_an_error_each_column_a_warning(make_statistics, year):
    previous = make_statistics(
        year - 1, applications__carried_over__natural_person=3, applications__carried_over__total=3
    )
    statistics = make_statistics(
        year, applications__carried_in__commercial_enterprise=2, applications__carried_in__total=2
    )
    found = found_for("Y-1", statistics, previous)
    assert {(each.place, each.severity) for each in found} == {
        ("三/自然人", "warning"),
        ("三/商业企业", "warning"),
        ("三/总计", "error"),
    }
    assert "is 2, last year's 四、结转下年度继续办理 was 3, a difference of -1" in str(found[-1])


def test_without_last_year_nothing_is_said_across_years(make_statistics):
    assert check_statistics(make_statistics(2022, disclosure__normative_documents__in_force=8)) == []


def test_figures_of_another_year_are_not_taken_for_last_year_s(make_statistics):
    found = check_statistics(make_statistics(2023), make_statistics(2021, applications__carried_over__total=3))
    assert [each.rule for each in found if each.rule != "T3-3"] == ["read.previous"]
    assert "of 2021, not 2022" in str(found[-1])


@pytest.mark.parametrize(("in_force", "expected"), [(8, []), (9, ["Y-2"])])
def test_documents_in_force_follow_from_last_year_s(make_statistics, in_force, expected):
    previous = make_statistics(2021, disclosure__normative_documents__in_force=7)
    statistics = make_statistics(
        2022,
        disclosure__normative_documents__issued=3,
        disclosure__normative_documents__repealed=2,
        disclosure__normative_documents__in_force=in_force,
    )
    found = check_statistics(statistics, previous)
    assert [each.rule for each in found] == expected
    assert all("is 9, last year's figure and the changes come to 8, a difference of 1" in str(each) for each in found)


def test_items_of_last_year_follow_from_the_year_before(make_statistics):
    previous = make_statistics(2019, disclosure__permits__items_last_year=21, disclosure__permits__change=-3)
    right, wrong = (make_statistics(2020, disclosure__permits__items_last_year=items) for items in (18, 21))
    assert check_statistics(right, previous) == []
    assert [(each.rule, each.place) for each in check_statistics(wrong, previous)] == [("Y-3", "二/行政许可")]


def test_what_the_older_form_does_not_ask_is_not_compared(make_statistics):
    previous = make_statistics(2020, disclosure__normative_documents__disclosed_in_all=7)
    assert check_statistics(make_statistics(2021, disclosure__normative_documents__in_force=300), previous) == []


@pytest.mark.parametrize(("this", "last", "expected"), [(0, 0, ["T4-5"]), (1, 0, []), (0, 2, [])])
def test_litigation_after_reconsideration_needs_a_reconsideration(make_statistics, this, last, expected):
    previous = make_statistics(2021, remedies__reconsideration_upheld=last, remedies__reconsideration_total=last)
    statistics = make_statistics(
        2022,
        remedies__reconsideration_upheld=this,
        remedies__reconsideration_total=this,
        remedies__after_upheld=1,
        remedies__after_total=1,
    )
    assert [each.rule for each in check_statistics(statistics, previous)] == expected


def test_pending_cases_cannot_all_be_gone(make_statistics):
    pending = {"remedies__direct_pending": 2, "remedies__direct_total": 2}
    previous = make_statistics(2021, **pending)
    found = check_statistics(make_statistics(2022), previous)
    assert [(each.rule, each.place[:2]) for each in found] == [("Y-5", "四、")]
    assert "every figure is 0, but last year 四/行政诉讼/未经复议直接起诉/尚未审结 came to 2" in str(found[0])
    upheld = make_statistics(2022, remedies__direct_upheld=2, remedies__direct_total=2)
    assert check_statistics(upheld, previous) == []
    assert check_statistics(unreadable(make_statistics(2022), "remedies.after_other"), previous) == []


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        (1, 10, []),
        (9, 95, []),
        (10, 100, ["Y-6"]),
        (51, 5100, ["Y-6"]),
        (2104, 210, ["Y-6"]),
        (2104, 211, []),
        (99, 9, []),
        (0, 5000, []),
        (20, 0, ["Y-7"]),
        (19, 0, []),
        (2104, 0, ["Y-7"]),
    ],
)
@pytest.mark.parametrize("year", [2021, 2022])
def test_decisions_of_another_size_than_last_year_s(make_statistics, year, before, now, expected):
    previous = make_statistics(year - 1, disclosure__permits__decisions=before)
    statistics = make_statistics(year, disclosure__permits__decisions=now)
    found = check_statistics(statistics, previous)
    assert [(each.rule, each.place) for each in found] == [(rule, "二/行政许可/本年处理决定数量") for rule in expected]


def test_a_large_number_that_falls_to_0_in_the_2019_form(make_statistics):
    previous = make_statistics(2019, disclosure__permits__decisions=100)
    assert [each.rule for each in check_statistics(make_statistics(2020), previous)] == ["Y-6"]


@pytest.mark.parametrize(
    ("before", "now", "expected"), [(24_000, 248_200, ["Y-6"]), (2_400, 24_820, []), (0, 248_200, [])]
)
def test_money_is_compared_in_one_unit(make_statistics, before, now, expected):
    figures = {"disclosure__central_procurement__purchases": 3}
    previous = make_statistics(2019, disclosure__central_procurement__amount=before, **figures)
    statistics = make_statistics(2020, **figures)
    amount = Value(key="disclosure.central_procurement.amount", amount=now / 10_000, unit="万元")
    values = tuple(amount if value.key == amount.key else value for value in statistics.values)
    found = check_statistics(Statistics(**dict(statistics) | {"values": values}), previous)
    assert [each.rule for each in found] == expected


def test_money_without_a_unit_is_not_compared(make_statistics):
    previous = make_statistics(
        2019, disclosure__central_procurement__amount=10**7, disclosure__central_procurement__purchases=3
    )
    values = tuple(
        value.model_copy(update={"unit": None}) if value.key.endswith("procurement.amount") else value
        for value in make_statistics(
            2020, disclosure__central_procurement__amount=1000, disclosure__central_procurement__purchases=3
        ).values
    )
    assert check_statistics(Statistics(**dict(make_statistics(2020)) | {"values": values}), previous) == []


@pytest.mark.parametrize("key", ["disclosure.permits.decisions", "applications.carried_in.total"])
def test_an_unreadable_figure_is_not_compared(make_statistics, key):
    previous = make_statistics(
        2021,
        disclosure__permits__decisions=500,
        applications__carried_over__natural_person=1,
        applications__carried_over__total=1,
    )
    statistics = make_statistics(2022, disclosure__permits__decisions=500, applications__carried_in__natural_person=1)
    places = {each.place for each in check_statistics(unreadable(statistics, key), previous) if each.rule[0] == "Y"}
    assert places == ({"三/总计"} if "permits" in key else set())
