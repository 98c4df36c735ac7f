"""What the tables say for a figure that prose names: cells, sums of groups, blanks, older rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from giakit.prose.lookup import Figure, Lookup
from giakit.statistics import Cell, State, Statistics, Value


def town(year: int = 2021, state: State = "number", **amounts: object) -> Lookup:
    values = [
        Value(
            key=key.replace("__", "."),
            amount=None if amount is None else Decimal(str(amount)),
            state="blank" if amount is None else state,
            unit="万元" if "fees" in key else "元" if key == "fee__amount" else "件",
            cell=Cell(workbook="统计表.xlsx", sheet="龙村镇", address=f"C{row}"),
        )
        for row, (key, amount) in enumerate(amounts.items(), 1)
    ]
    revision = "2021" if year >= 2021 else "2019"
    return Lookup(Statistics(year=year, revision=revision, values=tuple(values)))


def amounts(figure: Figure | None) -> list[int]:
    assert figure is not None
    return sorted(int(amount) for amount in figure.amounts)


def test_a_cell():
    figure = town(applications__granted__total=3).figure("applications.granted.total")
    assert amounts(figure) == [3]
    assert figure is not None
    assert figure.label == "（一）予以公开/总计"
    assert [cell.address for cell in figure.cells] == ["C1"]


def test_a_group_of_rows_is_the_sum_of_its_leaves():
    lookup = town(applications__state_secret__total=2, applications__enforcement_files__total=3)
    assert amounts(lookup.figure("applications.refused.total")) == [5]


def test_a_group_of_columns_is_the_sum_of_its_leaves():
    lookup = town(
        applications__received__natural_person=9,
        applications__received__commercial_enterprise=2,
        applications__received__other_organisation=1,
        applications__received__total=12,
    )
    assert amounts(lookup.figure("applications.received.legal_person")) == [3]


def test_a_total_also_counts_as_what_its_parts_come_to():
    lookup = town(
        remedies__reconsideration_upheld=10, remedies__reconsideration_pending=1, remedies__reconsideration_total=0
    )
    assert amounts(lookup.figure("remedies.reconsideration_total")) == [0, 11]


def test_a_blank_total_is_what_its_parts_come_to():
    lookup = town(applications__granted__natural_person=4, applications__granted__total=None)
    assert amounts(lookup.figure("applications.granted.total")) == [4]


def test_blanks_alone_say_nothing():
    lookup = town(applications__granted__natural_person=None, applications__granted__total=None)
    assert amounts(lookup.figure("applications.granted.total")) == []


def test_an_unreadable_cell_says_nothing():
    lookup = town(state="unreadable", applications__state_secret__total=2)
    assert amounts(lookup.figure("applications.refused.total")) == []


def test_a_group_reported_as_one_row():
    lookup = town(applications__otherwise_handled__total=7)
    assert amounts(lookup.figure("applications.otherwise_handled.total")) == [7]


def test_what_the_form_does_not_have():
    assert town(2020).figure("disclosure.normative_documents.issued") is None
    assert town().figure("fee.cases") is None


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        (["applications.received.total"], [5]),
        (["applications.received.total", "applications.carried_in.total"], [7]),
        (["applications.received.total", "-applications.carried_in.total"], [3]),
    ],
)
def test_readings_add_and_subtract(keys: list[str], expected: list[int]):
    lookup = town(applications__received__total=5, applications__carried_in__total=2)
    assert amounts(lookup.reading(keys)) == expected


def test_a_blank_beside_a_number_is_nothing():
    lookup = town(applications__received__total=5, applications__carried_in__total=None)
    assert amounts(lookup.reading(["applications.received.total", "applications.carried_in.total"])) == [5]
    assert amounts(lookup.reading(["applications.carried_in.total"])) == []


def test_a_reading_with_an_unreadable_figure_is_unknown():
    lookup = town(state="unreadable", applications__received__total=5, applications__carried_in__total=2)
    reading = lookup.reading(["applications.received.total", "applications.carried_in.total"])
    assert reading is not None
    assert (reading.amounts, reading.unreadable) == (frozenset(), True)


def test_a_reading_that_the_form_does_not_have():
    lookup = town(2020, disclosure__normative_documents__made=5)
    assert lookup.reading(["disclosure.normative_documents.made", "disclosure.normative_documents.issued"]) is None


def test_a_reading_names_its_figures():
    lookup = town(applications__received__total=5, applications__carried_in__total=2)
    reading = lookup.reading(["applications.received.total", "-applications.carried_in.total"])
    assert reading is not None
    assert reading.label == "一、本年新收政府信息公开申请数量/总计－二、上年结转政府信息公开申请数量/总计"
    assert [cell.address for cell in reading.cells] == ["C1", "C2"]


def test_money_is_in_yuan():
    lookup = town(disclosure__administrative_fees__amount="1.25", fee__amount=380)
    assert amounts(lookup.figure("disclosure.administrative_fees.amount")) == [12500]
    assert amounts(lookup.figure("fee.amount")) == [380]
