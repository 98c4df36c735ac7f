from __future__ import annotations

import pytest

from giakit.checks import check_statistics
from giakit.statistics import Entry, Statistics, Value


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("GIAKIT_LANG", "en")


def at_level(statistics, label):
    entries = tuple(
        Entry(key="organ.level", text=label) if each.key == "organ.level" else each for each in statistics.entries
    )
    return Statistics(**dict(statistics) | {"entries": entries})


def with_state(statistics, key, state):
    values = tuple(Value(key=key, state=state) if value.key == key else value for value in statistics.values)
    return Statistics(**dict(statistics) | {"values": values})


def rules(statistics):
    return [found.rule for found in check_statistics(statistics)]


@pytest.mark.parametrize(("year", "column"), [(2020, "made"), (2020, "disclosed_in_all"), (2021, "in_force")])
@pytest.mark.parametrize("level", ["乡镇", "街道", "县级政府", "县级部门"])
def test_no_organ_up_to_the_county_makes_rules(make_statistics, year, column, level):
    statistics = at_level(make_statistics(year, **{f"disclosure__rules__{column}": 2}), level)
    found = check_statistics(statistics)
    assert [(each.rule, each.severity, each.place[:4]) for each in found] == [("T2-3", "error", "二/规章")]
    assert f"is 2, but an organ of the level {level} has none" in str(found[0])


@pytest.mark.parametrize("level", ["市级政府", "省级政府", "省级部门", "", "某级"])
def test_a_city_may_make_rules_and_an_unknown_level_is_not_judged(make_statistics, level):
    assert rules(at_level(make_statistics(2021, disclosure__rules__in_force=2), level)) == []


@pytest.mark.parametrize(
    ("level", "amount", "expected"),
    [("乡镇", 10_000, ["T2-2"]), ("街道", "12345.6", ["T2-2"]), ("乡镇", "9999.99", []), ("县级政府", 96171, [])],
)
def test_a_town_s_fees_of_100_million_were_typed_in_yuan(make_statistics, level, amount, expected):
    statistics = at_level(make_statistics(2021, disclosure__administrative_fees__amount=amount), level)
    assert rules(statistics) == expected


@pytest.mark.parametrize(
    ("before", "amount", "expected"),
    [
        ("1.31", 13100, ["T2-2", "Y-6"]),  # 元 for 万元
        ("0.8", 9100, ["T2-2", "Y-6"]),
        ("0.8", "9100.5", ["Y-6"]),  # nobody types a part of a yuan as yuan
        ("20", 210, ["Y-6"]),
        ("20", 190, []),
        ("0", 9100, []),
    ],
)
def test_fees_thousands_of_times_last_year_s_were_typed_in_yuan(make_statistics, before, amount, expected):
    previous = make_statistics(2021, disclosure__administrative_fees__amount=before)
    statistics = at_level(make_statistics(2022, disclosure__administrative_fees__amount=amount), "县级部门")
    assert [found.rule for found in check_statistics(statistics, previous)] == expected


def test_fees_over_a_town_s_limit_are_not_reported_twice(make_statistics):
    previous = make_statistics(2021, disclosure__administrative_fees__amount="1.31")
    statistics = make_statistics(2022, disclosure__administrative_fees__amount=13100)
    assert [found.rule for found in check_statistics(statistics, previous)].count("T2-2") == 1


@pytest.mark.parametrize(
    ("issued", "repealed", "in_force", "problem"),
    [
        (5, 2, 3, None),
        (109, 489, 597, None),
        (5, 2, 2, "现行有效件数 is 2, less than 本年制发件数 - 本年废止件数, which is 3"),
        (5, 5, 0, "现行有效件数 is 0, but 本年制发件数 is 5"),
        (0, 5, 0, None),
    ],
)
def test_what_was_issued_is_in_force_unless_repealed(make_statistics, issued, repealed, in_force, problem):
    statistics = make_statistics(
        2021,
        disclosure__normative_documents__issued=issued,
        disclosure__normative_documents__repealed=repealed,
        disclosure__normative_documents__in_force=in_force,
    )
    found = check_statistics(statistics)
    assert [each.rule for each in found] == (["T2-4"] if problem else [])
    assert not problem or (problem in str(found[0]) and found[0].place == "二/行政规范性文件")


@pytest.mark.parametrize(
    ("made", "newly", "in_all", "expected"),
    [
        (60, 60, 368, []),
        (5, 5, 4, ["T2-5"]),
        (3, 5, 9, ["T2-5"]),
        (34, 4, 47, ["T2-5a"]),
        (2, 0, 9, []),
        (30, 10, 47, []),
    ],
)
def test_documents_newly_disclosed_are_among_all_and_about_as_many_as_made(
    make_statistics, made, newly, in_all, expected
):
    statistics = make_statistics(
        2020,
        disclosure__normative_documents__made=made,
        disclosure__normative_documents__newly_disclosed=newly,
        disclosure__normative_documents__disclosed_in_all=in_all,
    )
    assert rules(statistics) == expected


@pytest.mark.parametrize(("change", "expected"), [(-6, []), (98, []), (-7, ["T2-6"])])
def test_more_items_cannot_go_than_there_were(make_statistics, change, expected):
    statistics = make_statistics(
        2020, disclosure__coercive_measures__items_last_year=6, disclosure__coercive_measures__change=change
    )
    found = check_statistics(statistics)
    assert [each.rule for each in found] == expected
    assert all(each.severity == "error" and "comes to -1, less than 0" in str(each) for each in found)


@pytest.mark.parametrize(
    ("purchases", "amount", "expected"),
    [(0, 0, []), (37, 248200, []), (37, 0, ["T2-7"]), (0, 248200, ["T2-7"])],
)
def test_purchases_and_their_amount_are_0_together(make_statistics, purchases, amount, expected):
    statistics = make_statistics(
        2020,
        disclosure__central_procurement__purchases=purchases,
        disclosure__central_procurement__amount=amount,
    )
    found = check_statistics(statistics)
    assert [each.rule for each in found] == expected
    if expected:
        assert found[0].place.startswith("二/政府集中采购/采购项目数量" if amount else "二/政府集中采购/采购总金额")


@pytest.mark.parametrize(("state", "expected"), [("blank", ["T2-7"]), ("unreadable", [])])
def test_a_blank_counts_as_0_and_an_unreadable_figure_is_not_judged(make_statistics, state, expected):
    statistics = make_statistics(2020, disclosure__central_procurement__purchases=37)
    assert rules(with_state(statistics, "disclosure.central_procurement.amount", state)) == expected


@pytest.mark.parametrize("key", ["issued", "repealed", "in_force"])
def test_an_unreadable_figure_leaves_documents_unjudged(make_statistics, key):
    statistics = make_statistics(2021, disclosure__normative_documents__issued=5)
    assert rules(with_state(statistics, f"disclosure.normative_documents.{key}", "unreadable")) == []
